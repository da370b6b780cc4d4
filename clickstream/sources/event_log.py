"""Logs of view, cart and purchase events of any shop, known by the usual names of their columns.

Such a log is read by a mapping that its columns leave no doubt about: REES46 (Open CDP) and
RetailRocket are of this kind.
"""

from __future__ import annotations

from collections.abc import Sequence

from clickstream.reading import RawTable
from clickstream.sources.columns import plain_name
from clickstream.sources.mapping import Mapping, mapping_from, read_mapped
from clickstream.sources.mapping.names import COLUMN_NAMES, event_kinds
from clickstream.tables import Dataset

__all__ = ["NAME", "NEEDS", "lacking", "log_mapping", "read", "recognises"]

NAME = "event-log"
NEEDS = ("event_time", "event_type", "product_id", "user_id")
"""The usual names of the columns without which there is no such log."""

_ONE_EACH = ("time", "event", "session", "customer", "product", "price", "quantity")
_SEVERAL = ("category", "context")
_MOST_NAMES = 1_000


def recognises(raw: RawTable) -> bool:
    """Whether a file has the columns of such a log, and events of known names in it."""
    mapping = log_mapping(raw)
    return mapping is not None and _knows_events(raw, mapping)


def read(raws: Sequence[RawTable]) -> Dataset:
    """Read one or several files of one shape as one log.

    Parameters
    ----------
    raws : sequence of RawTable
        Files that are recognised.
    """
    mapping = log_mapping(raws[0])
    assert mapping is not None, "only what is recognised is read"
    return read_mapped(raws, mapping, NAME)


def log_mapping(raw: RawTable) -> Mapping | None:
    """The mapping that a file's column names leave no doubt about, None where they do."""
    keys = {key: names[0] for key in _ONE_EACH if (names := _named(raw, key))}
    if not {"time", "event", "product"} <= set(keys) or not {"session", "customer"} & set(keys):
        return None
    several = {key: _named(raw, key) for key in _SEVERAL}
    return mapping_from({"kind": "events"} | keys | several, f"the columns of {raw.path}")


def lacking(raw: RawTable) -> list[str]:
    """The names of `NEEDS` that a file has no column for, by this or another usual name."""
    keys = dict(zip(NEEDS, ("time", "event", "product", "customer"), strict=True))
    return [name for name, key in keys.items() if not _named(raw, key)]


def _named(raw: RawTable, key: str) -> list[str]:
    """Columns of the file by a usual name of what the key says, the most telling first."""
    present = {plain_name(name): name for name in raw.columns}
    usual = dict.fromkeys(plain_name(name) for name in COLUMN_NAMES[key])
    return [present[name] for name in usual if name in present]


def _knows_events(raw: RawTable, mapping: Mapping) -> bool:
    """Whether a name of the column of events is known; a log without rows is not refused here."""
    events = raw.table[mapping.event].cast("string")
    names = events.as_table().distinct().limit(_MOST_NAMES).execute().iloc[:, 0].dropna().tolist()
    return not names or any(event_kinds(names, {}).values())
