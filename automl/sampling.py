"""A sample of the units, where a log holds more than a search can make use of."""

from __future__ import annotations

from clickstream.parts import Scope, store_owners
from clickstream.tables import Dataset

__all__ = ["MOST_CUTS", "keep_sample"]

MOST_CUTS = 300_000
"""Rows that a search learns and judges on; more cost time and memory and tell little new."""


def keep_sample(dataset: Dataset, scope: Scope, moments: int = 1) -> str:
    """Leave in the table `cuts` a sample of the customers, each with all his sessions.

    Who is drawn is told by a hash of his id, so no order of the file and no other customer
    changes it.

    Parameters
    ----------
    dataset : Dataset
        Events, with the table `cuts`.
    scope : {'session', 'customer'}
        What a cut's unit is.
    moments : int, default 1
        How many tables of cuts like this one will be learned from together.

    Returns
    -------
    str
        What was left out, for the end of a sentence; empty where nothing was.
    """
    connection = dataset.connection
    ((count,),) = connection.execute("SELECT count(*) FROM cuts").fetchall()
    share = MOST_CUTS / max(count * moments, 1)
    if share >= 1:
        return ""
    store_owners(connection, scope)
    connection.execute(
        "DELETE FROM cuts WHERE unit_id NOT IN "
        "(SELECT name FROM _owners WHERE md5_number_lower(owner) < ?)",
        [int(share * 2**64)],
    )
    return f"; of them a sample of about {MOST_CUTS:,} cuts, each customer's all or none"
