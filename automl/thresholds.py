"""From which chance the answer is yes: by F1, by a floor on precision, or by costs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from sklearn import metrics

from clickstream.errors import ClickwiseError

__all__ = ["ThresholdRule", "choose_threshold", "floor_warnings", "parse_threshold"]

Floats = npt.NDArray[np.float64]

_FORMS = "f1, precision=0.5 (a share), or cost=2,40 (of a contact, and the value of a sale)"


@dataclass(frozen=True)
class ThresholdRule:
    """How a threshold is chosen.

    Attributes
    ----------
    kind : {'f1', 'precision', 'cost'}
        The best F1; the most found at a precision of at least `floor`; the least cost.
    floor : float
        Lowest precision, above 0 and at most 1.
    contact, value : float
        Cost of contacting somebody, and what a sale so won is worth, in one currency.
    """

    kind: Literal["f1", "precision", "cost"] = "f1"
    floor: float = 0.0
    contact: float = 0.0
    value: float = 0.0

    def __post_init__(self) -> None:
        """Refuse a rule that no threshold can follow."""
        if self.kind == "precision" and not 0 < self.floor <= 1:
            raise ClickwiseError(
                f"The floor on precision is {self.floor:g}, but it is a share: above 0 and at "
                "most 1, such as precision=0.5."
            )
        if self.kind == "cost" and not 0 < self.contact < self.value < math.inf:
            raise ClickwiseError(
                f"A contact costs {self.contact:g} and a sale is worth {self.value:g}, but the "
                "cost must be above 0 and below the value, such as cost=2,40."
            )

    def __str__(self) -> str:
        """As the command takes it."""
        if self.kind == "precision":
            return f"precision={self.floor}"
        return "f1" if self.kind == "f1" else f"cost={self.contact},{self.value}"


def parse_threshold(text: str) -> ThresholdRule:
    """Read a rule.

    Parameters
    ----------
    text : str
        `f1`, `precision=FLOOR` or `cost=CONTACT,VALUE`.

    Raises
    ------
    ClickwiseError
        If it is none of these, or its numbers cannot be.
    """
    if text == "f1":
        return ThresholdRule()
    kind, _, given = text.partition("=")
    match kind, [_number(part, text) for part in given.split(",")] if given else []:
        case "precision", [floor]:
            return ThresholdRule("precision", floor=floor)
        case "cost", [contact, value]:
            return ThresholdRule("cost", contact=contact, value=value)
    raise ClickwiseError(f"There is no threshold rule {text!r}. Give {_FORMS}.")


def _number(part: str, text: str) -> float:
    try:
        return float(part)
    except ValueError:
        raise ClickwiseError(
            f"{part!r} in the threshold rule {text!r} is no number. Give {_FORMS}."
        ) from None


def choose_threshold(rule: ThresholdRule, actual: Floats, predicted: Floats) -> float:
    """Choose the chance from which to say yes.

    Parameters
    ----------
    rule : ThresholdRule
        How.
    actual : ndarray of float, shape (N,)
        0 or 1, of rows that the model did not see.
    predicted : ndarray of float, shape (N,)
        Their calibrated chances of 1.

    Returns
    -------
    float
        Where no threshold reaches the floor on precision, that of the highest precision.
    """
    if rule.kind == "cost":
        return _least_cost(rule)
    precision, recall, thresholds = metrics.precision_recall_curve(actual, predicted)
    # The last point is of no row at all, and has no threshold.
    if rule.kind == "precision":
        return _lowest_precise(rule.floor, precision[:-1], thresholds)
    total = precision + recall
    f1 = np.divide(2 * precision * recall, total, out=np.zeros_like(total), where=total > 0)
    return float(thresholds[int(np.argmax(f1[:-1]))])


def _least_cost(rule: ThresholdRule) -> float:
    """Where contacting and leaving alone cost as much (Elkan 2001, equation 2).

    Whoever is contacted costs the contact, and is worth the value if they buy; whoever is left
    alone is worth nothing. On calibrated chances that is a matter of the two amounts alone.
    """
    return rule.contact / rule.value


def _lowest_precise(floor: float, precision: Floats, thresholds: Floats) -> float:
    """The lowest threshold with the floor finds most."""
    return float(thresholds[int(np.argmax(precision >= min(floor, precision.max())))])


def floor_warnings(rule: ThresholdRule, actual: Floats, predicted: Floats) -> list[str]:
    """Say so where no threshold reaches the floor on precision.

    Parameters
    ----------
    rule, actual, predicted
        As for `choose_threshold`.
    """
    if rule.kind != "precision":
        return []
    said = predicted >= choose_threshold(rule, actual, predicted)
    reached = float(actual[said].mean())
    if reached >= rule.floor:
        return []
    return [
        f"No threshold has a precision of {rule.floor} on the validation rows; the highest, "
        f"{reached:.3g}, is taken. Ask for a lower floor, or for --threshold f1."
    ]
