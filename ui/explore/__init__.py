"""The data at hand: reading a file, what is in it, and looking at it."""
