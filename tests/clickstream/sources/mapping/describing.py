"""Small files and mappings of them, read as a user does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from clickstream.sources import read_source
from clickstream.sources.mapping import mapping_from
from clickstream.tables import Dataset


def write(path: Path, *lines: str) -> Path:
    """Write lines of text."""
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def read(path: Path, **keys: Any) -> Dataset:
    """Read a file by the keys of a mapping."""
    return read_source([path], mapping=mapping_from(keys, "shop.toml"))


def select(dataset: Dataset, columns: str) -> list[tuple[Any, ...]]:
    """Columns of the canonical table, in order."""
    query = f"SELECT {columns} FROM {dataset.kind} ORDER BY ALL"
    found: list[tuple[Any, ...]] = dataset.connection.execute(query).fetchall()
    return found
