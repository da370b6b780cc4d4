"""The report on segments for who has to act on them: who they are, what they did, what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import plotly.graph_objects as go

from automl.html import table
from automl.reporting.drawing import figure
from automl.segments.following import GONE
from automl.segments.naming import phrase
from clickstream.manifest import AnswerManifest, Input, SegmentProfile, Trait

__all__ = ["METRICS_IN_WORDS", "moves_figure", "profiled_section"]

METRICS_IN_WORDS = {
    "silhouette": "How much nearer a member lies to its own group than to the next: 1 where groups "
    "are far apart, 0 where they run into each other, below 0 where members would fit better "
    "elsewhere.",
    "silhouette_lead": "By how much that is better than groups of the same sizes drawn by lot.",
    "davies_bouldin": "How wide groups are against the distance between them: the smaller the "
    "better.",
    "within_ss": "How far members lie from the middle of their group, squared: the smaller the "
    "more alike they are.",
    "stability": "Whether the same groups come out of other samples of the same data: 1 for the "
    "same ones, about 0 for others.",
    "out_of_time_agreement": "Whether the same groups come out of newer data: 1 for the same "
    "ones, about 0 for others.",
    "held_out_agreement": "Whether the same groups come out of data that was set aside: 1 for the "
    "same ones, about 0 for others.",
    "smallest_share": "Share of the smallest group.",
    "noise_share": "Share that is far from every group and fits none.",
    "segments": "How many groups there are.",
    "moved_share": "Share of customers that changed group or were not seen any more one target "
    "window later.",
    "next_spend_explained": "Of the differences in what customers spent next, the share that lies "
    "between groups.",
}
"""What the figures of a segmentation say to who has never met them."""

_UNITS = {"customer": "customers", "session": "sessions", "row": "rows"}


def profiled_section(manifest: AnswerManifest) -> str:
    """Describe every segment in words that need no statistics.

    Parameters
    ----------
    manifest : AnswerManifest
        Of an answer with segments.
    """
    inputs = {one.name: one for one in manifest.inputs}
    parts = [_sizes(manifest), *(_segment(one, inputs) for one in manifest.segments)]
    return f"<h3>The segments</h3>{''.join(parts)}"


def _sizes(manifest: AnswerManifest) -> str:
    units, days = _UNITS[manifest.scope], manifest.windows.target_days
    segments = manifest.segments
    columns = {
        "segment": [f"{one.segment} {one.name}" for one in segments],
        units: [f"{one.size:,}" for one in segments],
        f"share of {units}": [f"{one.share:.1%}" for one in segments],
    }
    if all(one.revenue_share is not None for one in segments):
        columns["share of sales"] = [f"{one.revenue_share:.1%}" for one in segments]
    followed = [one.next_window for one in segments if one.next_window is not None]
    if followed:
        columns[f"bought in the next {days} days"] = [f"{one.buying_share:.1%}" for one in followed]
        columns["spent then, each"] = [f"{one.spend_mean:,.2f}" for one in followed]
    rows = list(zip(*columns.values(), strict=True))
    words = "".join(f"<p>{escape(text)}</p>" for text in _words(manifest, bool(followed)))
    return words + table(list(columns), rows, numbers=range(1, len(columns)))


def _words(manifest: AnswerManifest, followed: bool) -> list[str]:
    units = _UNITS[manifest.scope]
    said = [
        f"Every one of the {units} belongs to the group of those that behave most alike. A group "
        "got its name from what sets it apart; nobody chose the groups beforehand."
    ]
    if not followed:
        return said
    days = manifest.windows.target_days
    explained = manifest.metrics["next_spend_explained"].value
    return [
        *said,
        f"Groups were made of what was known {days} days before the end of the log. What each "
        f"bought in the {days} days that followed played no part in that, so it shows whether the "
        f"names hold. Of all differences in what {units} spent then, {explained:.1%} lie between "
        "groups, the rest within them.",
    ]


def _segment(one: SegmentProfile, inputs: Mapping[str, Input]) -> str:
    strategy = one.strategy
    plan = [
        ["Goal", strategy.goal],
        ["Channel", strategy.channel],
        ["Offer", strategy.offer],
        ["It worked if", strategy.measure],
    ]
    traits = table(
        ["what sets it apart", "input", "in the middle of it", "in the middle of all"],
        [_trait(trait, inputs[trait.input]) for trait in one.traits],
        numbers=(2, 3),
    )
    heading = f"{one.segment} {one.name}: {one.share:.0%}"
    return f"<h4>{escape(heading)}</h4>{traits}{table(['What to do', ''], plan)}"


def _trait(trait: Trait, described: Input) -> list[str]:
    return [
        f"{phrase(trait)} ({_strength(trait.difference)})",
        described.description,
        _amount(trait.typical, described.unit),
        _amount(trait.typical_overall, described.unit),
    ]


def _strength(difference: float) -> str:
    """In words; the borders are those that Cohen (1988) calls small, medium and large."""
    size = abs(difference)
    if size < 0.2:
        return "hardly"
    return "a little" if size < 0.5 else "clearly" if size < 0.8 else "by far"


def _amount(value: float, unit: str) -> str:
    return f"{value:,.4g} {unit}"


def moves_figure(segments: Sequence[SegmentProfile], days: int) -> go.Figure:
    """Where the members of each segment are one target window later.

    Parameters
    ----------
    segments : sequence of SegmentProfile
        With their moves.
    days : int
        The target window.
    """
    names = {str(one.segment): f"{one.segment} {one.name}" for one in segments}
    to = [*names, *([GONE] if any(GONE in one.moves for one in segments) else [])]
    shares = [[one.moves.get(place, 0.0) for place in to] for one in segments]
    drawn = figure(f"Where they are {days} days later", "segment then", "segment before")
    drawn.add_heatmap(
        z=shares,
        x=[names.get(place, "not seen any more") for place in to],
        y=list(names.values()),
        text=[[f"{share:.0%}" for share in row] for row in shares],
        texttemplate="%{text}",
        colorscale="Teal",
        zmin=0,
        zmax=1,
        showscale=False,
        xgap=2,
        ygap=2,
        hovertemplate="of %{y}, %{text} are %{x}<extra></extra>",
    )
    drawn.update_yaxes(type="category", autorange="reversed", automargin=True)
    drawn.update_xaxes(type="category", automargin=True)
    return drawn
