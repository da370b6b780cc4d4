"""The report and the card of a bundle, made from its own figures."""

from __future__ import annotations

from html import escape
from typing import Any

import plotly.graph_objects as go

from automl.abandonment import abandonment_sentence
from automl.html import page, plot, table
from automl.released import Released
from automl.segment_figures import segment_sections
from automl.why_section import why_section
from clickstream.answers import ANSWERS
from clickstream.manifest import AnswerManifest, Metric

__all__ = ["card", "report"]

_QUANTITIES = {"conversion": ("predicted chance", "roc_auc"), "revenue": ("predicted amount", "r2")}
"""What is predicted, and the metric that a backtest draws."""


def card(head: dict[str, Any], answers: list[Released], refused: dict[str, str]) -> str:
    """Make a card in Markdown: what the bundle is for, its data, figures and limits.

    Parameters
    ----------
    head : dict
        The manifest's fields on task, source, data and versions.
    answers : list of Released
        What was packaged.
    refused : dict of str to str
        What was not, and why.
    """
    lines = [f"# {head['task']} from {head['source']}", ""]
    if head["simulated"]:
        lines += ["The data is **simulated**: no real shopper is behind these figures.", ""]
    lines += [f"Data version `{head['data_version'][:12]}`, seed {head['seed']}.", ""]
    for answer in answers:
        lines += _card_section(answer)
    for name, reason in refused.items():
        lines += [f"## {name}: not packaged", "", reason, ""]
    return "\n".join(lines)


def _card_section(answer: Released) -> list[str]:
    manifest = answer.manifest
    rows = [f"| {name} | {_shown(metric)} |" for name, metric in sorted(manifest.metrics.items())]
    return [
        f"## {answer.name}",
        "",
        f"{manifest.meaning}. {_complement(manifest)}Winner: {manifest.family}. "
        f"Status: {manifest.status} ({manifest.status_reason}).",
        "",
        f"Split {manifest.evidence.split}; {manifest.evidence.training_rows} rows of training, "
        f"{manifest.evidence.holdout_rows} of holdout.",
        "",
        "| metric on the holdout | value (95 % interval) |",
        "| --- | --- |",
        *rows,
        "",
        *[f"- {leak.reason} ({leak.action})" for leak in manifest.leaks],
        *[f"- {warning}" for warning in manifest.warnings],
        "",
    ]


