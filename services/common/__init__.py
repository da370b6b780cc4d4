"""What the three services share: limits, requests, answers, errors and the application."""
