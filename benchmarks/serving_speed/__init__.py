"""What the services cost per request, beside a stock BentoML service; `make bench-serving`."""
