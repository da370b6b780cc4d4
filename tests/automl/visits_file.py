"""UCI Online Shoppers with its rows changed."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

Row = dict[str, str]


def write_visits(
    real_data: Callable[[str], Path],
    folder: Path,
    change: Callable[[Row], Row],
    rows: int | None = None,
) -> Path:
    """Write the visits, each changed."""
    source = real_data("online-shoppers/online_shoppers_intention.csv")
    with source.open(encoding="utf-8", newline="") as file:
        visits = list(csv.DictReader(file))[:rows]
    out = folder / "visits.csv"
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(visits[0]))
        writer.writeheader()
        writer.writerows(change(visit) for visit in visits)
    return out
