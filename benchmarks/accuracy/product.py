"""Clickwise as a user has it: the command, and the bundles that it leaves."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq

from benchmarks.accuracy.asked import Refused
from clickstream.answers import ANSWERS
from clickstream.bundle import Bundle, open_bundle

__all__ = ["Trained", "clickwise", "score_rows", "train_bundle"]

_REFUSED = 3


@dataclass(frozen=True)
class Trained:
    """What `clickwise train` left.

    Attributes
    ----------
    out : Path
        Folder of the bundles.
    seconds : float
        Wall time of the whole command.
    """

    out: Path
    seconds: float

    def bundle(self, answer: str) -> Bundle:
        """The bundle that holds an answer."""
        return open_bundle(self.out / ANSWERS[answer].task)

    def search_seconds(self, answer: str) -> float:
        """Wall time of an answer's search alone."""
        run: dict[str, Any] = self.bundle(answer).manifest.run
        return float(run["answers"][answer]["search_seconds"])


def train_bundle(
    train_file: Path,
    holdout_file: Path | None,
    out: Path,
    *,
    answers: Sequence[str],
    budget: float,
    seed: int,
    options: Sequence[str] = (),
) -> Trained:
    """Train on a file, with a file of its own as the holdout where there is one.

    Parameters
    ----------
    train_file : Path
        What to learn from.
    holdout_file : Path or None
        What is only judged on. Where None, the last part of a log is held out.
    out : Path
        For the bundles.
    answers : sequence of str
        What to train; every one must be released.
    budget : float
        Seconds of search per answer.
    seed : int
        Of the search.
    options : sequence of str
        Further options of the command.

    Raises
    ------
    Refused
        If an answer was not released.
    """
    command = ["train", train_file, "--out", out, "--answers", ",".join(answers)]
    command += ["--budget", budget, "--seed", seed, *options, "--json"]
    command += [] if holdout_file is None else ["--holdout", holdout_file]
    began = time.perf_counter()
    told = json.loads(clickwise(*command))
    seconds = time.perf_counter() - began
    for answer in told["answers"]:
        if answer["outcome"] != "packaged":
            raise Refused(answer["message"])
    return Trained(out, seconds)


def clickwise(*arguments: object) -> str:
    """Run the command and return what it prints; progress goes on to stderr.

    Raises
    ------
    CalledProcessError
        If it fails, but not if it only refuses, which its output tells.
    """
    program = Path(sys.executable).with_name("clickwise")
    command = [str(program), *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode not in (0, _REFUSED) or not done.stdout:
        raise subprocess.CalledProcessError(done.returncode, command, done.stdout)
    return done.stdout


def score_rows(trained: Trained, answer: str, file: Path) -> npt.NDArray[np.float64]:
    """An answer's values for all rows of a file of ready-made rows, in the order of the file."""
    scores = trained.out / f"{file.stem}-scores.parquet"
    clickwise("score", file, "--bundle", trained.bundle(answer).path, "--out", scores)
    made = pq.read_table(scores, columns=["answer", "value"])
    chosen = made.filter(np.asarray(made["answer"]) == answer)
    return chosen["value"].to_numpy().astype(np.float64)
