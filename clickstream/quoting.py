"""Texts and names as SQL writes them."""

from __future__ import annotations

__all__ = ["quoted", "quoted_name"]


def quoted(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def quoted_name(name: str) -> str:
    """The name of a column or a relation as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'
