"""What `clickwise inspect` tells of a file before anything is trained."""

from __future__ import annotations

from typing import Any

from automl.admission import leaks_of
from automl.evidence import evidence_of, require_evidence
from automl.preparing import prepare
from clickstream.answers import ANSWERS, Answer, Windows, answerability
from clickstream.errors import NotAnswerable
from clickstream.remarks import remarks
from clickstream.tables import Dataset
from clickstream.versions import data_version

__all__ = ["inspection", "inspection_lines"]


_WINDOWS = Windows()


def inspection(dataset: Dataset, windows: Windows = _WINDOWS) -> dict[str, Any]:
    """Describe a data set: rows, units, what can be asked, what would leak.

    Parameters
    ----------
    dataset : Dataset
        A file, read.
    windows : Windows, optional
        For customers; 28 days ahead and 365 back where not given.
    """
    return {
        "source": dataset.source,
        "simulated": dataset.simulated,
        "kind": dataset.kind,
        "data_version": data_version(dataset),
        "rows": {
            "read": dataset.counts.read,
            "kept": dataset.counts.kept,
            "quarantined": dict(dataset.counts.quarantined),
        },
        "units": _units(dataset),
        "answers": {answer.name: _answer(dataset, answer, windows) for answer in ANSWERS.values()},
        "notes": [*remarks(dataset), *dataset.notes],
    }


def _units(dataset: Dataset) -> dict[str, int]:
    if dataset.kind == "rows":
        return {"rows": dataset.counts.kept}
    events = dataset.table
    types = ("view", "cart", "purchase", "return")
    kinds = {f"{kind}s": events.event_type == kind for kind in types}
    return {
        "events": int(events.count().execute()),
        "sessions": int(events.session_id.nunique().execute()),
        "customers": int(events.customer_id.nunique().execute()),
        **{name: int(events.filter(kind).count().execute()) for name, kind in kinds.items()},
    }


def _answer(dataset: Dataset, answer: Answer, windows: Windows) -> dict[str, Any]:
    """Whether it can be asked, how much evidence there is, and what would leak."""
    found = answerability(dataset, answer, windows)
    said = {"status": found.status, "reason": found.reason, "scope": found.scope}
    if found.status == "no" or answer.of_segments:
        # Which segments there are is known after a search only.
        return said
    try:
        prepared = prepare(dataset, answer, found, windows, seed=0)
    except NotAnswerable as refusal:
        return said | {"status": "no", "reason": str(refusal)}
    evidence = evidence_of(prepared, answer)
    try:
        require_evidence(evidence, answer)
    except NotAnswerable as refusal:
        said |= {"status": "no", "reason": str(refusal)}
    leaks = [leak.model_dump() for leak in leaks_of(dataset, prepared, answer, found)]
    return said | {"evidence": evidence.model_dump(exclude_none=True), "leaks": leaks}


def inspection_lines(found: dict[str, Any]) -> list[str]:
    """The same for readers.

    Parameters
    ----------
    found : dict
        Of `inspection`.
    """
    rows = found["rows"]
    lost = rows["quarantined"]
    total = " + ".join([str(rows["kept"]), *(str(count) for count in lost.values())])
    return [
        f"source {found['source']}{' (simulated)' if found['simulated'] else ''}, "
        f"data version {found['data_version'][:12]}",
        f"rows read {rows['read']} = {total} (kept + quarantined)",
        *(f"  quarantined {count}: {reason}" for reason, count in lost.items()),
        ", ".join(f"{count} {name}" for name, count in found["units"].items()),
        "can be asked:",
        *(
            line
            for name, answer in found["answers"].items()
            for line in _answer_lines(name, answer)
        ),
        *found["notes"],
    ]


def _answer_lines(name: str, answer: dict[str, Any]) -> list[str]:
    lines = [f"  {name:14} {answer['status']:6} per {answer['scope']}: {answer['reason']}"]
    if evidence := answer.get("evidence"):
        counts = [f"{value} {key.replace('_', ' ')}" for key, value in evidence.items()]
        lines.append(f"    {', '.join(counts[:-1])}; split {evidence['split']}")
    lines += [
        f"    leak: {', '.join(leak['columns']) or leak['kind']} ({leak['action']}): "
        f"{leak['reason']}"
        for leak in answer.get("leaks", [])
    ]
    return lines
