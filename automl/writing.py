"""What a run found, written as one bundle per task."""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from automl.examples import example_body
from automl.options import Options
from automl.outcomes import REFUSALS, Refused
from automl.recommending import Members, Recommended, train_recommendations
from automl.released import Released, json_bytes
from automl.reporting import card, report
from clickstream.answers import Task
from clickstream.bundle import Bundle, open_bundle, write_bundle
from clickstream.errors import BundleError
from clickstream.manifest import Recommendations
from clickstream.tables import Dataset
from clickstream.versions import data_version

__all__ = ["Run", "write_task"]

_NOT_LEARNED = "The run was interrupted before they were learned. Train again to have them."
_LIBRARIES = ("flaml", "scikit-learn", "xgboost-cpu", "imbalanced-learn", "skl2onnx", "duckdb")


@dataclass(frozen=True)
class Run:
    """What a run of training was asked for.

    Attributes
    ----------
    dataset : Dataset
        A file, read.
    out : Path
        Folder of one folder per task.
    options : Options
        Answers, budget or trials, seed.
    began : float
        When, in seconds since 1970.
    interrupted : bool
        Whether Ctrl-C ended its searches.
    """

    dataset: Dataset
    out: Path
    options: Options
    began: float
    interrupted: bool


def write_task(run: Run, task: Task, results: Mapping[str, Released | Refused]) -> Bundle | None:
    """Write what passed the gate as the bundle of a task, in the place of an older one.

    Recommendations make a bundle alone, where every answer is refused, but in no place where
    answers stand.

    Parameters
    ----------
    run : Run
        What was asked for.
    task : str
        Whose bundle it is.
    results : mapping of str to Released or Refused
        By answer, the default first.

    Returns
    -------
    Bundle or None
        None where nothing is to be written.
    """
    released = [result for result in results.values() if isinstance(result, Released)]
    refused = {
        name: result.reason for name, result in results.items() if isinstance(result, Refused)
    }
    folder = run.out / task
    recommended: Recommended | Refused | None = None
    if task == "segmentation" and (released or (results and not _holds_answers(folder))):
        recommended = _recommended(run, released)
    if isinstance(recommended, Refused):
        refused["recommendations"], recommended = recommended.reason, None
    if not released and recommended is None:
        return None
    head = _head(run.dataset, task, run.options)
    described = None if recommended is None else recommended.manifest
    content = _content(run, head, released, refused, described)
    manifest = head | {
        "default_answer": released[0].name if released else None,
        "answers": {answer.name: answer.manifest.model_dump() for answer in released},
        "refused": refused,
        "recommendations": None if described is None else described.model_dump(),
    }
    parts = [content, *(answer.files for answer in released)]
    parts += [] if recommended is None else [recommended.files]
    if folder.exists():
        shutil.rmtree(folder)
    return write_bundle(folder, parts, manifest, _circumstances(run, released))


def _holds_answers(folder: Path) -> bool:
    if not folder.exists():
        return False
    try:
        return bool(open_bundle(folder).manifest.answers)
    except BundleError:
        # What no service would open is worth nothing.
        return False


def _recommended(run: Run, released: list[Released]) -> Recommended | Refused:
    segments = (
        Members(answer.manifest.scope, answer.segments.members)
        for answer in released
        if answer.segments is not None
    )
    if run.interrupted:
        return Refused("no", _NOT_LEARNED)
    run.options.report("recommendations", "counting what follows what", 0.0)
    try:
        return train_recommendations(run.dataset, next(segments, None), seed=run.options.seed)
    except REFUSALS as refusal:
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
    run: Run,
    head: dict[str, Any],
    released: list[Released],
    refused: dict[str, str],
    recommended: Recommendations | None,
) -> dict[str, bytes]:
    content: dict[str, bytes] = {}
    evaluations = {}
    for answer in released:
        body = example_body(run.dataset, answer.name, answer.manifest, run.options.windows)
        content[f"{answer.name}/example.json"] = json_bytes(body)
        evaluations[answer.name] = json.loads(answer.files[f"{answer.name}/evaluation.json"])
    content["report.html"] = report(head, released, evaluations, refused, recommended).encode()
    content["card.md"] = card(head, released, refused, recommended).encode()
    return content


def _circumstances(run: Run, released: list[Released]) -> dict[str, Any]:
    """What may differ between two runs that found the same."""
    return {
        "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(run.began)),
        "seconds": round(time.time() - run.began, 1),
        "machine": f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}",
        "engine": "duckdb" if run.dataset.spark is None else "spark",
        "commit": _commit(),
        "answers": {answer.name: dict(answer.run) for answer in released},
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
