"""The report of a bundle: a self-contained page, made from its own figures."""

from __future__ import annotations

from html import escape
from typing import Any

from automl.html import page, table
from automl.released import Released
from automl.reporting.drawing import begun, shown
from automl.reporting.figures_in_words import METRICS_IN_WORDS, verdict
from automl.reporting.recommended import recommended_section
from automl.reporting.sections import LEADS, SECTIONS
from clickstream.manifest import AnswerManifest, Metric, Recommendations

__all__ = ["report"]


_FOR_WHOM = "The rest is for who wants to check them; nobody needs it to act on what stands above."


def report(
    head: dict[str, Any],
    answers: list[Released],
    evaluations: dict[str, dict[str, Any]],
    refused: dict[str, str],
    recommended: Recommendations | None = None,
) -> str:
    """Make a self-contained page with figures and plots.

    Parameters
    ----------
    head : dict
        The manifest's fields on task, source, data and versions.
    answers : list of Released
        What was packaged.
    evaluations : dict of str to dict
        Each answer's `evaluation.json`.
    refused : dict of str to str
        What was not packaged, and why.
    recommended : Recommendations or None
        What `POST /recommend` was judged by.
    """
    simulated = (
        '<p class="warning">The data is simulated: no real shopper is behind these figures.</p>'
        if head["simulated"]
        else ""
    )
    told = "" if recommended is None else recommended_section(recommended)
    sections = [
        # What is for marketers stands together, before how the first answer was found.
        _section(answer, evaluations[answer.name], "" if place else told)
        for place, answer in enumerate(answers)
    ] or [told]
    sections += [
        f"<h2>{escape(name)}: not packaged</h2><p>{escape(reason)}</p>"
        for name, reason in refused.items()
    ]
    about = f'<p class="note">Data version {head["data_version"][:12]}, seed {head["seed"]}.</p>'
    return page(f"{head['task']} from {head['source']}", simulated + "".join(sections) + about)


def _section(answer: Released, evaluation: dict[str, Any], after_lead: str) -> str:
    manifest = answer.manifest
    warnings = "".join(f'<p class="warning">{escape(text)}</p>' for text in manifest.warnings)
    lead = "".join(part for section in LEADS for part in section(answer, evaluation))
    found = f'<h2>How the segments were found</h2><p class="note">{_FOR_WHOM}</p>' if lead else ""
    return (
        f"<h2>{escape(answer.name)}</h2>{lead}{after_lead}{found}"
        f"<p>{escape(begun(manifest.meaning))}. {_complement(manifest)}"
        f"Status: {manifest.status} ({escape(manifest.status_reason)}). "
        f"{_winner(manifest)}</p>{warnings}"
        f"<p>Split {escape(manifest.evidence.split)}; {manifest.evidence.training_rows} rows of "
        f"training, {manifest.evidence.holdout_rows} of holdout. Values with their 95 % interval; "
        f"the baseline is {escape(manifest.baseline)}.</p>"
        f"{_figures(manifest)}{_findings(answer, evaluation)}"
        f"{''.join(part for section in SECTIONS for part in section(answer, evaluation))}"
    )


def _figures(manifest: AnswerManifest) -> str:
    """All metrics beside the baseline; those that few have met before with what they say."""
    metrics, baseline = manifest.metrics, manifest.baseline_metrics
    header = ["metric on the holdout", manifest.family, "baseline"]
    rows = [
        [name, shown(metric), shown(baseline[name]) if name in baseline else ""]
        for name, metric in sorted(metrics.items())
    ]
    if manifest.segments or manifest.classes:
        header.append("what it says")
        rows = [[*row, _said(row[0], metrics[row[0]])] for row in rows]
    return table(header, rows)


def _said(name: str, metric: Metric) -> str:
    """What a figure says, and how good it is where there are grades."""
    here = verdict(name, metric.value)
    return METRICS_IN_WORDS[name] + (f" Here: {here}." if here else "")


def _winner(manifest: AnswerManifest) -> str:
    """Family, members, calibration and threshold, as far as there are any."""
    said = [f"Winner: {manifest.family}"]
    if manifest.members > 1:
        said.append(f"the mean of {manifest.members} models that differ in their seeds")
    if manifest.calibration_method is not None:
        said.append(f"calibration {manifest.calibration_method}")
    if manifest.threshold is not None:
        said.append(f"yes from {manifest.threshold:.4g} on, by {manifest.threshold_rule}")
    return escape(", ".join(said) + ".")


def _complement(manifest: AnswerManifest) -> str:
    found = manifest.complement
    return "" if found is None else escape(f"1 minus it is the {found.name}: {found.meaning}. ")


def _findings(answer: Released, evaluation: dict[str, Any]) -> str:
    """Sentences on leaks, on the gain over the baseline and on totals, as far as there are any."""
    sentences = [f"{leak.reason} ({leak.action})" for leak in answer.manifest.leaks]
    if gain := evaluation.get("gain_over_baseline"):
        sentences.append(
            f"Loss per row below the baseline's by {gain['value']:.4g} (95 % interval "
            f"{gain['low']:.4g} to {gain['high']:.4g})."
        )
    if total := evaluation.get("total"):
        sentences.append(
            f"The holdout's amounts add up to {total['actual']:,.2f}; predicted were "
            f"{total['predicted']:,.2f}."
        )
    return "".join(f"<p>{escape(sentence)}</p>" for sentence in sentences)
