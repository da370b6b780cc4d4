"""What the command prints: results on stdout, progress on stderr."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Self

import click
from tqdm import tqdm

if TYPE_CHECKING:
    from automl.evaluating import Part
    from clickstream.manifest import Manifest

__all__ = [
    "SIMULATED",
    "Progress",
    "bundle_notes",
    "part_dict",
    "part_lines",
    "print_json",
    "print_lines",
]

SIMULATED = "The data is simulated: no real shopper is behind these figures."


class Progress:
    """A progress bar on stderr, drawn only where somebody looks.

    Parameters
    ----------
    total : int
        What is the whole.
    unit : str
        Of what.
    """

    def __init__(self, total: int, unit: str) -> None:
        # None leaves the bar out where stderr is no terminal.
        self._bar = tqdm(total=total, unit=unit, disable=None, leave=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def reach(self, done: int) -> None:
        """Move the bar to a number."""
        self._bar.update(min(done, self._bar.total) - self._bar.n)

    def tell(self, answer: str, text: str, share: float) -> None:
        """Show what is going on and how much of the budget is spent."""
        self._bar.set_description(f"{answer}: {text}", refresh=False)
        self._bar.n = min(round(100 * share), 100)
        self._bar.refresh()


def print_json(content: Any) -> None:
    """Print JSON on stdout."""
    click.echo(json.dumps(content, indent=1, ensure_ascii=False, default=str))


def print_lines(lines: Iterable[str]) -> None:
    """Print lines on stdout."""
    for line in lines:
        click.echo(line)


def bundle_notes(manifest: Manifest) -> list[str]:
    """What must be said beside every result of a bundle: simulated data, and proxies."""
    notes = [SIMULATED] if manifest.simulated else []
    return notes + [
        f"{name} is a proxy: {answer.status_reason}. A value is the {answer.meaning}."
        for name, answer in manifest.answers.items()
        if answer.status == "proxy"
    ]


def part_dict(part: Part) -> dict[str, Any]:
    """One evaluated part for machines."""
    metrics = {name: metric.model_dump() for name, metric in part.metrics.items()}
    return asdict(part) | {"metrics": metrics}


def part_lines(part: Part) -> list[str]:
    """One evaluated part for readers."""
    if part.refused:
        return [f"{part.answer}: not evaluated. {part.refused}"]
    if not part.rows:
        return [f"{part.answer}, {part.part}: nothing, training saw all of it"]
    head = f"{part.answer}, {part.part}: {part.rows} rows of {part.units} units{part.sample}"
    if not part.metrics:
        return [f"{head}; only one value of the label occurs, so there is nothing to measure"]
    lines = [
        f"  {name:18} {metric.value:10.4f}  (95 % interval {metric.low:.4f} to {metric.high:.4f})"
        for name, metric in sorted(part.metrics.items())
    ]
    if part.best_auc is not None:
        lines.append(f"  {'best possible AUC':18} {part.best_auc:10.4f}  (the simulator's truth)")
    return [head, *lines]
