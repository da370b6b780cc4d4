"""Every plot draws what `evaluation.json` holds, under a name of its own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest

from automl.curves import conversion_evaluation, revenue_evaluation
from automl.metrics import calibration_bins
from automl.reporting.amounts import amount_figures
from automl.reporting.chances import chance_figures
from automl.reporting.drawing import draw
from automl.reporting.searches import leaderboard_table, path_figure
from tests.automl.hand_made import table
from tests.automl.pages import Page

RANDOM = np.random.default_rng(8)
N = 600
CHANCE = RANDOM.random(N)
HOLDOUT = replace(
    table((RANDOM.random(N) < CHANCE).astype(float)), cut_index=RANDOM.choice([1, 2, 3], N)
)
CHANCES = conversion_evaluation(HOLDOUT, CHANCE, 0.5)


@pytest.fixture(scope="module")
def drawn() -> dict[str, go.Figure]:
    figures = chance_figures(CHANCES, calibration_bins(HOLDOUT.label, CHANCE))
    return {figure.layout.title.text: figure for figure in figures}


def test_all_curves_of_a_chance_are_drawn(drawn: dict[str, go.Figure]) -> None:
    assert list(drawn) == [
        "ROC curve",
        "Precision and recall",
        "Predicted against observed",
        "Confusion at the threshold",
        "Gains",
        "Lift by decile",
        "Chances on the holdout",
        "ROC AUC by clicks seen",
    ]
    for figure in drawn.values():
        assert figure.layout.xaxis.title.text
        assert figure.layout.yaxis.title.text


def test_the_confusion_shows_its_counts_with_what_was_in_lines(
    drawn: dict[str, go.Figure],
) -> None:
    (heat,) = drawn["Confusion at the threshold"].data
    (_, false_yes), (false_no, true_yes) = CHANCES["confusion"]
    assert (heat.x[1], heat.y[0]) == ("yes", "no")
    assert heat.text[0][1].startswith(f"{false_yes} rows")
    share = true_yes / (true_yes + false_no)
    assert heat.text[1][1] == f"{true_yes} rows<br>{share:.1%} of all yes"


def test_a_bar_of_error_reaches_to_the_ends_of_the_interval(drawn: dict[str, go.Figure]) -> None:
    (line,) = drawn["ROC AUC by clicks seen"].data
    for place, part in enumerate(CHANCES["by_clicks"]):
        assert line.y[place] + line.error_y.array[place] == pytest.approx(part["roc_auc_high"])
        assert line.y[place] - line.error_y.arrayminus[place] == pytest.approx(part["roc_auc_low"])


def test_where_no_clicks_were_counted_nothing_is_drawn_by_clicks() -> None:
    evaluation = CHANCES | {"by_clicks": []}
    figures = chance_figures(evaluation, calibration_bins(HOLDOUT.label, CHANCE))
    assert "ROC AUC by clicks seen" not in [figure.layout.title.text for figure in figures]


def test_deciles_of_amounts_are_drawn_beside_each_other() -> None:
    actual = RANDOM.gamma(2.0, 10.0, N)
    evaluation = revenue_evaluation(replace(HOLDOUT, label=actual), actual * 0.9)
    deciles, _ = amount_figures(evaluation)
    said, was = deciles.data
    assert list(was.y) == [part["actual"] for part in evaluation["deciles"]]
    assert list(said.y) == pytest.approx([0.9 * value for value in was.y])


PATH = [
    {"seconds": 1.0, "family": "tree", "loss": 0.5, "best": 0.5},
    {"seconds": 2.0, "family": "mlp", "loss": None, "best": 0.5},
    {"seconds": 3.0, "family": "tree", "loss": 0.4, "best": 0.4},
]


def test_the_path_shows_what_worked_and_the_best_so_far() -> None:
    mlp, tree, best = path_figure(PATH).data
    assert (list(mlp.y), list(tree.y)) == ([], [0.5, 0.4])
    assert list(best.y) == [0.5, 0.5, 0.4]


def test_one_very_bad_candidate_does_not_flatten_the_others() -> None:
    worst = {"seconds": 4.0, "family": "tree", "loss": 90.0, "best": 0.4}
    others = [{"seconds": 5.0 + n, "family": "tree", "loss": 0.45, "best": 0.4} for n in range(20)]
    low, high = path_figure([*PATH, worst, *others]).layout.yaxis.range
    assert low < 0.4 < 0.45 < high < 1


def test_the_leaderboard_shows_members_seconds_and_what_failed() -> None:
    board = [
        {
            "family": "tree",
            "trials": 2,
            "members": 3,
            "validation_loss": 0.4,
            "holdout_loss": 0.41,
        },
        {"family": "mlp", "trials": 1, "failure": "no finite loss"},
    ]
    text = Page(leaderboard_table(board, {"tree": 2.34, "mlp": 1.0})).text.split("\n")
    header = ["family", "trials", "seconds", "members", "validation loss", "holdout loss", "remark"]
    assert text[:7] == header
    assert text[7:13] == ["tree", "2", "2.3", "3", "0.4", "0.41"]
    assert "no finite loss" in text
    segments = [{"family": "k-means", "trials": 3, "silhouette": 0.3, "failure": None}]
    shown = Page(leaderboard_table(segments, {})).text.split()
    assert shown == ["family", "trials", "silhouette", "k-means", "3", "0.3"]


def test_two_answers_may_have_plots_of_one_title(drawn: dict[str, go.Figure]) -> None:
    page = Page(draw(drawn["Gains"], "purchase") + draw(drawn["Gains"], "exit"))
    assert page.names == ["purchase-gains", "exit-gains"]
