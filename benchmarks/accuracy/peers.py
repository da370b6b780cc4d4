"""Peers, each run in the environment of its own that `make env-peers` builds."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.accuracy.asked import ROOT, LeftOut
from benchmarks.accuracy.measures import Floats

__all__ = ["Peer", "autogluon"]

_PYTHON = Path(".venv-peers") / "bin" / "python"
_SCRIPT = Path("benchmarks") / "accuracy" / "autogluon_rows.py"


@dataclass(frozen=True)
class Peer:
    """What a peer made of a split.

    Attributes
    ----------
    chances : ndarray of float, shape (rows of the test file,)
        Of yes.
    seconds : float
        Wall time of fitting.
    milliseconds, persisted_milliseconds : float
        Median for one row: as fitted, and with all models kept in memory.
    size, deployed_size : int
        Bytes of its folder, and of its clone for deployment.
    versions : str
        Of it and of what it fits.
    """

    chances: Floats
    seconds: float
    milliseconds: float
    persisted_milliseconds: float
    size: int
    deployed_size: int
    versions: str


def autogluon(
    training: Path,
    testing: Path,
    label: str,
    ignored: Sequence[str],
    seconds: float,
    folder: Path,
    root: Path = ROOT,
) -> Peer:
    """Fit AutoGluon's `best_quality` on one CSV and let it predict another.

    Parameters
    ----------
    training, testing : Path
        CSV files of the same columns.
    label : str
        Column of TRUE and FALSE.
    ignored : sequence of str
        Columns to drop.
    seconds : float
        Its time limit.
    folder : Path
        For its models; a folder that is there already is replaced.
    root : Path
        The checkout.

    Raises
    ------
    LeftOut
        If its environment is not there.
    CalledProcessError
        If it fails; it has said why on stderr.
    """
    if not (root / _PYTHON).is_file():
        raise LeftOut(f"there is no `{_PYTHON}` here; `make env-peers` builds it")
    command = [_PYTHON, _SCRIPT, training.resolve(), testing.resolve(), label, ",".join(ignored)]
    command += [seconds, folder.resolve()]
    subprocess.run(list(map(str, command)), cwd=root, check=True)
    told = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    return Peer(chances=np.array(told.pop("chances")), **told)
