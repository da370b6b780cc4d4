"""The page of segments: who they are, what to do about them, and how far to trust them."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
import streamlit as st

from ui.charts import members, segments
from ui.charts.why import input_name
from ui.context import Context
from ui.errors import GatewayError
from ui.evaluations import SegmentationEvaluation
from ui.fetched import once
from ui.figures import in_columns, show_figure, show_number
from ui.language import amount, known_text, number, percent, sentence, signed, text, translated
from ui.models import Model, SegmentProfile, Task
from ui.naming import metric_name, segment_name, units
from ui.quality.choosing import Chosen, choose_answer
from ui.quality.members import show_members
from ui.quality.newcomers import show_newcomers
from ui.quality.shared import show_proxy
from ui.status import show_simulated

__all__ = ["show"]

_FIGURES = (
    "silhouette",
    "davies_bouldin",
    "stability",
    "out_of_time_agreement",
    "held_out_agreement",
    "moved_share",
    "next_spend_explained",
    "noise_share",
)
_TOP_PRODUCTS = 5


def show(context: Context) -> None:
    """Draw the page.

    Parameters
    ----------
    context : Context
        Whom to ask.
    """
    st.title(text("pages.segments"))
    st.markdown(text("purpose.segments"))
    show_simulated(context)
    chosen = choose_answer(context, Task.SEGMENTATION, only=("segment",))
    if chosen is None or not isinstance(chosen.evaluation, SegmentationEvaluation):
        return
    found, profiles = chosen.evaluation, chosen.answer.segments
    colours = members.colours_of(chosen.model)
    _head(chosen)
    _sizes(chosen, profiles, colours)
    _profiles(chosen, found, colours)
    _cards(context, chosen, profiles, colours)
    _trust(chosen, found, profiles)
    show_newcomers(context, chosen.model)
    show_members(chosen, colours)


def _head(chosen: Chosen) -> None:
    answer = chosen.answer
    count = len(answer.segments)
    size = sum(one.size for one in answer.segments)
    st.markdown(text("segments.what", count=number(count), units=units(size, answer.scope)))
    if answer.segments_as_of:
        day = datetime.fromisoformat(answer.segments_as_of).date().isoformat()
        st.caption(text("segments.as_of", day=day))
    show_proxy(answer)
    for warning in answer.warnings:
        st.warning(warning)


def _sizes(chosen: Chosen, profiles: list[SegmentProfile], colours: members.Colours) -> None:
    left, right = st.columns(2)
    with left:
        names = [one.name for one in profiles]
        pie = members.segment_pie(names, [one.size for one in profiles], colours)
        show_figure(text("segments.sizes"), pie, "sizes", [chosen.model])
    with right:
        bars = segments.shares(profiles, colours)
        show_figure(text("segments.shares"), bars, "revenue_shares", [chosen.model])


def _profiles(chosen: Chosen, found: SegmentationEvaluation, colours: members.Colours) -> None:
    names = {one.segment: one.name for one in chosen.answer.segments}
    model, inputs = [chosen.model], chosen.inputs
    if found.profiles is not None:
        heat = segments.differences(found.profiles, names, inputs)
        note = text("segments.profiles_note")
        show_figure(text("segments.profiles"), heat, "profiles", model, note)
    left, right = st.columns(2)
    with left:
        if found.profiles is not None:
            radar = segments.radar(found.profiles, names, colours, inputs)
            show_figure(text("segments.radar"), radar, "radar", model)
    with right:
        points = members.training_map(found, colours)
        note = text("segments.map_note", count=number(len(found.map)))
        show_figure(text("segments.map"), points, "segments_map", model, note)
    if found.rfm is not None:
        figure = segments.rfm_grid(found.rfm, found.names)
        note = text("segments.rfm_note", without=number(found.rfm.without_order))
        show_figure(text("segments.rfm"), figure, "rfm", model, note)


def _cards(
    context: Context,
    chosen: Chosen,
    profiles: list[SegmentProfile],
    colours: members.Colours,
) -> None:
    st.subheader(text("segments.one_by_one"))
    for profile in profiles:
        head = f"{segment_name(profile.name)} · {percent(profile.share, 0)}"
        with st.expander(head, expanded=len(profiles) <= 4):
            st.html(f'<div style="height:4px;background:{colours[profile.name]}"></div>')
            left, right = st.columns(2)
            with left:
                _traits(chosen, profile)
            with right:
                _strategy(profile)
                _top_products(context, chosen.model, profile)


def _traits(chosen: Chosen, profile: SegmentProfile) -> None:
    shown = [text("segments.size", units=units(profile.size, chosen.answer.scope))]
    if profile.revenue_share is not None:
        shown.append(text("segments.revenue", share=percent(profile.revenue_share)))
    if (later := profile.next_window) is not None:
        values = {"share": percent(later.buying_share), "spend": amount(later.spend_mean)}
        shown.append(text("segments.next_window", **values))
    st.markdown("\n".join(f"- {line}" for line in shown))
    inputs = chosen.inputs
    what, here, everyone, apart = (
        text(f"segments.columns.{name}") for name in ("what", "here", "everyone", "apart")
    )
    lines = [
        {
            what: input_name(one.input, inputs),
            here: f"{one.typical:,.4g}",
            everyone: f"{one.typical_overall:,.4g}",
            apart: f"{signed(one.difference, 2)}\u00a0σ",
        }
        for one in profile.traits
    ]
    if lines:
        st.table(pd.DataFrame(lines).set_index(what))


def _strategy(profile: SegmentProfile) -> None:
    if profile.strategy is None:
        return
    plan = profile.strategy
    st.markdown(
        "\n".join(
            f"- **{text(f'segments.plan.{name}')}:** {translated(getattr(plan, name))}"
            for name in ("goal", "channel", "offer", "measure")
        )
    )


def _top_products(context: Context, model: Model, profile: SegmentProfile) -> None:
    """What is popular in a segment, as the service recommends it to a stranger of that segment."""
    if model.recommendations is None:
        return
    unit = {"id": "1", "viewed": [], "basket": [], "segment": profile.segment}
    found = once(
        model,
        f"products of {profile.segment}",
        lambda: context.gateway.recommend(unit, _TOP_PRODUCTS),
    )
    if isinstance(found, GatewayError):
        st.caption(str(found))
        return
    if products := [one.product_id for one in found.recommendations[0].products]:
        st.markdown(text("segments.products", products=", ".join(products)))


def _trust(chosen: Chosen, found: SegmentationEvaluation, profiles: list[SegmentProfile]) -> None:
    st.subheader(text("segments.trust"))
    metrics = chosen.answer.metrics
    shown = [name for name in _FIGURES if name in metrics]
    for column, name in in_columns(shown, 4):
        with column:
            meaning = known_text(f"segments.meaning.{name}", "")
            show_number(metric_name(name), number(metrics[name].value, 3), help=meaning or None)
    left, right = st.columns(2)
    with left:
        if any(one.moves for one in profiles):
            figure = segments.transitions(profiles)
            note = text("segments.transitions_note")
            show_figure(text("segments.transitions"), figure, "transitions", [chosen.model], note)
    with right:
        if found.candidates:
            figure = segments.candidates(found.candidates)
            note = " ".join([text("segments.candidates_note"), *map(sentence, found.notes)])
            show_figure(text("segments.candidates"), figure, "candidates", [chosen.model], note)
