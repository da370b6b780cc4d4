"""Describe a data set, as far as its kind, its times and its events allow."""

from __future__ import annotations

from clickstream.description.events import describe_events
from clickstream.description.filtering import Filter, narrow
from clickstream.description.rows import describe_rows
from clickstream.description.tables import Description
from clickstream.tables import Dataset

__all__ = ["describe"]


def describe(dataset: Dataset, only: Filter | None = None) -> Description:
    """Describe a data set by aggregates alone, so that its size costs time but no memory here.

    Parameters
    ----------
    dataset : Dataset
        A file, read.
    only : Filter, optional
        Which of its rows count, at least one of them; all where not given.
    """
    # A cursor of its own takes its temporary tables with it.
    with dataset.connection.cursor() as cursor:
        if only is not None:
            narrow(cursor, dataset.kind, only)
        if dataset.kind == "rows":
            return describe_rows(dataset, cursor)
        return describe_events(dataset, cursor)
