"""Joining the three answers by unit, and holding two of them against each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ui.batches import Question
from ui.errors import GatewayError
from ui.gateway import Gateway, Outcomes, Progress
from ui.language import Said, amount
from ui.models import (
    ConversionPrediction,
    Model,
    Prediction,
    RevenuePrediction,
    Scope,
    SegmentationPrediction,
    Task,
)
from ui.shop import Shop, can_be_abandoned, main_scope, questions

__all__ = ["CrossCheck", "Joined", "Shopper", "cross_check", "score"]

WIDE_FACTOR = 2.0
WIDE_POINTS = 0.05
"""The two ways to the expected spend disagree widely when one is more than twice the other and the
chances to buy that they imply are more than five points apart, which spares the noise near zero."""


@dataclass(frozen=True)
class CrossCheck:
    """Chance times spend if buying, beside the expected spend itself.

    Attributes
    ----------
    product : float
        The chance to buy, or to order again, times the spend if buying, in currency units.
    expected : float
        The expected spend of the revenue service, in currency units.
    spend_if_buys : float
        What a buyer spends, in currency units.
    """

    product: float
    expected: float
    spend_if_buys: float

    @property
    def wide(self) -> bool:
        """Whether the two disagree by more than `WIDE_FACTOR` and `WIDE_POINTS`."""
        low, high = sorted((self.product, self.expected))
        return high > WIDE_FACTOR * low and high - low > WIDE_POINTS * abs(self.spend_if_buys)

    @property
    def warning(self) -> Said:
        """The disagreement as a sentence."""
        values = {"product": amount(self.product), "expected": amount(self.expected)}
        return Said("predict.disagree", values)


@dataclass(frozen=True)
class Shopper:
    """One unit with what the services that answered say of it.

    Attributes
    ----------
    id : str
        The session, customer or row.
    customer : str or None
        Whose session it is, where the file says so.
    conversion, revenue, segmentation : prediction or None
        None where that service gave no answer for this unit.
    complement : float or None
        1 minus the chance where that has a name of its own, such as abandonment, which only a
        session with something in its cart can come to.
    check : CrossCheck or None
        Only where scope and window match and neither answer is a proxy.
    warnings : tuple of str or Said
        What is said of this unit alone, each with the service's name, and a failed cross-check.
    """

    id: str
    customer: str | None = None
    conversion: ConversionPrediction | None = None
    revenue: RevenuePrediction | None = None
    segmentation: SegmentationPrediction | None = None
    complement: float | None = None
    check: CrossCheck | None = None
    warnings: tuple[str | Said, ...] = ()


@dataclass(frozen=True)
class Joined:
    """A shop with all that was answered about it.

    Attributes
    ----------
    name : str or Said
        The shop's name.
    scope : {"session", "customer", "row"}
        What one shopper is.
    total : int
        How many of them the file holds.
    shoppers : list of Shopper
        Those that were scored, in the file's order.
    models : dict
        The models that answered.
    errors : dict
        Whose part is missing, in whole or for some units, and why.
    answers : dict
        Every prediction by the id of its unit.
    """

    name: str | Said
    scope: Scope
    total: int
    shoppers: list[Shopper]
    models: dict[Task, Model]
    errors: dict[Task, GatewayError] = field(default_factory=dict)
    answers: dict[Task, dict[str, Prediction]] = field(default_factory=dict)

    @property
    def valued(self) -> bool:
        """Whether the expected spend is a shopper's value.

        It is where it is of the unit that stands on a line, and so is the chance beside it.
        """
        conversion, revenue = self.models.get(Task.CONVERSION), self.models.get(Task.REVENUE)
        if revenue is None or revenue.answer.scope != self.scope:
            return False
        return conversion is None or _match(conversion, revenue)

    def once(self, task: Task) -> dict[str, Shopper]:
        """The shoppers that a service answered for, one per unit of its own.

        Parameters
        ----------
        task : Task
            Which service.

        Returns
        -------
        dict
            By the unit's id: a customer with three sessions on three lines is one customer.
        """
        return {
            part.id: shopper
            for shopper in self.shoppers
            if (part := getattr(shopper, task)) is not None
        }


def score(
    shop: Shop,
    gateway: Gateway,
    models: Outcomes[Model],
    *,
    before: Joined | None = None,
    progress: Progress | None = None,
) -> Joined | None:
    """Ask the services about a shop and join their answers.

    Parameters
    ----------
    shop : Shop
        What to ask about.
    gateway : Gateway
        Whom to ask.
    models : dict
        What each service serves, as `Gateway.models` says.
    before : Joined, optional
        An earlier answer about the same shop, of which only what is missing is asked for.
    progress : callable, optional
        Told how far it is.

    Returns
    -------
    Joined or None
        None where no service runs.
    """
    scope = main_scope(models)
    if scope is None:
        return None
    asked, errors = questions(shop, models)
    known = _known(before, models)
    outcomes = gateway.ask(_unanswered(asked, known), progress)
    answers = {
        task: known.get(task, {})
        | {one.id: one for one in (outcomes[task].predictions if task in outcomes else ())}
        for task in asked
    }
    errors |= {task: part.error for task, part in outcomes.items() if part.error is not None}
    running = {
        task: model
        for task, model in models.items()
        if isinstance(model, Model) and (answers.get(task) or task not in errors)
    }
    shoppers = _shoppers(shop, scope, running, answers)
    return Joined(shop.name, scope, shop.total(scope), shoppers, running, errors, answers)


def _known(before: Joined | None, models: Outcomes[Model]) -> dict[Task, dict[str, Prediction]]:
    """What was answered by the very models that are served now."""
    if before is None:
        return {}
    return {
        task: before.answers.get(task, {})
        for task, model in before.models.items()
        if model == models.get(task)
    }


def _unanswered(
    asked: Mapping[Task, Question], known: Mapping[Task, Mapping[str, Prediction]]
) -> dict[Task, Question]:
    left = {
        task: replace(
            question,
            items=[item for item in question.items if str(item["id"]) not in known.get(task, {})],
        )
        for task, question in asked.items()
    }
    return {task: question for task, question in left.items() if question.items}


def _shoppers(
    shop: Shop,
    scope: Scope,
    models: Mapping[Task, Model],
    answers: Mapping[Task, Mapping[str, Prediction]],
) -> list[Shopper]:
    owners = shop.owners() if scope == "session" else {}
    shoppers = []
    for unit in shop.units(scope):
        name = str(unit["id"])
        owner = owners.get(name)
        parts = {
            task: answers[task].get(name if model.answer.scope == scope else owner or "")
            for task, model in models.items()
            if task in answers
        }
        shoppers.append(_shopper(unit, owner, parts, models))
    return shoppers


def _shopper(
    unit: Mapping[str, Any],
    owner: str | None,
    parts: Mapping[Task, Prediction | None],
    models: Mapping[Task, Model],
) -> Shopper:
    conversion = parts.get(Task.CONVERSION)
    revenue = parts.get(Task.REVENUE)
    segmentation = parts.get(Task.SEGMENTATION)
    chance = conversion if isinstance(conversion, ConversionPrediction) else None
    spend = revenue if isinstance(revenue, RevenuePrediction) else None
    segment = segmentation if isinstance(segmentation, SegmentationPrediction) else None
    check = cross_check(chance, spend) if _comparable(models) else None
    return Shopper(
        str(unit["id"]),
        owner,
        chance,
        spend,
        segment,
        None if chance is None else _complement(models[Task.CONVERSION], chance, unit),
        check,
        _warnings(parts, models, check),
    )


def _complement(
    model: Model, chance: ConversionPrediction, unit: Mapping[str, Any]
) -> float | None:
    named = model.answer.complement
    if named is None or (named.name == "abandonment" and not can_be_abandoned(dict(unit))):
        return None
    return 1 - chance.value


def _warnings(
    parts: Mapping[Task, Prediction | None],
    models: Mapping[Task, Model],
    check: CrossCheck | None,
) -> tuple[str | Said, ...]:
    """Warnings of one unit; what holds for all of a model's answers stands at the page's top."""
    said = [
        f"{task}: {warning}"
        for task, part in parts.items()
        if part is not None
        for warning in part.warnings
        if warning not in models[task].answer.warnings and not warning.startswith("proxy:")
    ]
    return (*said, check.warning) if check and check.wide else tuple(said)


def _comparable(models: Mapping[Task, Model]) -> bool:
    """Whether both services speak of buying by the same unit within the same window."""
    if Task.CONVERSION not in models or Task.REVENUE not in models:
        return False
    conversion, revenue = models[Task.CONVERSION], models[Task.REVENUE]
    return (
        conversion.default_answer in ("purchase", "repurchase")
        and _match(conversion, revenue)
        and conversion.data_version == revenue.data_version
        and {conversion.answer.status, revenue.answer.status} == {"yes"}
    )


def _match(conversion: Model, revenue: Model) -> bool:
    """Whether two answers are of the same unit within the same window."""
    return (
        conversion.answer.scope == revenue.answer.scope
        and conversion.answer.windows.target_days == revenue.answer.windows.target_days
    )


def cross_check(
    conversion: ConversionPrediction | None, revenue: RevenuePrediction | None
) -> CrossCheck | None:
    """Hold the chance to buy times the spend if buying against the expected spend.

    Parameters
    ----------
    conversion, revenue : prediction or None
        The two answers about the same unit.

    Returns
    -------
    CrossCheck or None
        None where an answer is missing or the revenue model has no two parts.
    """
    if conversion is None or revenue is None or revenue.spend_if_buys is None:
        return None
    product = conversion.value * revenue.spend_if_buys
    return CrossCheck(product, revenue.value, revenue.spend_if_buys)
