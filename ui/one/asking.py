"""What the services are asked about a session that is being built."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ui.batches import Question
from ui.context import Context
from ui.errors import GatewayError
from ui.join import Joined, score
from ui.models import ConversionPrediction, Model, Prediction, Recommended, Task
from ui.one.clicks import Click, prefixes
from ui.shop import Shop, questions

__all__ = ["Built", "Leaving", "ask_about", "explained", "last_only"]

RECOMMENDED = 5
LEAVING = "exit"


@dataclass(frozen=True)
class Leaving:
    """The risk that the last click was the last of the session, and before that click.

    Attributes
    ----------
    now : ConversionPrediction
        After the last click.
    before : ConversionPrediction or None
        One click earlier.
    model : Model
        Who computed it.
    """

    now: ConversionPrediction
    before: ConversionPrediction | None
    model: Model


@dataclass(frozen=True)
class Built:
    """Everything that was said of a session.

    Attributes
    ----------
    joined : Joined
        The three answers after each click.
    reasons : dict of Task to Prediction
        The last answers once more, with their reasons.
    leaving : Leaving or None
        Where the conversion service answers that.
    recommended : Recommended, GatewayError or None
        Next products; None where nobody recommends.
    """

    joined: Joined
    reasons: dict[Task, Prediction]
    leaving: Leaving | None
    recommended: Recommended | GatewayError | None


def ask_about(context: Context, clicks: list[Click], start: datetime) -> Built | None:
    """Ask about a session as it stood after each click, and for reasons after the last.

    Parameters
    ----------
    context : Context
        Whom to ask.
    clicks : list of dict
        The form's clicks.
    start : datetime
        When the first was, in UTC.

    Returns
    -------
    Built or None
        None where there is no click, or no service answers.
    """
    if not clicks:
        return None
    shop = prefixes(clicks, start)
    joined = score(shop, context.gateway, context.models)
    if joined is None:
        return None
    return Built(
        joined,
        explained(context, last_only(shop)),
        _leaving(context, shop),
        _recommended(context, clicks),
    )


def last_only(shop: Shop) -> Shop:
    """The last unit of each kind: the session as it stands.

    Parameters
    ----------
    shop : Shop
        As it stood after each click.
    """
    return replace(shop, sessions=shop.sessions[-1:], customers=shop.customers[-1:])


def explained(context: Context, shop: Shop) -> dict[Task, Prediction]:
    """The answers about the one unit of a shop with their reasons, from the services that answer.

    Parameters
    ----------
    context : Context
        Whom to ask.
    shop : Shop
        Of one unit.
    """
    asked, _ = questions(shop, context.models)
    found = context.gateway.ask(
        {task: replace(question, explain=True) for task, question in asked.items()}
    )
    return {task: part.predictions[0] for task, part in found.items() if part.predictions}


def _leaving(context: Context, shop: Shop) -> Leaving | None:
    model = context.model(Task.CONVERSION)
    if model is None or LEAVING not in model.answers or model.default_answer == LEAVING:
        return None
    as_asked = model.model_copy(update={"default_answer": LEAVING})
    asked, _ = questions(shop, {Task.CONVERSION: as_asked})
    if Task.CONVERSION not in asked:
        return None
    question: Question = replace(asked[Task.CONVERSION], answer=LEAVING)
    found = context.gateway.ask({Task.CONVERSION: question})[Task.CONVERSION]
    parts = [part for part in found.predictions if isinstance(part, ConversionPrediction)]
    if not parts:
        return None
    return Leaving(parts[-1], parts[-2] if len(parts) > 1 else None, as_asked)


def _recommended(context: Context, clicks: list[Click]) -> Recommended | GatewayError | None:
    model = context.model(Task.SEGMENTATION)
    if model is None or model.recommendations is None:
        return None
    unit = {"id": "1", "viewed": _products(clicks), "basket": _basket(clicks)}
    return context.gateway.recommend(unit, RECOMMENDED)


def _products(clicks: Sequence[Click]) -> list[str]:
    named = (click.get("product_id") for click in clicks)
    return [str(product) for product in named if product is not None]


def _basket(clicks: Sequence[Click]) -> list[str]:
    """What was put into the cart, or bought, and not taken out."""
    basket: dict[str, Any] = {}
    for click in clicks:
        product = click.get("product_id")
        if product is None:
            continue
        if click["event_type"] in ("cart", "purchase"):
            basket[str(product)] = True
        elif click["event_type"] == "remove":
            basket.pop(str(product), None)
    return list(basket)
