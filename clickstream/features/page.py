"""`docs/features.md`, made from the catalogue: `python -m clickstream.features.page FILE`."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from clickstream.features.catalogue import CUSTOMER, SESSION, Feature

__all__ = ["features_page"]

_HEAD = """# Features

What a model is given of a session or of a customer, from nothing but the events before the
question: a session's up to its last click and its customer's earlier sessions before its first
one, a customer's before `as_of`. A table per scope: what each feature is, in which unit, and
between which values it can lie. Empty means that nothing is known, such as the time since an
order of someone who never ordered. Reasons of a prediction tell of all features of a topic at once.

`<category>` stands for each of the categories met most (by sessions: viewed), at most twelve, and
`<column>` for each context column of the source. Durations and times of day are there where the
source has times, `..._before` and `days_since_...` of a session where it knows customers, too.

This page is made by `python -m clickstream.features.page docs/features.md`.
"""


def features_page() -> str:
    """Every feature of both scopes as Markdown."""
    return "\n".join(
        [
            _HEAD,
            *_table("A session, after a click", SESSION.values()),
            "",
            *_table("A customer, as of a moment", CUSTOMER.values()),
            "",
        ]
    )


def _table(title: str, features: Iterable[Feature]) -> list[str]:
    lines = [_line(feature) for feature in features]
    return [
        f"## {title}",
        "",
        "| feature | what it is | unit | range | topic |",
        "| --- | --- | --- | --- | --- |",
        *lines,
    ]


def _line(feature: Feature) -> str:
    parts = (feature.description, feature.unit, _range(feature), feature.topic)
    return f"| `{feature.name}` | {' | '.join(str(part) for part in parts)} |"


def _range(feature: Feature) -> str:
    if feature.lowest is None and feature.highest is None:
        return "any" if feature.type == "number" else ""
    if feature.highest is None:
        return f"from {feature.lowest:g}"
    return f"{feature.lowest:g} to {feature.highest:g}"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(features_page(), encoding="utf-8")
