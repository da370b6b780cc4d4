"""The wall time of a search against its budget."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.accuracy.asked import Asked, Refused
from benchmarks.accuracy.online_shoppers import split_file
from benchmarks.accuracy.product import train_bundle
from benchmarks.page import table

__all__ = ["budgets"]

_FACTORS = (0.25, 1, 5)
_ANSWER = "purchase"


def budgets(asked: Asked) -> Iterator[str]:
    """Search the same rows for a quarter of the budget, for all of it and five times as long."""
    yield "UCI Online Shoppers, one answer. A search ends with the winner fitted on all of"
    yield "training; the command also reads, judges and writes."
    yield ""
    header = ("budget s", "search took s", "off by", "whole command s")
    yield from table(header, (_row(asked, factor * asked.budget) for factor in _FACTORS))


def _row(asked: Asked, budget: float) -> tuple[str, ...]:
    seed = asked.seeds[0]
    folder = asked.folder("budgets", f"{budget:g}")
    files = split_file(folder, seed)
    try:
        trained = train_bundle(
            *files, folder / "models", answers=[_ANSWER], budget=budget, seed=seed
        )
    except Refused as refusal:
        return f"{budget:g}", f"refused: {refusal}", "", ""
    took = trained.search_seconds(_ANSWER)
    return (
        f"{budget:g}",
        f"{took:.1f}",
        f"{100 * (took / budget - 1):+.1f} %",
        f"{trained.seconds:.1f}",
    )
