"""Sources: each turns one kind of raw file into canonical events or ready-made rows."""

from clickstream.sources.registry import (
    MAPPED,
    SOURCES,
    propose_mapping,
    read_as_trained,
    read_source,
)

__all__ = ["MAPPED", "SOURCES", "propose_mapping", "read_as_trained", "read_source"]
