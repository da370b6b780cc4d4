"""Training: splits, searches, evaluation, packaging, and the command line."""
