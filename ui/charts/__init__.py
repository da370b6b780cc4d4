"""Charts: each draws numbers that it is given and makes none up."""
