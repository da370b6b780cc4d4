"""The keys of a mapping and the usual names of events as tables for the documentation.

`python -m clickstream.sources.mapping.keys` prints them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

from clickstream.sources.mapping.model import Mapping
from clickstream.sources.mapping.names import EVENT_NAMES

__all__ = ["event_table", "key_table"]


def key_table() -> str:
    """A Markdown table of every key: for which kinds it is, and what it says."""
    rows = []
    for key, field in Mapping.model_fields.items():
        extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        kinds = extra.get("kinds") or ()
        named = ", ".join(map(str, kinds)) if isinstance(kinds, (list, tuple)) else ""
        rows.append((f"`{key}`", named or "every kind", str(field.description)))
    return _table(("key", "for", "what it says"), rows)


def event_table() -> str:
    """A Markdown table of the usual names of each type of event."""
    rows = [
        (f"`{kind}`", ", ".join(f"`{name}`" for name in names))
        for kind, names in EVENT_NAMES.items()
    ]
    return _table(("event", "names that need no entry in `[codes]`"), rows)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


if __name__ == "__main__":
    sys.stdout.write(f"{key_table()}\n\n{event_table()}\n")
