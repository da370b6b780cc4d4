"""Train the answers of a file and write one bundle per task."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from automl.families import families_of
from automl.multiclass import train_multiclass
from automl.options import Options
from automl.outcomes import (
    REFUSALS,
    Outcome,
    Refused,
    describe_outcome,
    describe_recommendations,
)
from automl.released import Released, Segments
from automl.segmenting import train_segments
from automl.segments.clusterers import FAMILIES
from automl.supervised import train_supervised
from automl.writing import Run, write_task
from clickstream.answers import (
    ANSWERS,
    TASKS,
    Answer,
    Answerability,
    Task,
    answerability,
    require,
)
from clickstream.errors import ClickwiseError
from clickstream.tables import Dataset

__all__ = ["train"]

_NOT_BEGUN = "The run was interrupted before its search began. Ask for it with --answers {answers}."


def train(dataset: Dataset, out: Path, options: Options) -> list[Outcome]:
    """Train every answer asked for; what passes the gate goes into its task's bundle.

    Parameters
    ----------
    dataset : Dataset
        A file, read.
    out : Path
        Folder that gets one folder per task. A task's older bundle there is replaced, but only
        by a new one: where every answer is refused, it stays, unless it only recommends.
    options : Options
        Answers, budget or trials, seed.

    Returns
    -------
    list of Outcome
        One per answer, in the order asked. After Ctrl-C, what had been found by then is
        packaged, and answers that were not begun are refused. Where every answer of segmentation
        is refused and products can be recommended, `recommendations` stands last.

    Raises
    ------
    ClickwiseError
        If the folder cannot be written or holds something else by a task's name, or there are
        fewer trials than families.
    """
    asked = [ANSWERS[name] for name in options.answers]
    _writable(out, {answer.task for answer in asked})
    began = time.time()
    found = {answer.name: answerability(dataset, answer, options.windows) for answer in asked}
    _require_trials([answer for answer in asked if found[answer.name].status != "no"], options)
    results = _search_all(dataset, asked, found, options)
    run = Run(dataset, out, options, began, any(map(_interrupted, results.values())))
    outcomes: dict[str, Outcome] = {}
    for task in TASKS:
        # In the order of ANSWERS, whose first is the task's default, whatever order was asked for.
        mine = {
            name: results[name]
            for name, answer in ANSWERS.items()
            if answer.task == task and name in results
        }
        bundle = write_task(run, task, mine)
        outcomes |= {name: describe_outcome(name, result, bundle) for name, result in mine.items()}
        if bundle is not None and not bundle.manifest.answers:
            outcomes["recommendations"] = describe_recommendations(bundle)
    further = [name for name in outcomes if name not in options.answers]
    return [outcomes[name] for name in (*options.answers, *further)]


def _search_all(
    dataset: Dataset,
    asked: Sequence[Answer],
    found: Mapping[str, Answerability],
    options: Options,
) -> dict[str, Released | Refused]:
    """Search one answer after the other, those about segments last."""
    results: dict[str, Released | Refused] = {}
    for answer in sorted(asked, key=lambda one: one.of_segments):
        if any(map(_interrupted, results.values())):
            again = f"segment,{answer.name}" if answer.of_segments else answer.name
            reason = _NOT_BEGUN.format(answers=again)
            results[answer.name] = Refused(found[answer.name].status, reason)
        else:
            segments = _segments(results.get("segment"))
            results[answer.name] = _attempt(dataset, answer, found[answer.name], options, segments)
    return results


def _interrupted(result: Released | Refused) -> bool:
    return isinstance(result, Released) and bool(result.run.get("interrupted"))


def _segments(result: Released | Refused | None) -> Segments | None:
    """Segments of customers, where the run has found any."""
    if not isinstance(result, Released) or result.manifest.scope != "customer":
        return None
    return result.segments


def _attempt(
    dataset: Dataset,
    answer: Answer,
    found: Answerability,
    options: Options,
    segments: Segments | None,
) -> Released | Refused:
    try:
        require(found, answer)
        if answer.kind == "multiclass":
            return train_multiclass(dataset, answer, found, options, segments)
        train_one = train_segments if answer.kind == "segment" else train_supervised
        return train_one(dataset, answer, found, options)
    except REFUSALS as refusal:
        return Refused(found.status, str(refusal))


def _writable(out: Path, tasks: set[Task]) -> None:
    """Find out before the search whether its bundles can be written, and overwrite nothing else."""
    for task in sorted(tasks):
        folder = out / task
        if folder.exists() and not (folder / "manifest.json").is_file():
            raise ClickwiseError(
                f"{folder} exists and is not a bundle, so it is not replaced. Name another --out."
            )
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out):
            pass
    except OSError as error:
        raise ClickwiseError(
            f"{out} cannot be made a folder to write into: {error.strerror}. Name another --out."
        ) from error


def _require_trials(asked: list[Answer], options: Options) -> None:
    """Refuse trials that leave a family untried before any answer is searched."""
    if options.trials is None:
        return
    for answer in asked:
        families = FAMILIES if answer.kind == "segment" else families_of(answer.kind)
        if options.trials < len(families):
            raise ClickwiseError(
                f"{options.trials} trials do not try each of the {len(families)} families of "
                f"{answer.name} once. Ask for at least {len(families)} trials."
            )
