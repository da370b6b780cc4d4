"""The part of a report that answers "why"."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from automl.html import plot
from automl.why_figures import backtest_figure, effect_figure, importance_figure, price_figure
from clickstream.manifest import Input

__all__ = ["importance_section", "why_section"]

_TALL = 460


def why_section(
    answer: str,
    evaluation: Mapping[str, Any],
    inputs: Mapping[str, Input],
    *,
    quantity: str,
    metric: str,
) -> str:
    """HTML of what an `evaluation.json` says of importance, effects, the price and the backtest.

    Parameters
    ----------
    answer : str
        Its name.
    evaluation : mapping
        With what `automl.why.explain` gives.
    inputs : mapping of str to Input
        The manifest's, by name.
    quantity : str
        What is predicted, such as "predicted chance".
    metric : str
        Which of the backtest's metrics is drawn.
    """
    return (
        importance_section(answer, evaluation["importance"])
        + _effects(answer, evaluation["effects"], inputs, quantity)
        + _price(answer, evaluation["price_effect"], inputs, quantity)
        + _backtest(answer, evaluation["backtest"], metric)
    )


def importance_section(answer: str, found: Mapping[str, Any]) -> str:
    """HTML of the importance of inputs alone, under the heading of all that answers "why".

    Parameters
    ----------
    answer : str
        Its name.
    found : mapping
        `Importances.as_dict()`, or the same from `evaluation.json`.
    """
    note = (
        "An input that others make up for shows less than it tells: shuffled by itself, it leaves "
        "the model the others."
    )
    figure = importance_figure(answer, found)
    drawn = plot(figure, f"{answer}-importance", height=_TALL)
    return f'<h3>Why</h3><p class="note">{note}</p>{drawn}'


def _effects(
    answer: str, found: Mapping[str, Any], inputs: Mapping[str, Input], quantity: str
) -> str:
    note = (
        f"Accumulated local effects over {found['rows']:,} of {found['rows_of']:,} rows, whose "
        f"mean is {found['mean']:.4g}: how the {quantity} moves when one input moves a little and "
        "all others stay as they are in those rows. Names stand in the order of their rows' "
        "likeness in all else."
    )
    plots = [
        plot(
            effect_figure(answer, effect, inputs[effect["name"]], quantity),
            f"{answer}-effect-{place}",
            height=_TALL,
        )
        for place, effect in enumerate(found["inputs"])
    ]
    return f'<p class="note">{escape(note)}</p><div class="plots">{"".join(plots)}</div>'


def _price(
    answer: str, found: Mapping[str, Any], inputs: Mapping[str, Input], quantity: str
) -> str:
    if found["reason"] is not None:
        return f"<p>{escape(found['reason'])}</p>"
    told = inputs[found["effect"]["name"]]
    figure = plot(price_figure(answer, found, told, quantity), f"{answer}-price", height=_TALL)
    moved = ", ".join(found["moved"])
    return (
        f'<p class="warning">{escape(found["remark"])}</p>{figure}'
        f'<p class="note">With the price level move, in proportion: {escape(moved)}. '
        f"Over {found['rows']:,} rows with a price.</p>"
    )


def _backtest(answer: str, found: Mapping[str, Any], metric: str) -> str:
    if found["reason"] is not None:
        return f"<p>{escape(found['reason'])}</p>"
    note = (
        f"Over {found['rows']:,} of {found['rows_of']:,} rows of training and holdout, one model "
        "at each origin, not calibrated. Its settings are the winner's, which were found on all of "
        "training."
    )
    figure = plot(backtest_figure(answer, found, metric), f"{answer}-backtest")
    return f'<p class="note">{note}</p>{figure}'
