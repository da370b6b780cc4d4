"""Sources: each turns one kind of raw file into canonical events or ready-made rows."""

from clickstream.sources.registry import SOURCES, read_source

__all__ = ["SOURCES", "read_source"]
