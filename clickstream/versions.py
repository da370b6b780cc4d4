"""The version of a data set: a hash of the canonical table that no order of rows changes."""

from __future__ import annotations

import hashlib

from clickstream.tables import Dataset

__all__ = ["data_version"]


def data_version(dataset: Dataset) -> str:
    """Sha256 over the multiset of canonical rows, in hexadecimal.

    Each row's md5 is added up, so equal rows count as often as they stand there; the sum does
    not depend on their order.
    """
    columns = ", ".join(f'"{name}"' for name in sorted(dataset.table.columns))
    rows, low, high = dataset.connection.execute(
        "SELECT count(*), sum(md5_number_lower(row)::HUGEINT), "
        "sum(md5_number_upper(row)::HUGEINT) "
        f"FROM (SELECT ROW({columns})::VARCHAR AS row FROM {dataset.kind})"
    ).fetchall()[0]
    return hashlib.sha256(f"{columns};{rows};{low};{high}".encode()).hexdigest()
