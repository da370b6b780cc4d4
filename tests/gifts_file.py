"""Order lines of a shop whose customers have tastes, in the columns of UCI Online Retail."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

WORDS = {
    "bags": ("bag", "lunch", "jumbo", "shopper"),
    "candles": ("candle", "holder", "scented", "light"),
    "baking": ("cake", "tin", "baking", "spoon"),
    "garden": ("garden", "plant", "watering", "bird"),
}
"""Words that descriptions of each kind are made of."""

COLOURS = ("red", "blue", "green", "vintage", "retro")
DAYS = 360
CUSTOMERS = 900
LIKING = 0.75
"""Share of a customer's order lines that are of the kind that the customer likes."""

_COLUMNS = (
    "InvoiceNo",
    "StockCode",
    "Description",
    "Quantity",
    "InvoiceDate",
    "UnitPrice",
    "CustomerID",
    "Country",
)
_PRODUCTS, _OLD_PRODUCTS, _NEW_FROM = 30, 25, 250.0
"""Of each kind, and how many of them are sold before this day."""


def describe(kind: str, number: int) -> str:
    """The description of a product: two words of its kind and one that says nothing."""
    words = WORDS[kind]
    first, second = words[number % 4], words[(number // 4 + 1 + number) % 4]
    return f"{COLOURS[number % 5]} {first} {second} {number}".upper()


def write_gifts(path: Path, seed: int = 5, *, wholesale: bool = False) -> Path:
    """Write orders of customers who order twice or more, as CSV.

    With wholesale, customers come back at any time with weaker tastes, and every other one orders
    forty times as much of everything.
    """
    random = np.random.default_rng(seed)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, _COLUMNS)
        writer.writeheader()
        writer.writerows(_lines(random, wholesale))
    return path


def _lines(random: np.random.Generator, wholesale: bool) -> Iterator[dict[str, Any]]:
    kinds = list(WORDS)
    invoice = 0
    for customer in range(CUSTOMERS):
        liked = kinds[customer % len(kinds)]
        first = random.uniform(0, DAYS)
        days = [first, *(first + random.uniform(2, 25, size=random.integers(1, 4)))]
        if wholesale:
            days += sorted(random.uniform(first, DAYS, size=random.integers(0, 6)))
        liking = LIKING if not wholesale else LIKING - 0.2
        lot = 40 if wholesale and customer % 2 else 1
        for day in (day for day in days if day < DAYS):
            invoice += 1
            moment = datetime(2025, 1, 1, 9) + timedelta(days=float(day))
            for _ in range(4):
                kind = liked if random.random() < liking else str(random.choice(kinds))
                number = int(random.integers(_PRODUCTS if day > _NEW_FROM else _OLD_PRODUCTS))
                yield {
                    "InvoiceNo": 500_000 + invoice,
                    "StockCode": f"{kind[:2].upper()}{number:03d}",
                    "Description": describe(kind, number),
                    "Quantity": int(random.integers(1, 6)) * lot,
                    "InvoiceDate": f"{moment:%m/%d/%Y %H:%M}",
                    "UnitPrice": f"{random.uniform(1, 9):.2f}",
                    "CustomerID": 10_000 + customer,
                    "Country": "Norway",
                }
