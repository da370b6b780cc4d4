"""Train the answers of a file and write one bundle per task."""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from automl.classes import train_classes
from automl.examples import example_body
from automl.families import families_of
from automl.options import Options
from automl.outcomes import Outcome, Refused, only_recommends, outcome_of
from automl.recommending import Members, Recommended, train_recommendations
from automl.released import Released, Segments, json_bytes
from automl.reporting import card, report
from automl.segmenting import train_segments
from automl.segments.clusterers import FAMILIES
from automl.supervised import train_supervised
from clickstream.answers import (
    ANSWERS,
    TASKS,
    Answer,
    Answerability,
    Task,
    answerability,
    require,
)
from clickstream.bundle import Bundle, write_bundle
from clickstream.errors import (
    ClickwiseError,
    LeakFound,
    NotAnswerable,
    ReleaseRefused,
    TrainingError,
)
from clickstream.manifest import Recommendations
from clickstream.tables import Dataset
from clickstream.versions import data_version

__all__ = ["Outcome", "train"]

_REFUSALS = (NotAnswerable, LeakFound, ReleaseRefused, TrainingError)
_NOT_BEGUN = "The run was interrupted before its search began. Ask for it with --answers {answers}."
_NOT_LEARNED = "The run was interrupted before they were learned. Train again to have them."
_LIBRARIES = ("flaml", "scikit-learn", "xgboost-cpu", "imbalanced-learn", "skl2onnx", "duckdb")


def train(dataset: Dataset, out: Path, options: Options) -> list[Outcome]:
    """Train every answer asked for; what passes the gate goes into its task's bundle.

    Parameters
    ----------
    dataset : Dataset
        A file, read.
    out : Path
        Folder that gets one folder per task. A task's older bundle there is replaced, but only
        by a new one: where every answer is refused, it stays.
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
    results: dict[str, Released | Refused] = {}
    for answer in sorted(asked, key=lambda one: one.of_segments):
        if any(_interrupted(result) for result in results.values()):
            alone = f"segment,{answer.name}" if answer.of_segments else answer.name
            reason = _NOT_BEGUN.format(answers=alone)
            results[answer.name] = Refused(found[answer.name].status, reason)
        else:
            segments = _segments(results.get("segment"))
            results[answer.name] = _attempt(dataset, answer, found[answer.name], options, segments)
    interrupted = any(map(_interrupted, results.values()))
    outcomes: dict[str, Outcome] = {}
    alone: list[Outcome] = []
    for task in TASKS:
        # In the order of ANSWERS, whose first is the task's default, whatever order was asked for.
        mine = {
            name: results[name]
            for name, answer in ANSWERS.items()
            if answer.task == task and name in results
        }
        bundle = _write_task(dataset, task, mine, out, options, began, interrupted=interrupted)
        outcomes |= {name: outcome_of(name, result, bundle) for name, result in mine.items()}
        if bundle is not None and not bundle.manifest.answers:
            alone.append(only_recommends(bundle))
    return [*(outcomes[answer.name] for answer in asked), *alone]


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
        if answer.kind == "classes":
            return train_classes(dataset, answer, found, options, segments)
        train_one = train_segments if answer.kind == "segment" else train_supervised
        return train_one(dataset, answer, found, options)
    except _REFUSALS as refusal:
        return Refused(found.status, str(refusal))


def _write_task(
    dataset: Dataset,
    task: Task,
    results: Mapping[str, Released | Refused],
    out: Path,
    options: Options,
    began: float,
    *,
    interrupted: bool,
) -> Bundle | None:
    released = [result for result in results.values() if isinstance(result, Released)]
    refused = {
        name: result.reason for name, result in results.items() if isinstance(result, Refused)
    }
    folder = out / task
    recommended: Recommended | Refused | None = None
    if task == "segmentation" and results:
        recommended = _recommended(dataset, released, options, interrupted=interrupted)
    if isinstance(recommended, Refused):
        refused["recommendations"], recommended = recommended.reason, None
    if not released and recommended is None:
        return None
    head = _head(dataset, task, options)
    described = None if recommended is None else recommended.manifest
    content = _content(dataset, head, released, refused, options, described)
    answers = {answer.name: answer.manifest.model_dump() for answer in released}
    manifest = head | {
        "default_answer": released[0].name if released else None,
        "answers": answers,
        "refused": refused,
        "recommendations": None if described is None else described.model_dump(),
    }
    run = _run(began, dataset) | {"answers": {answer.name: dict(answer.run) for answer in released}}
    parts = [content, *(answer.files for answer in released)]
    parts += [] if recommended is None else [recommended.files]
    if folder.exists():
        shutil.rmtree(folder)
    return write_bundle(folder, parts, manifest, run)


def _recommended(
    dataset: Dataset, released: list[Released], options: Options, *, interrupted: bool
) -> Recommended | Refused:
    segments = (
        Members(answer.manifest.scope, answer.segments.members)
        for answer in released
        if answer.segments is not None
    )
    if interrupted:
        return Refused("no", _NOT_LEARNED)
    options.report("recommendations", "counting what follows what", 0.0)
    try:
        return train_recommendations(dataset, next(segments, None), seed=options.seed)
    except _REFUSALS as refusal:
        return Refused("no", str(refusal))
    except KeyboardInterrupt:
        # The searches have their result, which is packaged in any case.
        return Refused("no", _NOT_LEARNED)


def _head(dataset: Dataset, task: Task, options: Options) -> dict[str, Any]:
    return {
        "task": task,
        "source": dataset.source,
        "simulated": dataset.simulated,
        "mapping": dataset.mapping,
        "input_kind": dataset.kind,
        "time_resolution": dataset.time_resolution,
        "context_columns": list(dataset.context_columns),
        "data_version": data_version(dataset),
        "seed": options.seed,
        "versions": {name: version(name) for name in ("clickwise", *_LIBRARIES)},
    }


def _content(
    dataset: Dataset,
    head: dict[str, Any],
    released: list[Released],
    refused: dict[str, str],
    options: Options,
    recommended: Recommendations | None,
) -> dict[str, bytes]:
    content: dict[str, bytes] = {}
    evaluations = {}
    for answer in released:
        body = example_body(dataset, answer.name, answer.manifest, options.windows)
        content[f"{answer.name}/example.json"] = json_bytes(body)
        evaluations[answer.name] = json.loads(answer.files[f"{answer.name}/evaluation.json"])
    content["report.html"] = report(head, released, evaluations, refused, recommended).encode()
    content["card.md"] = card(head, released, refused, recommended).encode()
    return content


def _run(began: float, dataset: Dataset) -> dict[str, Any]:
    return {
        "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(began)),
        "seconds": round(time.time() - began, 1),
        "machine": f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}",
        "engine": "duckdb" if dataset.spark is None else "spark",
        "commit": _commit(),
    }


def _commit() -> str | None:
    """The commit of the code that trained, None outside a checkout."""
    git = shutil.which("git")
    if git is None:
        return None
    found = subprocess.run(
        [git, "rev-parse", "HEAD"],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=False,
    )
    return found.stdout.strip() or None


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