def report(
    head: dict[str, Any],
    answers: list[Released],
    evaluations: dict[str, dict[str, Any]],
    refused: dict[str, str],
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
    """
    simulated = (
        '<p class="warning">The data is simulated: no real shopper is behind these figures.</p>'
        if head["simulated"]
        else ""
    )
    sections = [_section(answer, evaluations[answer.name]) for answer in answers]
    sections += [
        f"<h2>{escape(name)}: not packaged</h2><p>{escape(reason)}</p>"
        for name, reason in refused.items()
    ]
    about = f"<p>Data version {head['data_version'][:12]}, seed {head['seed']}.</p>"
    return page(f"{head['task']} from {head['source']}", simulated + about + "".join(sections))


def _section(answer: Released, evaluation: dict[str, Any]) -> str:
    manifest = answer.manifest
    warnings = "".join(f'<p class="warning">{escape(text)}</p>' for text in manifest.warnings)
    baseline = manifest.baseline_metrics
    rows = [
        [name, _shown(metric), _shown(baseline[name]) if name in baseline else ""]
        for name, metric in sorted(manifest.metrics.items())
    ]
    return (
        f"<h2>{escape(answer.name)}</h2><p>{escape(manifest.meaning)}. {_complement(manifest)}"
        f"Status: {manifest.status} ({escape(manifest.status_reason)}). "
        f"Winner: {escape(manifest.family)}.</p>{warnings}"
        f"<p>Split {escape(manifest.evidence.split)}; {manifest.evidence.training_rows} rows of "
        f"training, {manifest.evidence.holdout_rows} of holdout. Values with their 95 % interval; "
        f"the baseline is {escape(manifest.baseline)}.</p>"
        f"{table(['metric on the holdout', answer.manifest.family, 'baseline'], rows)}"
        f"{_findings(answer, evaluation)}{_abandonment(evaluation)}"
        f"<h3>Families</h3>{_leaderboard(evaluation['leaderboard'])}{_segments(evaluation)}"
        f"{''.join(plot(figure, _plot_id(figure)) for figure in _figures(answer, evaluation))}"
        f"{_why(answer, evaluation)}"
    )


def _why(answer: Released, evaluation: dict[str, Any]) -> str:
    kind = ANSWERS[answer.name].kind
    if kind == "segment":
        return ""
    quantity, metric = _QUANTITIES[kind]
    inputs = {one.name: one for one in answer.manifest.inputs}
    return why_section(answer.name, evaluation, inputs, quantity=quantity, metric=metric)


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


def _abandonment(evaluation: dict[str, Any]) -> str:
    """The purchase model as a judge of full carts, where it was measured as one."""
    found = evaluation.get("abandonment")
    if found is None:
        return ""
    sentence = f"<h3>Abandonment</h3><p>{escape(abandonment_sentence(found))}</p>"
    if "metrics" not in found:
        return sentence
    rows = [
        [name, _shown(Metric(**metric)), _shown(Metric(**found["baseline_metrics"][name]))]
        for name, metric in sorted(found["metrics"].items())
    ]
    return sentence + table(["metric on full carts", "1 minus the chance", "baseline"], rows)


def _segments(evaluation: dict[str, Any]) -> str:
    return "".join(segment_sections(evaluation)) if "candidates" in evaluation else ""


def _shown(metric: Any) -> str:
    if metric.low == metric.high:
        return f"{metric.value:.4g}"
    return f"{metric.value:.4g} ({metric.low:.4g} to {metric.high:.4g})"


def _leaderboard(board: list[dict[str, Any]]) -> str:
    names = ("validation_loss", "holdout_loss", "silhouette")
    shown = [name for name in names if any(name in line for line in board)]
    rows = [
        [line["family"], str(line["trials"])]
        + [_number(line.get(name)) for name in shown]
        + [line.get("failure") or ""]
        for line in board
    ]
    header = ["family", "trials", *(name.replace("_", " ") for name in shown), "remark"]
    return table(header, rows)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"


def _plot_id(figure: go.Figure) -> str:
    """A name that depends on the content, so that equal reports are equal bytes."""
    return "".join(letter for letter in figure.layout.title.text.lower() if letter.isalnum())


def _figures(answer: Released, evaluation: dict[str, Any]) -> list[go.Figure]:
    name = answer.name
    if "roc" in evaluation:
        return [
            _scores(name, evaluation["scores"]),
            _calibration(name, answer),
            _roc(name, evaluation["roc"]),
            *([_by_clicks(name, evaluation["by_clicks"])] if evaluation["by_clicks"] else []),
        ]
    if "deciles" in evaluation:
        return [_deciles(name, evaluation["deciles"])]
    return [_map(name, evaluation["map"])]


def _scores(name: str, scores: dict[str, list[float]]) -> go.Figure:
    figure = go.Figure()
    middles = [(a + b) / 2 for a, b in zip(scores["edges"], scores["edges"][1:], strict=False)]
    for label, colour in (("negatives", "#94a3b8"), ("positives", "#0f766e")):
        figure.add_bar(x=middles, y=scores[label], name=label, marker_color=colour)
    figure.update_layout(
        title=f"{name}: scores on the holdout",
        barmode="overlay",
        xaxis_title="predicted chance",
        yaxis_title="rows (logarithmic)",
        yaxis_type="log",
    )
    return figure


def _calibration(name: str, answer: Released) -> go.Figure:
    bins = answer.manifest.calibration
    figure = go.Figure()
    figure.add_scatter(
        x=[part.predicted for part in bins],
        y=[part.observed for part in bins],
        mode="lines+markers",
        name="deciles",
    )
    top = max(max(part.predicted, part.observed) for part in bins)
    figure.add_scatter(x=[0, top], y=[0, top], mode="lines", name="perfect", line_dash="dot")
    figure.update_layout(
        title=f"{name}: predicted against observed",
        xaxis_title="mean predicted chance of a decile",
        yaxis_title="observed share of yes",
    )
    return figure


def _roc(name: str, roc: dict[str, list[float]]) -> go.Figure:
    figure = go.Figure()
    figure.add_scatter(x=roc["false_positive_rate"], y=roc["true_positive_rate"], name="winner")
    figure.add_scatter(x=[0, 1], y=[0, 1], name="chance", line_dash="dot", mode="lines")
    figure.update_layout(
        title=f"{name}: ROC curve",
        xaxis_title="false positive rate",
        yaxis_title="true positive rate",
    )
    return figure


def _by_clicks(name: str, found: list[dict[str, float]]) -> go.Figure:
    figure = go.Figure()
    figure.add_scatter(
        x=[part["clicks"] for part in found],
        y=[part["roc_auc"] for part in found],
        mode="lines+markers",
    )
    figure.update_layout(
        title=f"{name}: ROC AUC by clicks seen",
        xaxis_title="clicks seen",
        yaxis_title="ROC AUC on the holdout",
    )
    return figure


def _deciles(name: str, deciles: list[dict[str, float]]) -> go.Figure:
    figure = go.Figure()
    places = list(range(1, len(deciles) + 1))
    for key, colour in (("predicted", "#0f766e"), ("actual", "#94a3b8")):
        figure.add_bar(x=places, y=[part[key] for part in deciles], name=key, marker_color=colour)
    figure.update_layout(
        title=f"{name}: mean amount by decile of the prediction",
        xaxis_title="decile of the prediction",
        yaxis_title="mean amount",
    )
    return figure


def _map(name: str, points: list[list[float]]) -> go.Figure:
    figure = go.Figure()
    for segment in sorted({int(point[2]) for point in points}):
        mine = [point for point in points if point[2] == segment]
        figure.add_scatter(
            x=[point[0] for point in mine],
            y=[point[1] for point in mine],
            mode="markers",
            name=f"segment {segment}",
        )
    figure.update_layout(
        title=f"{name}: map of the reference space",
        xaxis_title="first principal component",
        yaxis_title="second principal component",
    )
    return figure
