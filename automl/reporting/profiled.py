"""The report on segments for who has to act on them: who they are, what they did, what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import plotly.graph_objects as go

from automl.html import table
from automl.reporting.drawing import figure
from automl.reporting.figures_in_words import verdict
from automl.segments.following import GONE
from automl.segments.naming import LEAST_DIFFERENCE, phrase
from clickstream.manifest import AnswerManifest, Input, SegmentProfile, Trait

__all__ = ["moves_figure", "profiled_section"]

_AGREEMENTS = {
    "out_of_time_agreement": "later data",
    "held_out_agreement": "data that was set aside",
}
_UNITS = {"customer": "customers", "session": "sessions", "row": "rows"}


def profiled_section(manifest: AnswerManifest) -> str:
    """Describe every segment in words that need no statistics.

    Parameters
    ----------
    manifest : AnswerManifest
        Of an answer with segments.
    """
    inputs = {one.name: one for one in manifest.inputs}
    words = "".join(f"<p>{escape(text)}</p>" for text in _words(manifest))
    units = _UNITS[manifest.scope]
    told = (
        _segment(one, inputs, _alike(one, manifest.segments), units) for one in manifest.segments
    )
    parts = [_sizes(manifest), *told]
    return f"<h3>The segments</h3>{words}{''.join(parts)}"


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
        columns["spent then on average, 0 included (the shop's currency)"] = [
            f"{one.spend_mean:,.2f}" for one in followed
        ]
    rows = list(zip(*columns.values(), strict=True))
    return table(list(columns), rows, numbers=range(1, len(columns)))


def _words(manifest: AnswerManifest) -> list[str]:
    units, segments = _UNITS[manifest.scope], manifest.segments
    said = [
        f"{len(segments)} segments were found: groups of {units} that behave alike. Their names "
        "say what sets them apart; nobody chose them beforehand."
    ]
    if all(one.revenue_share is not None for one in segments):
        top = max(segments, key=lambda one: one.revenue_share or 0.0)
        said.append(
            f"Most sales come from segment {top.segment}, {top.name}: {top.share:.0%} of the "
            f"{units}, {top.revenue_share:.0%} of sales."
        )
    return [*said, *_clearness(manifest), *_afterwards(manifest)]


def _clearness(manifest: AnswerManifest) -> list[str]:
    """How far the groups can be relied on, in words."""
    values = {name: metric.value for name, metric in manifest.metrics.items()}
    again = next((name for name in _AGREEMENTS if name in values), None)
    said = [f"Seen from afar, they {verdict('silhouette', values['silhouette'])}."]
    if again is not None:
        said.append(
            f"Made once more from {_AGREEMENTS[again]}, they come out "
            f"{verdict(again, values[again])}."
        )
    return [" ".join(said)]


def _afterwards(manifest: AnswerManifest) -> list[str]:
    """What became of the segments, where that is known."""
    followed = [one for one in manifest.segments if one.next_window is not None]
    if not followed:
        return []
    days, explained = manifest.windows.target_days, manifest.metrics["next_spend_explained"].value
    spend = {one.name: one.next_window.spend_mean for one in followed if one.next_window}
    most, least = max(spend, key=spend.__getitem__), min(spend, key=spend.__getitem__)
    return [
        f"They were made as of {days} days before the end of the log{_day(manifest)}, and sizes "
        f"are of that day. What was bought in the {days} days that followed played no part in "
        "that, so it shows "
        f"whether the names hold: on average {most} spent {spend[most]:,.2f} each, {least} "
        f"{spend[least]:,.2f}.",
        "These are averages: single customers of one segment differ far more than segments do "
        f"({explained:.1%} of all differences in what was spent lie between segments). Choose by "
        "segments what to say to whom; they do not foretell what one customer spends.",
    ]


def _day(manifest: AnswerManifest) -> str:
    moment = manifest.segments_as_of
    return "" if moment is None else f" ({moment:%Y-%m-%d})"


def _alike(one: SegmentProfile, segments: Sequence[SegmentProfile]) -> list[str]:
    """Names of the other segments with the same strategy."""
    return [
        f"{other.segment} {other.name}"
        for other in segments
        if other.segment != one.segment and other.strategy == one.strategy
    ]


def _segment(
    one: SegmentProfile, inputs: Mapping[str, Input], alike: Sequence[str], units: str
) -> str:
    strategy = one.strategy
    plan = [
        ["Goal", strategy.goal],
        ["Channel", strategy.channel],
        ["Offer", strategy.offer],
        ["Measure", strategy.measure],
    ]
    apart = [
        _trait(trait, inputs[trait.input])
        for trait in one.traits
        if abs(trait.difference) >= LEAST_DIFFERENCE
        # Where means differ and medians do not, there is nothing to see in typical members.
        and _amount(trait.typical) != _amount(trait.typical_overall)
    ]
    header = ["what sets it apart", "", "typical member", "typical of all"]
    traits = table(header, apart, numbers=(2, 3)) if apart else "<p>Close to all others.</p>"
    heading = f"{one.segment} {one.name} ({one.share:.0%} of {units})"
    return f"<h4>{escape(heading)}</h4>{traits}{table(['what to do', ''], plan)}{_same_plan(alike)}"


def _same_plan(alike: Sequence[str]) -> str:
    if not alike:
        return ""
    words = (
        f"The same plan as for {' and '.join(alike)}; they differ in what is listed above, each "
        "under its own name."
    )
    return f'<p class="note">{escape(words)}</p>'


def _trait(trait: Trait, described: Input) -> list[str]:
    return [
        f"{phrase(trait)} ({_strength(trait.difference)})",
        f"{described.description} ({described.unit})",
        _amount(trait.typical),
        _amount(trait.typical_overall),
    ]


def _strength(difference: float) -> str:
    """In words; the borders are those that Cohen (1988) calls small, medium and large."""
    size = abs(difference)
    return "a little" if size < 0.5 else "clearly" if size < 0.8 else "by far"


def _amount(value: float) -> str:
    """With as many digits as anyone compares by."""
    return f"{value:,.0f}" if abs(value) >= 20 else f"{value:,.3g}"


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
    drawn = figure(
        f"Of each segment, how many are where {days} days later (a row adds up to 100 %, but for "
        "rounding)",
        f"segment {days} days later",
        "segment at first",
    )
    drawn.add_heatmap(
        z=shares,
        x=[names.get(place, "not seen any more") for place in to],
        y=list(names.values()),
        text=[[f"{share:.0%}" for share in row] for row in shares],
        texttemplate="%{text}",
        colorscale="Teal",
        zmin=0,
        # So far above the largest share that no cell is too dark for its text.
        zmax=2,
        showscale=False,
        xgap=2,
        ygap=2,
        hovertemplate="of %{y}, %{text} are %{x}<extra></extra>",
    )
    drawn.update_yaxes(type="category", autorange="reversed", automargin=True)
    drawn.update_xaxes(type="category", automargin=True)
    return drawn
