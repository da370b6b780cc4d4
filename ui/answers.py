"""The answers about one unit as cards, and how they moved since the one before."""

from __future__ import annotations

import streamlit as st

from ui.figures import show_number
from ui.join import CrossCheck, Joined, Shopper
from ui.models import (
    ConversionPrediction,
    Interval,
    Model,
    RevenuePrediction,
    SegmentationPrediction,
    Task,
)
from ui.texts import ASKED_OF, amount, percent, sentence, source_line, title

__all__ = ["show_answers"]


def show_answers(joined: Joined, now: Shopper, before: Shopper | None = None) -> None:
    """Draw a card per service that answered.

    Parameters
    ----------
    joined : Joined
        The answer that the units are of.
    now : Shopper
        The unit to show.
    before : Shopper, optional
        The unit as it stood one click earlier.
    """
    shown = [task for task in Task if task in joined.models]
    for column, task in zip(st.columns(max(len(shown), 1)), shown, strict=False):
        with column.container(border=True):
            _card(joined, task, now, before)
            st.caption(source_line([joined.models[task]]))
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
            show_number(title(model), "no answer")
            if asked := ASKED_OF.get(model.default_answer):
                st.caption(f"It is about {asked}.")


def _chance(model: Model, part: ConversionPrediction, was: ConversionPrediction | None) -> None:
    moved = None if was is None else f"{100 * (part.value - was.value):+.1f} points"
    show_number(title(model), percent(part.value), moved)
    likely = ""
    if part.threshold is not None and part.likely is not None:
        side = "at least" if part.likely else "below"
        likely = f"{'Likely' if part.likely else 'Not likely'}: {side} {percent(part.threshold)}. "
    st.caption(f"{likely}{sentence(part.meaning)}")


def _complement(model: Model, value: float | None) -> None:
    named = model.answer.complement
    if named is not None and value is not None:
        st.markdown(f"**{named.name.capitalize()}: {percent(value)}**, the {named.meaning}")


def _spend(model: Model, part: RevenuePrediction, was: RevenuePrediction | None) -> None:
    moved = None if was is None else f"{part.value - was.value:+,.2f}"
    show_number(title(model), amount(part.value), moved)
    st.caption(f"Currency units{_interval(part.interval)}. {sentence(part.meaning)}")


def _value(part: RevenuePrediction) -> None:
    name = "Value (proxy)" if part.proxy else "Value"
    st.markdown(f"**{name}: {amount(part.value)}** currency units (the expected spend)")


def _cross_check(check: CrossCheck | None) -> None:
    if check is not None:
        st.caption(
            f"Cross-check, the chance times the spend if buying "
            f"({amount(check.spend_if_buys)}): {amount(check.product)} currency units."
        )


def _interval(interval: Interval | None) -> str:
    if interval is None:
        return "; the model gives no interval"
    bounds = f"{amount(interval.low)} to {amount(interval.high)}"
    return f", {interval.level:.0%} of the time from {bounds}"


def _segment(
    model: Model, part: SegmentationPrediction, was: SegmentationPrediction | None
) -> None:
    moved = None if was is None or was.label == part.label else f"was {was.label}"
    show_number(title(model), part.label, moved, arrow="off")
    nearest = "" if part.fits else f"The nearest is {part.name}. "
    st.caption(
        f"{nearest}Distance to its centre: {part.distance:.2f} of the segment's radius. "
        f"{sentence(part.meaning)}"
    )
