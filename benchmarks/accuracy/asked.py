"""What a run of the benchmark is asked for, and what can keep a part of it from running."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["ROOT", "Asked", "LeftOut", "Refused", "data_file"]

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Asked:
    """Options of the run.

    Attributes
    ----------
    seeds : sequence of int
        One split and one search for each where a part repeats itself; the first one elsewhere.
    budget : float
        Seconds of search per answer, and all the time that a peer gets.
    work : Path
        Where splits, bundles and scores are kept.
    """

    seeds: Sequence[int]
    budget: float
    work: Path

    def folder(self, *names: str | int) -> Path:
        """A folder of the run, made."""
        made = self.work.joinpath(*map(str, names))
        made.mkdir(parents=True, exist_ok=True)
        return made


class LeftOut(Exception):
    """A part cannot be measured here, for want of data or of a peer."""


class Refused(Exception):
    """Clickwise released no model; its own words say why."""


def data_file(name: str) -> Path:
    """A file of the real data sets: in `CLICKWISE_DATA`, or `../shared/data` beside the checkout.

    Raises
    ------
    LeftOut
        If it is not there.
    """
    named = os.environ.get("CLICKWISE_DATA")
    file = (Path(named) if named else ROOT.parent / "shared" / "data") / name
    if not file.is_file():
        raise LeftOut(f"there is no `{name}` here; set CLICKWISE_DATA to the folder of the data")
    return file
