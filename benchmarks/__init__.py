"""What Clickwise takes in time and memory, measured: `python -m benchmarks.run`."""
