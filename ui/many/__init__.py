"""Many shoppers: the file at hand through the three services."""
