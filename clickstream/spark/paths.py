"""Paths of this machine, or of all of a cluster, as Spark takes them."""

from __future__ import annotations

import re
from pathlib import Path

__all__ = ["to_read", "to_write"]


def to_write(path: Path) -> str:
    """Where Spark writes, whatever file system it takes for its own."""
    return f"file://{path.resolve()}"


def to_read(path: Path) -> str:
    """What Spark reads; it would take brackets and the like in a name for a pattern."""
    return re.sub(r"([\\\[\]{}*?,])", r"\\\1", to_write(path))
