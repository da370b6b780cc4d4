"""Ranks give the measures that statistics packages give."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr
from sklearn.metrics import roc_auc_score

from clickstream.leaks import rank_auc
from clickstream.leaks.ranking import counted_auc, rank_correlation

RANDOM = np.random.default_rng(0)
N = 2_000
LABEL = (RANDOM.random(N) < 0.2).astype(np.float64)
NOISE = RANDOM.normal(size=N)
VALUES = [NOISE, np.round(NOISE), np.zeros(N), NOISE + LABEL, -LABEL]


@pytest.mark.parametrize("values", VALUES)
def test_rank_auc_is_that_of_scikit_learn(values: np.ndarray) -> None:
    assert rank_auc(values, LABEL > 0) == pytest.approx(roc_auc_score(LABEL, values), abs=1e-12)


@pytest.mark.parametrize("values", VALUES)
def test_the_auc_of_counts_is_that_of_rows(values: np.ndarray) -> None:
    distinct = np.unique(values)
    yes, no = (
        np.array([(values[side] == value).sum() for value in distinct], dtype=np.float64)
        for side in (LABEL > 0, LABEL <= 0)
    )
    assert counted_auc(yes, no) == pytest.approx(rank_auc(values, LABEL > 0), abs=1e-12)


def test_rank_correlation_is_that_of_scipy() -> None:
    for values in (NOISE + LABEL, np.round(NOISE), -LABEL):
        expected = spearmanr(values, NOISE).statistic
        assert rank_correlation(values, NOISE) == pytest.approx(expected, abs=1e-12)
    assert rank_correlation(np.ones(N), NOISE) == 0
