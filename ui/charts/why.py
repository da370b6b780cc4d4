"""Why a model says what it says: important inputs, how they act, and who competed."""

from __future__ import annotations

from collections.abc import Mapping

import plotly.graph_objects as go

from ui.evaluations import Effect, Importance
from ui.language import text, translated
from ui.look import COLOURS, HEIGHT, NEUTRAL, styled
from ui.models import Input, Task

__all__ = ["effect", "importance", "input_name"]

_MOST_INPUTS = 12


def input_name(name: str, inputs: Mapping[str, Input]) -> str:
    """What an input is, by the catalogue in the manifest, else its name.

    Parameters
    ----------
    name : str
        The input.
    inputs : mapping of str to Input
        The catalogue.
    """
    return translated(inputs[name].description) if name in inputs else name


def importance(found: Importance, inputs: Mapping[str, Input], task: Task) -> go.Figure:
    """Draw by how much the loss rises where an input is shuffled, with its standard error.

    Parameters
    ----------
    found : Importance
        Of all inputs.
    inputs : mapping of str to Input
        The catalogue.
    task : Task
        Whose model.
    """
    shown = found.inputs[:_MOST_INPUTS][::-1]
    figure = go.Figure(
        go.Bar(
            x=[one.rise for one in shown],
            y=[one.name for one in shown],
            orientation="h",
            marker={"color": COLOURS[task]},
            error_x={
                "type": "data",
                "array": [one.standard_error for one in shown],
                "color": NEUTRAL,
            },
            customdata=[input_name(one.name, inputs) for one in shown],
            hovertemplate="%{customdata}: %{x:.4~g}<extra></extra>",
        )
    )
    figure.update_xaxes(title=text("charts.rise", loss=found.loss_name))
    return styled(figure, max(HEIGHT, 70 + 26 * len(shown)))


def effect(found: Effect, inputs: Mapping[str, Input], task: Task) -> go.Figure:
    """Draw how the prediction moves with one input.

    Parameters
    ----------
    found : Effect
        Values of the input, and the mean change of the prediction at each.
    inputs : mapping of str to Input
        The catalogue.
    task : Task
        Whose model.
    """
    scale = 1 if task is Task.REVENUE else 100
    figure = go.Figure(
        (go.Bar if found.levels else go.Scatter)(
            x=found.levels or found.values,
            y=[scale * one for one in found.effects],
            marker={"color": COLOURS[task]},
            hovertemplate="%{x}: %{y:+.3~g}<extra></extra>",
        )
    )
    figure.add_hline(0, line={"color": NEUTRAL, "width": 1, "dash": "dash"})
    unit = translated(inputs[found.name].unit) if found.name in inputs else ""
    figure.update_xaxes(title=f"{found.name}, {unit}" if unit else found.name)
    figure.update_yaxes(title=text("charts.currency" if scale == 1 else "charts.points"))
    return styled(figure, 240)
