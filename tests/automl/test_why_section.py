"""The figures and the section on "why" draw what was measured, and nothing a file says is run."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from automl.backtest import Backtest, Origin
from automl.effects import accumulated_local_effects
from automl.html import page
from automl.importance import permutation_importance
from automl.price_effect import ASSOCIATION, PriceEffect, price_effect
from automl.why_figures import backtest_figure, effect_figure, importance_figure, price_figure
from automl.why_section import why_section
from clickstream.features.catalogue import SESSION
from clickstream.manifest import Input, Metric
from tests.automl.pages import Page

MARKUP = "<b onmouseover=alert(1)>b</b>"
ESCAPED = "&lt;b onmouseover=alert(1)&gt;b&lt;/b&gt;"
NAMES = ("clicks", "price_mean", "spend_before", "category_last", MARKUP)
FEATURES = [SESSION[name] for name in NAMES[:-1]]
INPUTS = {
    name: Input(name=name, type="number", unit="currency", description=f"{name}, told")
    for name in NAMES
}
ORIGINS = tuple(
    Origin(
        f"2026-0{month}-01T00:00:00",
        f"2026-0{month + 1}-01T00:00:00",
        1_000 * month,
        500,
        {"roc_auc": Metric(value=0.7 + month / 100, low=0.65, high=0.8)},
    )
    for month in (2, 3, 4)
)


def rows() -> pd.DataFrame:
    random = np.random.default_rng(0)
    numbers = {
        "clicks": random.integers(1, 9, 800),
        "price_mean": random.lognormal(3, 1, 800),
        "spend_before": np.where(random.random(800) < 0.5, np.nan, 1.0),
    }
    frame = pd.DataFrame(numbers).astype(np.float32)
    for name in NAMES[3:]:
        frame[name] = pd.Series(random.choice(["", MARKUP, "shirts"], 800), dtype=object)
    return frame


def score(frame: pd.DataFrame) -> np.ndarray:
    shirts = (frame["category_last"] == "shirts") + 2.0 * (frame[MARKUP] == "shirts")
    return np.asarray(0.1 * frame["clicks"] - 0.01 * frame["price_mean"] + shirts, dtype=np.float64)


def squared(actual: np.ndarray, predicted: np.ndarray) -> float:
    return float(((actual - predicted) ** 2).mean())


@pytest.fixture(scope="module")
def evaluation() -> dict[str, Any]:
    """As it comes back from `evaluation.json`."""
    frame = rows()
    units = np.arange(800).astype(str)
    importances = permutation_importance(
        score, frame, score(frame), units, squared, loss_name="squared error", seed=0
    )
    found = {
        "importance": importances.as_dict(),
        "effects": accumulated_local_effects(score, frame, NAMES, seed=0).as_dict(),
        "price_effect": price_effect(score, frame, FEATURES, seed=0).as_dict(),
        "backtest": Backtest(ORIGINS).as_dict() | {"rows": 9_000, "rows_of": 12_000},
    }
    return dict(json.loads(json.dumps(found, allow_nan=False)))


def section(evaluation: dict[str, Any]) -> str:
    return why_section(
        "purchase", evaluation, INPUTS, quantity="predicted chance", metric="roc_auc"
    )


def effect_of(evaluation: dict[str, Any], name: str) -> tuple[dict[str, Any], go.Figure]:
    effect = next(one for one in evaluation["effects"]["inputs"] if one["name"] == name)
    return effect, effect_figure("purchase", effect, INPUTS[name], "predicted chance")


def test_bars_of_importance_stand_in_their_order_with_two_standard_errors(evaluation) -> None:
    found = evaluation["importance"]
    (bars,) = importance_figure("purchase", found).data
    assert list(bars.x) == [one["rise"] for one in found["inputs"]]
    assert list(bars.error_x.array) == [2 * one["standard_error"] for one in found["inputs"]]
    assert bars.y[0] == ESCAPED, "the most important one"


def test_of_many_inputs_the_most_important_are_drawn_and_the_figure_says_so(evaluation) -> None:
    found = evaluation["importance"]
    many = found | {"inputs": found["inputs"] * 10, "rows_of": 9_000}
    figure = importance_figure("purchase", many)
    assert len(figure.data[0].x) == 15
    said = figure.layout.title.subtitle.text
    assert "the 15 most important of 50 inputs" in said
    assert "a sample of 800 of 9,000 rows" in said


def test_a_curve_is_drawn_above_the_density_and_ends_with_it(evaluation) -> None:
    effect, figure = effect_of(evaluation, "price_mean")
    curve, density = figure.data
    edges = effect["density"]["edges"]
    assert edges[0] <= min(curve.x) < max(curve.x) <= edges[-1] < effect["values"][-1]
    np.testing.assert_allclose(curve.y, np.interp(curve.x, effect["values"], effect["effects"]))
    assert list(density.y) == effect["density"]["counts"]
    assert (
        f"{effect['density']['beyond']} rows beyond the ends" in figure.layout.title.subtitle.text
    )
    assert figure.layout.xaxis2.title.text == "price_mean, told (currency)"


def test_rows_without_a_value_are_told_and_a_constant_is_a_point(evaluation) -> None:
    effect, figure = effect_of(evaluation, "spend_before")
    assert figure.layout.title.subtitle.text == f"{effect['missing']} rows without a value"
    assert list(figure.data[0].x) == [1.0]


def test_an_input_without_any_value_has_an_empty_figure() -> None:
    frame = rows().assign(clicks=np.float32(np.nan))
    found = accumulated_local_effects(score, frame.fillna({"price_mean": 0}), ["clicks"], seed=0)
    (effect,) = found.as_dict()["inputs"]
    figure = effect_figure("purchase", effect, INPUTS["clicks"], "predicted chance")
    assert figure.layout.title.subtitle.text == "800 rows without a value"


def test_levels_are_bars_with_their_rows_below(evaluation) -> None:
    effect, figure = effect_of(evaluation, "category_last")
    above, below = figure.data
    assert list(above.y) == effect["effects"]
    assert list(below.y) == effect["rows"]
    named = dict(zip(effect["levels"], figure.layout.xaxis2.ticktext, strict=True))
    assert named["shirts"] == "shirts"
    assert named[""] == "(missing)"
    assert named[MARKUP].startswith("&lt;b onmouseover")


def test_a_name_of_the_file_is_never_markup(evaluation) -> None:
    _, figure = effect_of(evaluation, MARKUP)
    assert figure.layout.title.text == f"purchase: effect of {ESCAPED}"
    assert figure.layout.xaxis2.title.text == f"{ESCAPED}, told (currency)"


def test_the_price_figure_tells_predictions_and_that_it_is_no_experiment(evaluation) -> None:
    found = evaluation["price_effect"]
    figure = price_figure("purchase", found, INPUTS["price_mean"], "predicted chance")
    curve = figure.data[0]
    above = np.interp(curve.x, found["effect"]["values"], found["effect"]["effects"])
    np.testing.assert_allclose(curve.y, found["mean"] + above)
    said = figure.layout.title.subtitle.text
    assert "association, no experiment" in said
    assert f"all prices 10 % lower: {found['changes'][0]['mean']:.4g}" in said
    assert f"all prices 10 % higher: {found['changes'][1]['mean']:.4g}" in said


def test_the_backtest_figure_has_each_origin_with_its_interval(evaluation) -> None:
    (points,) = backtest_figure("purchase", evaluation["backtest"], "roc_auc").data
    assert list(points.y) == pytest.approx([0.72, 0.73, 0.74])
    assert list(points.error_y.array) == pytest.approx([0.08, 0.07, 0.06])
    assert list(points.error_y.arrayminus) == pytest.approx([0.07, 0.08, 0.09])
    assert points.x[0] == "2,000 rows before 2026-02-01,<br>500 rows until 2026-03-01"


def test_the_section_has_every_figure_once_fetches_nothing_and_runs_nothing(evaluation) -> None:
    made = Page(page("a report", section(evaluation)))
    figures = 3 + len(NAMES)
    assert made.fetched == []
    assert len(made.names) == len(set(made.names)) == figures
    assert ASSOCIATION in made.text
    assert "Over 9,000 of 12,000 rows of training and holdout" in made.text
    assert "<b onmouseover" not in section(evaluation)
    assert section(evaluation) == section(evaluation)


def test_what_was_not_measured_has_its_reason_and_no_figure(evaluation) -> None:
    unmeasured = evaluation | {
        "price_effect": PriceEffect("No price at all.").as_dict(),
        "backtest": replace(Backtest(()), reason="No backtest. Too short.").as_dict(),
    }
    made = Page(section(unmeasured))
    assert "No price at all." in made.text
    assert "No backtest. Too short." in made.text
    assert ASSOCIATION not in made.text
    assert len(made.names) == 1 + len(NAMES)
