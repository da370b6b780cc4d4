"""Reasons as an answer tells them: in numbers, and in the words of the feature catalogue."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import BaseModel, ConfigDict, Field

from clickstream.reasons import Reason, Reasons

__all__ = ["PredictionReason", "in_amounts", "in_points", "told"]

_QUOTED = 2
"""Inputs of a topic that the text names; `values` holds all."""


class PredictionReason(BaseModel):
    """What one topic did to a prediction."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    topic: str = Field(description="inputs that belong together, such as `the cart`")
    effect: float = Field(
        description="by how much it moved the prediction away from `base`, compared with others' "
        "values of the same inputs; all effects and `base` add up to what is explained"
    )
    text: str = Field(description="the same in words")
    values: dict[str, float | str] = Field(
        description="the unit's values of the topic's inputs; what is not known is left out"
    )


def told(reasons: Reasons, written: Callable[[float], str]) -> list[PredictionReason]:
    """Tell reasons, the largest effect first.

    Parameters
    ----------
    reasons : Reasons
        Of one unit.
    written : callable
        Writes an effect, `in_points` or `in_amounts`.
    """
    return [
        PredictionReason(
            topic=one.topic.name,
            effect=one.effect,
            text=f"{_quoted(one)}: {written(one.effect)}",
            values=dict(one.values),
        )
        for one in reasons.reasons
    ]


def in_points(effect: float) -> str:
    """Percentage points, with their sign.

    Parameters
    ----------
    effect : float
        Of a chance or a share.
    """
    return f"{100 * effect:+.1f} points"


def in_amounts(effect: float) -> str:
    """An amount in the currency of the log, with its sign.

    Parameters
    ----------
    effect : float
        Of an amount.
    """
    return f"{effect:+,.2f}"


def _quoted(reason: Reason) -> str:
    described = {one.name: one.description for one in reason.topic.inputs}
    said = [
        f"{described[name]} {_short(value)}"
        for name, value in list(reason.values.items())[:_QUOTED]
    ]
    return f"{reason.topic.name} ({', '.join(said) or 'nothing known'})"


def _short(value: float | str) -> str:
    return f"= {value:,.6g}" if isinstance(value, float) else f"= {value[:60]}"
