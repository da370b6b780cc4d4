from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import f1_score, precision_score

from automl.thresholds import ThresholdRule, choose_threshold, floor_warnings, parse_threshold
from clickstream.errors import ClickwiseError

RANDOM = np.random.default_rng(3)
CHANCE = RANDOM.beta(1, 4, 4_000)
ACTUAL = (RANDOM.random(4_000) < CHANCE).astype(float)


@pytest.mark.parametrize("text", ["f1", "precision=0.1234567", "cost=2.0,40.0", "cost=1,2345678"])
def test_a_rule_is_written_so_that_it_can_be_read_again(text: str) -> None:
    rule = parse_threshold(text)
    assert parse_threshold(str(rule)) == rule


BAD = [
    ("F1", "There is no threshold rule 'F1'. Give f1, precision=0.5"),
    ("f1=1", "There is no threshold rule 'f1=1'"),
    ("f1=", "There is no threshold rule 'f1='"),
    ("precision", "There is no threshold rule 'precision'"),
    ("cost=2", "There is no threshold rule 'cost=2'"),
    ("cost=1,2,3", "There is no threshold rule 'cost=1,2,3'"),
    ("precision=high", "'high' in the threshold rule 'precision=high' is no number"),
    ("precision=50", "The floor on precision is 50, but it is a share"),
    ("precision=0", "The floor on precision is 0"),
    ("precision=nan", "The floor on precision is nan"),
    ("cost=40,2", "A contact costs 40 and a sale is worth 2, but the cost must be above 0"),
    ("cost=0,2", "A contact costs 0"),
    ("cost=2,inf", "a sale is worth inf"),
]


@pytest.mark.parametrize(("text", "said"), BAD)
def test_a_rule_that_cannot_be_is_refused_with_what_can(text: str, said: str) -> None:
    with pytest.raises(ClickwiseError) as refused:
        parse_threshold(text)
    assert said in str(refused.value)


def test_by_default_the_threshold_is_where_f1_is_best() -> None:
    best = choose_threshold(ThresholdRule(), ACTUAL, CHANCE)
    at_best = f1_score(ACTUAL, best <= CHANCE)
    others = [f1_score(ACTUAL, other <= CHANCE) for other in np.unique(CHANCE)[::20]]
    assert at_best == pytest.approx(max([at_best, *others]))


def test_a_floor_on_precision_is_kept_by_the_lowest_threshold_that_can() -> None:
    found = choose_threshold(parse_threshold("precision=0.5"), ACTUAL, CHANCE)
    assert precision_score(ACTUAL, found <= CHANCE) >= 0.5
    lower = [other for other in np.unique(CHANCE)[::20] if other < found]
    assert lower
    assert all(precision_score(ACTUAL, other <= CHANCE) < 0.5 for other in lower)


def test_of_a_floor_that_is_out_of_reach_the_highest_precision_is_taken_and_said() -> None:
    actual, chance = np.array([1.0, 0.0, 1.0, 0.0]), np.array([0.3, 0.3, 0.2, 0.1])
    within, beyond = parse_threshold("precision=0.6"), parse_threshold("precision=0.9")
    assert choose_threshold(within, actual, chance) == 0.2
    assert floor_warnings(within, actual, chance) == []
    assert choose_threshold(beyond, actual, chance) == 0.2
    (warning,) = floor_warnings(beyond, actual, chance)
    assert warning.startswith("No threshold has a precision of 0.9 on the validation rows; the hig")
    assert "0.667, is taken" in warning


def test_no_other_threshold_earns_more_than_that_of_the_costs() -> None:
    contact, value = 3.0, 12.0
    found = choose_threshold(parse_threshold("cost=3,12"), ACTUAL, CHANCE)
    assert found == 0.25

    def expected(threshold: float) -> float:
        return float(np.sum((value * CHANCE - contact)[threshold <= CHANCE]))

    assert expected(found) >= max(expected(other) for other in np.linspace(0, 1, 101))
