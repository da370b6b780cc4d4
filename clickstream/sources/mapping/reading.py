"""The one way from a mapping to a data set, for a user's own and for those that sources make."""

from __future__ import annotations

from collections.abc import Sequence

from clickstream.reading import RawTable
from clickstream.sources.mapping.events import read_events
from clickstream.sources.mapping.model import Mapping
from clickstream.sources.mapping.rows import read_rows
from clickstream.tables import Dataset

__all__ = ["read_mapped"]


def read_mapped(raws: Sequence[RawTable], mapping: Mapping, source: str) -> Dataset:
    """Read files as a mapping describes them.

    Parameters
    ----------
    raws : sequence of RawTable
        Files of one shape.
    mapping : Mapping
        What their columns hold.
    source : str
        By whose name the data set goes.

    Raises
    ------
    SourceError
        If a column is missing, or what it holds is not what its key says.
    """
    reader = read_rows if mapping.kind == "rows" else read_events
    return reader(raws, mapping, source)
