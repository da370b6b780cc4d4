"""The answers about one unit as cards, and how they moved since the one before."""

from __future__ import annotations

import streamlit as st

from ui.figures import show_number, show_text
from ui.join import CrossCheck, Joined, Shopper
from ui.language import amount, number, percent, sentence, signed, text, translated
from ui.models import (
    ConversionPrediction,
    Interval,
    Model,
    RevenuePrediction,
    SegmentationPrediction,
    Task,
)
from ui.naming import asked_of, segment_name, source_line, title
from ui.one.asking import Leaving

__all__ = ["show_answers"]


def show_answers(
    joined: Joined, now: Shopper, before: Shopper | None = None, leaving: Leaving | None = None
) -> None:
    """Draw a card per service that answered, and one for the risk to leave.

    Parameters
    ----------
    joined : Joined
        The answer that the units are of.
    now : Shopper
        The unit to show.
    before : Shopper, optional
        The unit as it stood one click earlier.
    leaving : Leaving, optional
        The risk that the session is over.
    """
    shown = [task for task in Task if task in joined.models]
    columns = st.columns(max(len(shown) + (leaving is not None), 1))
    for column, task in zip(columns, shown, strict=False):
        with column.container(border=True, height="stretch"):
            _card(joined, task, now, before)
            st.caption(source_line([joined.models[task]]))
    if leaving is not None:
        with columns[-1].container(border=True, height="stretch"):
            _chance(leaving.model, leaving.now, leaving.before, risk=True)
            st.caption(source_line([leaving.model]))
    if now.warnings:
        st.warning("\n".join(f"- {warning}" for warning in now.warnings))


def _card(joined: Joined, task: Task, now: Shopper, before: Shopper | None) -> None:
    model, was = joined.models[task], before or Shopper(now.id)
    match getattr(now, task):
        case ConversionPrediction() as part:
            _chance(model, part, was.conversion)
            _complement(model, now.complement)
        case RevenuePrediction() as part:
            _spend(model, part, was.revenue)
            if joined.valued:
                _value(part)
            _cross_check(now.check)
        case SegmentationPrediction() as part:
            _segment(model, part, was.segmentation)
        case _:
            show_text(title(model), text("scoring.no_answer"))
            if whom := asked_of(model.default_answer):
                st.caption(text("headlines.about", whom=whom))


def _chance(
    model: Model,
    part: ConversionPrediction,
    was: ConversionPrediction | None,
    *,
    risk: bool = False,
) -> None:
    moved = (
        None
        if was is None
        else text("answers.points", moved=signed(100 * (part.value - was.value), 1))
    )
    show_number(title(model), percent(part.value), moved, risk=risk)
    likely = ""
    if part.threshold is not None and part.likely is not None:
        key = "answers.likely" if part.likely else "answers.not_likely"
        likely = f"{text(key, share=percent(part.threshold))} "
    st.caption(f"{likely}{sentence(translated(part.meaning))}")


def _complement(model: Model, value: float | None) -> None:
    named = model.answer.complement
    if named is not None and value is not None:
        st.markdown(text(f"answers.{named.name}", share=percent(value)))


def _spend(model: Model, part: RevenuePrediction, was: RevenuePrediction | None) -> None:
    moved = None if was is None else signed(part.value - was.value, 2)
    show_number(title(model), amount(part.value), moved)
    st.caption(
        f"{text('charts.currency').capitalize()}{_interval(part.interval)}. "
        f"{sentence(translated(part.meaning))}"
    )


def _value(part: RevenuePrediction) -> None:
    key = "answers.value_proxy" if part.proxy else "answers.value"
    st.markdown(text(key, amount=amount(part.value)))


def _cross_check(check: CrossCheck | None) -> None:
    if check is not None:
        values = {"spend": amount(check.spend_if_buys), "product": amount(check.product)}
        st.caption(text("answers.cross_check", **values))


def _interval(interval: Interval | None) -> str:
    if interval is None:
        return text("answers.no_interval")
    values = {"low": amount(interval.low), "high": amount(interval.high)}
    return text("answers.interval", level=percent(interval.level, 0), **values)


def _segment(
    model: Model, part: SegmentationPrediction, was: SegmentationPrediction | None
) -> None:
    moved = (
        None
        if was is None or was.label == part.label
        else text("answers.was", label=segment_name(was.label))
    )
    show_text(title(model), segment_name(part.label), moved)
    nearest = "" if part.fits else f"{text('answers.nearest', name=segment_name(part.name))} "
    distance = text("answers.distance", distance=number(part.distance, 2))
    st.caption(f"{nearest}{distance} {sentence(translated(part.meaning))}")
