"""Columns that the source itself declares to be made from a label."""

from __future__ import annotations

from collections.abc import Mapping

from clickstream.manifest import Leak

__all__ = ["derived_leaks"]


def derived_leaks(derived: Mapping[str, str]) -> list[Leak]:
    """Leaks that the source declares: columns made from a label, which are left out."""
    return [
        Leak(kind="derived", columns=[column], reason=reason, action="dropped")
        for column, reason in derived.items()
    ]
