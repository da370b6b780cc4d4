"""The sections of an answer's part of the report, in the order in which they stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from automl.abandonment import abandonment_sentence
from automl.html import table
from automl.released import Released
from automl.reporting.amounts import amount_figures
from automl.reporting.chances import chance_figures
from automl.reporting.classes import class_figures
from automl.reporting.drawing import draw, grid, shown
from automl.reporting.profiled import moves_figure, profiled_section
from automl.reporting.searches import leaderboard_table, path_figure
from automl.reporting.segments import segment_figures
from automl.segment_sections import segment_sections, who_they_are
from automl.why_section import importance_section, why_section
from clickstream.answers import ANSWERS
from clickstream.manifest import Metric

__all__ = ["LEADS", "SECTIONS", "Section"]

_QUANTITIES = {"conversion": ("predicted chance", "roc_auc"), "revenue": ("predicted amount", "r2")}
"""What is predicted, and the metric that a backtest draws."""

Section = Callable[[Released, Mapping[str, Any]], list[str]]
"""Of (answer, its `evaluation.json`): pieces of HTML; none where the answer has nothing of it."""


def _plots(answer: Released, evaluation: Mapping[str, Any]) -> list[str]:
    if "roc" in evaluation:
        figures = chance_figures(evaluation, answer.manifest.calibration)
    elif "deciles" in evaluation:
        figures = amount_figures(evaluation)
    elif "classes" in evaluation:
        figures = class_figures(evaluation)
    else:
        return [draw(one, answer.name) for one in segment_figures(evaluation)]
    return ["<h3>Quality</h3>", grid([draw(figure, answer.name) for figure in figures])]


def _abandonment(_answer: Released, evaluation: Mapping[str, Any]) -> list[str]:
    """The purchase model as a judge of full carts, where it was measured as one."""
    found = evaluation.get("abandonment")
    if found is None:
        return []
    sentence = f"<h3>Abandonment</h3><p>{escape(abandonment_sentence(found))}</p>"
    if "metrics" not in found:
        return [sentence]
    rows = [
        [name, shown(Metric(**metric)), shown(Metric(**found["baseline_metrics"][name]))]
        for name, metric in sorted(found["metrics"].items())
    ]
    return [sentence, table(["metric on full carts", "1 minus the chance", "baseline"], rows)]


def _forecasts(answer: Released, evaluation: Mapping[str, Any]) -> list[str]:
    """The winner beside what a shop would forecast without a search."""
    found = evaluation.get("forecasts")
    if found is None:
        return []
    measured = {name: metrics for name, metrics in found.items() if "not_measured" not in metrics}
    rows = [
        [name, shown(metric), *(shown(Metric(**each[name])) for each in measured.values())]
        for name, metric in sorted(answer.manifest.metrics.items())
        if all(name in each for each in measured.values())
    ]
    reasons = [
        f"<p>{escape(name)} could not be measured: {escape(metrics['not_measured'])}</p>"
        for name, metrics in found.items()
        if name not in measured
    ]
    header = ["metric on the holdout", answer.manifest.family, *measured]
    return ["<h3>Beside other forecasts</h3>", table(header, rows), *reasons]


def _search(answer: Released, evaluation: Mapping[str, Any]) -> list[str]:
    seconds, path = answer.run.get("seconds_by_family", {}), answer.run.get("path", [])
    board = leaderboard_table(evaluation["leaderboard"], seconds)
    drawn = [draw(path_figure(path), answer.name)] if path else []
    return ["<h3>Families</h3>", board, *drawn]


def _segments(_answer: Released, evaluation: Mapping[str, Any]) -> list[str]:
    return segment_sections(evaluation) if "candidates" in evaluation else []


def _profiled(answer: Released, evaluation: Mapping[str, Any]) -> list[str]:
    """Who the segments are, and what to do about each."""
    if not answer.manifest.segments:
        return []
    return [profiled_section(answer.manifest), who_they_are(evaluation)]


def _moves(answer: Released, _evaluation: Mapping[str, Any]) -> list[str]:
    """Where customers of each segment went."""
    segments, days = answer.manifest.segments, answer.manifest.windows.target_days
    if days is None or not any(one.moves for one in segments):
        return []
    words = (
        f"Of the members of each segment, the share that behaves like each segment {days} days "
        f"later. {answer.manifest.metrics['moved_share'].value:.1%} of all have changed segment or "
        "are not seen any more, since all that they did lies too long ago to count. Make lists "
        f"anew every {days} days."
    )
    return [
        f"<h3>Who stays, and who moves on</h3><p>{escape(words)}</p>",
        draw(moves_figure(segments, days), answer.name),
    ]


def _rfm(answer: Released, evaluation: Mapping[str, Any]) -> list[str]:
    """Classes of customers by three scores, beside the segments."""
    found = evaluation.get("rfm")
    if found is None:
        return []
    none = found["without_order"]
    words = (
        "Customers who ordered are ranked three times: by how recent the last order is, by the "
        "number of orders and by the amount bought. Each ranking is cut into five equal parts, of "
        "which 5 is the best, and the three numbers give the class. It is another look at the "
        "same customers, for who is used to it, and need not agree with the segments, which are "
        "found without it. Plans and lists go by the segment, not by the class."
        + (f" {none:,} customers ordered nothing and have no scores." if none else "")
    )
    classes, segments = found["classes"], list(found["classes"][0]["in_segment"])
    sizes = [
        [one["name"], one["meaning"], f"{one['customers']:,}", f"{one['spend_share']:.1%}"]
        for one in classes
    ]
    crossed = [
        [one["name"], *(f"{one['in_segment'][segment]:,}" for segment in segments)]
        for one in classes
    ]
    names = {str(one.segment): one.name for one in answer.manifest.segments}
    named = [f"{number} {names[number]}" for number in segments]
    header = ["class", "what they did", "customers", "share of sales"]
    return [
        f"<h3>Recency, frequency and monetary value</h3><p>{escape(words)}</p>",
        table(header, sizes, numbers=(2, 3)),
        "<p>Customers of each class by their segment:</p>",
        table(["class", *named], crossed, numbers=range(1, 1 + len(segments))),
    ]


def _why(answer: Released, evaluation: Mapping[str, Any]) -> list[str]:
    kind = ANSWERS[answer.name].kind
    if kind == "multiclass":
        return [importance_section(answer.name, evaluation["importance"])]
    if kind not in _QUANTITIES:
        return []
    quantity, metric = _QUANTITIES[kind]
    inputs = {one.name: one for one in answer.manifest.inputs}
    return [why_section(answer.name, evaluation, inputs, quantity=quantity, metric=metric)]


LEADS: tuple[Section, ...] = (_profiled, _moves, _rfm)
"""For who wants to act; they come before how an answer was found."""

SECTIONS: tuple[Section, ...] = (_plots, _abandonment, _forecasts, _search, _segments, _why)
"""A new section is one more entry."""
