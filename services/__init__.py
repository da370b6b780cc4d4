"""The three HTTP services, each with a bundle of its own."""
