"""A log of order lines, as a wholesaler's till writes it: no clicks, and sessions are invoices."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from tests.clickstream.logs import Event, event, write_log

DAYS = 200
REGULARS = 220
OTHERS = 380
"""Regulars order every three weeks or so; the others once, and half of them once more."""

_BEGIN = datetime(2026, 1, 1, 8)


def write_orders(path: Path, seed: int = 3) -> Path:
    """Write purchases, some returns, and orders of nobody known, as CSV."""
    return write_log(path, _lines(np.random.default_rng(seed)))


def _lines(random: np.random.Generator) -> Iterator[Event]:
    for number in range(REGULARS + OTHERS):
        for place, day in enumerate(_days(random, regular=number < REGULARS)):
            yield from _order(random, f"c{number}", place, day, size=1 + number % 4)
    for number in range(50):
        yield from _order(random, "", number, random.uniform(0, DAYS), size=2)


def _days(random: np.random.Generator, regular: bool) -> list[float]:
    if not regular:
        days = random.uniform(0, DAYS, size=random.integers(1, 3))
    else:
        days = random.uniform(0, 40) + np.cumsum(random.gamma(6, 3.5, size=12))
    return sorted(float(day) for day in days if day < DAYS)


def _order(
    random: np.random.Generator, customer: str, place: int, day: float, size: int
) -> Iterator[Event]:
    time = _BEGIN + timedelta(days=round(day, 4))
    kind = "return" if place and random.random() < 0.1 else "purchase"
    for line in range(1, size + 1):
        yield event(
            f"invoice-{customer}-{place}",
            line,
            kind,
            customer_id=customer,
            event_time=f"{time.isoformat()}Z",
            product_id=f"p{random.integers(40)}",
            category=None,
            price=f"{random.uniform(2, 30) * size:.2f}",
            quantity=int(random.integers(1, 6)),
        )
