"""The card of a bundle: what it is for, what it was made of, and where it ends.

Its headings follow Mitchell et al. 2019, "Model cards for model reporting".
"""

from __future__ import annotations

from typing import Any

from automl.released import Released
from automl.reporting.drawing import begun, shown
from automl.reporting.recommended import recommended_lines
from clickstream.manifest import AnswerManifest, Evidence, Recommendations

__all__ = ["card"]

_PURPOSES = {
    "conversion": "Says how likely a shopper is to do something, to decide whom to show or send "
    "what. It tells who will, not what makes them.",
    "revenue": "Says how much is to be expected of a shopper, to rank shoppers and to plan totals. "
    "It tells who spends, not what makes them.",
    "segmentation": "Puts shoppers who behave alike into one segment, to speak to each in its own "
    "way. A segment describes behaviour, not a person.",
}
_LIMITS = (
    "It holds for the shop and the time of its data: measure it on newer data with "
    "`clickwise evaluate`, and train it again when it falls behind.",
    "Inputs outside the range of training are answered with a warning.",
)


def card(
    head: dict[str, Any],
    answers: list[Released],
    refused: dict[str, str],
    recommended: Recommendations | None = None,
) -> str:
    """Make a card in Markdown: what the bundle is for, its data, figures and limits.

    Parameters
    ----------
    head : dict
        The manifest's fields on task, source, data and versions.
    answers : list of Released
        What was packaged.
    refused : dict of str to str
        What was not, and why.
    recommended : Recommendations or None
        What `POST /recommend` was judged by.
    """
    lines = [f"# {head['task']} from {head['source']}", ""]
    if head["simulated"]:
        lines += ["The data is **simulated**: no real shopper is behind these figures.", ""]
    lines += [_PURPOSES[head["task"]], "", *_data(head), "", "## Limits", ""]
    lines += [*(f"- {limit}" for limit in _LIMITS), ""]
    for answer in answers:
        lines += _answer(answer)
    lines += [] if recommended is None else recommended_lines(recommended)
    for name, reason in refused.items():
        lines += [f"## {name}: not packaged", "", reason, ""]
    versions = ", ".join(f"{name} {version}" for name, version in head["versions"].items())
    return "\n".join([*lines, "## Versions", "", f"{versions}.", ""])


def _data(head: dict[str, Any]) -> list[str]:
    context = ", ".join(head["context_columns"]) or "none"
    return [
        "## Data",
        "",
        f"- Source {head['source']}, {head['input_kind']}; context columns: {context}; "
        f"resolution of time: {head['time_resolution']}.",
        f"- Data version `{head['data_version'][:12]}`, seed {head['seed']}.",
    ]


def _answer(answer: Released) -> list[str]:
    manifest = answer.manifest
    return [
        f"## {answer.name}",
        "",
        *(f"- {sentence}" for sentence in _facts(manifest)),
        "",
        *_metrics(manifest),
        "",
        "Leaks found:",
        "",
        *([f"- {leak.reason} ({leak.action})" for leak in manifest.leaks] or ["- none"]),
        "",
        *([*(f"- Warning: {text}" for text in manifest.warnings), ""] if manifest.warnings else []),
    ]


def _facts(manifest: AnswerManifest) -> list[str]:
    return [
        f"{begun(manifest.meaning)}.",
        *_complement(manifest),
        f"Status: {manifest.status} ({manifest.status_reason}).",
        *([f"Label: {manifest.label}."] if manifest.label else []),
        f"Asked of a {manifest.scope}. {_windows(manifest)}",
        f"{len(manifest.inputs)} inputs: {', '.join(column.name for column in manifest.inputs)}.",
        f"Split {manifest.evidence.split}; {_evidence(manifest.evidence)}.",
        f"Winner: {manifest.family}, {_members(manifest.members)}.",
        *_chance(manifest),
        *_interval(manifest),
        f"The served graph differs from the fitted models by at most "
        f"{manifest.parity.largest_difference:.2g} on {manifest.parity.rows} rows.",
    ]


def _complement(manifest: AnswerManifest) -> list[str]:
    found = manifest.complement
    return [] if found is None else [f"1 minus it is the {found.name}: {found.meaning}."]


def _windows(manifest: AnswerManifest) -> str:
    windows = {
        "looks ahead": manifest.windows.target_days,
        "looks back at most": manifest.windows.history_days,
    }
    said = [f"{name} {days} days" for name, days in windows.items() if days is not None]
    if manifest.cuts:
        said.append(f"trained on cuts after {', '.join(map(str, manifest.cuts))} clicks")
    elif manifest.scope == "session" and manifest.label is not None:
        said.append("trained on cuts after every click")
    return f"{begun('; '.join(said))}." if said else "No window of time."


def _evidence(evidence: Evidence) -> str:
    parts = (
        ("training", evidence.training_rows, evidence.training_positives),
        ("holdout", evidence.holdout_rows, evidence.holdout_positives),
    )
    return ", ".join(
        f"{rows} rows of {part}" + ("" if yes is None else f" ({yes} units that say yes)")
        for part, rows, yes in parts
    )


def _members(members: int) -> str:
    return "one model" if members == 1 else f"the mean of {members} models that differ in seeds"


def _chance(manifest: AnswerManifest) -> list[str]:
    if manifest.threshold is None:
        return []
    return [
        f"Calibration: {manifest.calibration_method}, on rows that no model saw.",
        f"Yes from a chance of {manifest.threshold:.4g} on, chosen by {manifest.threshold_rule}.",
    ]


def _interval(manifest: AnswerManifest) -> list[str]:
    found = manifest.interval
    if found is None:
        return []
    return [
        f"Interval of {found.level:.0%} from conformal prediction in {len(found.bins)} bins of the "
        f"prediction; {found.holdout_coverage:.1%} of the holdout lie inside."
    ]


def _metrics(manifest: AnswerManifest) -> list[str]:
    baseline = manifest.baseline_metrics
    rows = [
        f"| {name} | {shown(metric)} | {shown(baseline[name]) if name in baseline else ''} |"
        for name, metric in sorted(manifest.metrics.items())
    ]
    return [
        f"| metric on the holdout | value (95 % interval) | {manifest.baseline} |",
        "| --- | --- | --- |",
        *rows,
    ]
