"""Abandonment is judged on full carts alone, and only where there are enough of them."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from pathlib import Path

import numpy as np
import pytest

from automl.abandonment import abandonment, abandonment_sentence
from automl.table import Prepared, Table
from clickstream.bundle import open_bundle
from clickstream.leaks import rank_auc
from tests.automl.hand_made import FEATURES, labels, table


def with_carts(made: Table, carts: np.ndarray, removals: np.ndarray) -> Table:
    return replace(made, frame=made.frame.assign(carts=carts, removals=removals))


def on_carts(holdout: Table, carts: list[int], removals: list[int]) -> Prepared:
    """Of four training carts that are full three were abandoned; the empty ones all bought."""
    before = with_carts(
        table(np.array([0.0, 0, 0, 1, 1, 1]), "t"),
        np.array([1, 1, 2, 3, 0, 1]),
        np.array([0] * 5 + [1]),
    )
    holdout = with_carts(holdout, np.array(carts), np.array(removals))
    return Prepared(before, holdout, FEATURES, None, "by hand")


def test_a_cart_is_full_where_more_was_put_in_than_taken_out() -> None:
    """Two cuts each of three sessions: the first buys, the others do not."""
    holdout = table(np.array([1.0, 1, 0, 0, 0, 0]), rows_per_unit=2)
    found = abandonment(
        on_carts(holdout, carts=[0, 2, 1, 3, 1, 1], removals=[0, 1, 0, 1, 1, 2]),
        np.zeros(6),
        seed=0,
    )
    assert {name: found[name] for name in ("rows", "sessions", "abandoned", "bought")} == {
        "rows": 3,
        "sessions": 2,
        "abandoned": 1,
        "bought": 1,
    }


@pytest.mark.parametrize(
    ("bought", "abandoned"), [(14, 40), (40, 14), (0, 40)], ids=["buyers", "leavers", "none"]
)
def test_too_few_of_either_are_said_and_not_measured(bought: int, abandoned: int) -> None:
    size = bought + abandoned
    parts = on_carts(table(labels(bought, abandoned)), [1] * size, [0] * size)
    found = abandonment(parts, np.full(size, 0.5), seed=0)
    assert "metrics" not in found
    assert found["not_measured"] == (
        f"{abandoned} sessions with a full cart were abandoned and {bought} bought; "
        "at least 15 of either are needed"
    )
    assert abandonment_sentence(found) == (
        f"Abandonment (1 minus the chance to buy) was not measured: {found['not_measured']}."
    )


def test_who_leaves_a_full_cart_is_measured_beside_the_share_of_training() -> None:
    random = np.random.default_rng(2)
    full, empty = 400, 300
    chance = random.random(full + empty)
    bought = (random.random(full + empty) < chance).astype(float)
    parts = on_carts(table(bought), [2] * full + [0] * empty, [1] * full + [0] * empty)
    found = abandonment(parts, chance, seed=0)
    left, said = 1 - bought[:full], 1 - chance[:full]
    assert found["abandoned"] == left.sum()
    assert found["bought"] == full - left.sum()
    metrics, baseline = found["metrics"], found["baseline_metrics"]
    assert metrics["roc_auc"]["value"] == pytest.approx(rank_auc(said, left > 0))
    assert metrics["roc_auc"]["low"] < metrics["roc_auc"]["value"] < metrics["roc_auc"]["high"]
    assert metrics["brier"]["value"] == pytest.approx(np.mean((said - left) ** 2))
    assert baseline["roc_auc"]["value"] == pytest.approx(0.5)
    constant = -np.where(left > 0, np.log(0.75), np.log(0.25)).mean()
    assert baseline["log_loss"]["value"] == pytest.approx(constant)
    assert f"{full} sessions with something in the cart" in abandonment_sentence(found)


def test_a_bundle_and_its_report_tell_of_abandonment(trained: Path) -> None:
    bundle = open_bundle(trained / "conversion")
    found = bundle.evaluation("purchase")["abandonment"]
    evidence = bundle.manifest.answers["purchase"].evidence
    assert 0 < found["rows"] < evidence.holdout_rows
    assert found["metrics"]["log_loss"]["value"] < found["baseline_metrics"]["log_loss"]["value"]
    assert "abandonment" not in bundle.evaluation("exit")
    report = (bundle.path / "report.html").read_text(encoding="utf-8")
    assert report.count(escape(abandonment_sentence(found))) == 1
    complement = bundle.manifest.answers["purchase"].complement
    assert complement is not None
    assert complement.name == "abandonment"
