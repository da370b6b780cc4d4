"""How good the models are that `clickwise train` makes: `python -m benchmarks.accuracy`."""
