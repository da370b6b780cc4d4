"""The three numbers that sum up what was said of a shop."""

from __future__ import annotations

from dataclasses import dataclass

from ui.join import Joined, Shopper
from ui.language import amount, number, percent, text
from ui.models import Model, Task
from ui.naming import asked_of, title, units

__all__ = ["Headline", "headlines", "spends"]


@dataclass(frozen=True)
class Headline:
    """A number with what it is called, and what must be known to read it.

    Attributes
    ----------
    label, value, note : str
        As the page shows them.
    model : Model
        Who computed it.
    """

    label: str
    value: str
    note: str
    model: Model


def headlines(joined: Joined) -> list[Headline]:
    """One number per service that answered.

    Parameters
    ----------
    joined : Joined
        What was answered.
    """
    made = {Task.CONVERSION: _likely, Task.REVENUE: _spend, Task.SEGMENTATION: _met}
    return [
        make(joined, joined.models[task]) for task, make in made.items() if task in joined.models
    ]


def spends(joined: Joined) -> list[float]:
    """The expected spend of every unit that has one, each unit once.

    Parameters
    ----------
    joined : Joined
        What was answered.
    """
    shoppers = joined.once(Task.REVENUE).values()
    return [shopper.revenue.value for shopper in shoppers if shopper.revenue]


def _likely(joined: Joined, model: Model) -> Headline:
    shoppers = list(joined.once(Task.CONVERSION).values())
    values = [shopper.conversion.value for shopper in shoppers if shopper.conversion]
    notes = (_answered(joined, model), _likely_note(shoppers, model), _complement(shoppers, model))
    mean = percent(_mean(values)) if values else text("scoring.no_answer")
    label = text("headlines.mean", name=title(model))
    return Headline(label, mean, " ".join(filter(None, notes)), model)


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _answered(joined: Joined, model: Model) -> str:
    """For how many units there is an answer, where that is not one per line."""
    count = len(joined.once(model.task))
    if count == len(joined.shoppers) and model.answer.scope == joined.scope:
        return ""
    said = text("headlines.answered", units=units(count, model.answer.scope))
    about = asked_of(model.default_answer)
    return f"{said} {text('headlines.about', whom=about)}" if about else said


def _complement(shoppers: list[Shopper], model: Model) -> str:
    values = [shopper.complement for shopper in shoppers if shopper.complement is not None]
    named = model.answer.complement
    if named is None or not values:
        return ""
    share, counted = percent(_mean(values)), units(len(values), model.answer.scope)
    return text(f"headlines.{named.name}", share=share, units=counted)


def _likely_note(shoppers: list[Shopper], model: Model) -> str:
    if model.answer.threshold is None:
        return ""
    likely = sum(bool(shopper.conversion and shopper.conversion.likely) for shopper in shoppers)
    share = percent(model.answer.threshold)
    return text("headlines.likely", count=number(likely), share=share)


def _spend(joined: Joined, model: Model) -> Headline:
    values, answered = spends(joined), _answered(joined, model)
    if not values:
        return Headline(title(model), text("scoring.no_answer"), answered, model)
    mean = amount(_mean(values))
    if model.answer.status == "proxy":
        # What stands in for a spend need not be an amount that adds up.
        label = text("headlines.mean", name=title(model))
        return Headline(label, mean, f"{text('headlines.currency')} {answered}".strip(), model)
    note = f"{text('headlines.currency_mean', mean=mean)} {answered}".strip()
    label = text("headlines.sum", name=title(model))
    return Headline(label, amount(sum(values)), note, model)


def _met(joined: Joined, model: Model) -> Headline:
    shoppers = joined.once(Task.SEGMENTATION).values()
    parts = [shopper.segmentation for shopper in shoppers if shopper.segmentation]
    met = {part.value for part in parts if part.fits}
    stray = sum(not part.fits for part in parts)
    counted = units(len(parts), model.answer.scope)
    note = text("headlines.met_note", units=counted, stray=number(stray))
    return Headline(text("headlines.met"), number(len(met)), note, model)
