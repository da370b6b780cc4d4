from __future__ import annotations

import numpy as np
import pytest

from automl.evidence import evidence_of, evidence_warnings, require_evidence
from automl.table import Prepared
from clickstream.answers import ANSWERS
from clickstream.errors import NotAnswerable
from tests.automl.hand_made import FEATURES, labels, prepared, table

PURCHASE, SPEND, SEGMENT = (ANSWERS[name] for name in ("purchase", "session_spend", "segment"))


@pytest.mark.parametrize("swap", [False, True], ids=["positives", "negatives"])
@pytest.mark.parametrize(
    ("training", "holdout", "enough"), [(50, 15, True), (49, 15, False), (50, 14, False)]
)
def test_50_of_each_in_training_and_15_in_the_holdout_are_needed(
    training: int, holdout: int, enough: bool, swap: bool
) -> None:
    def part(few: int) -> np.ndarray:
        return labels(500, few) if swap else labels(few, 500)

    evidence = evidence_of(prepared(part(training), part(holdout)), PURCHASE)
    if enough:
        require_evidence(evidence, PURCHASE)
        return
    kind = "negatives" if swap else "positives"
    with pytest.raises(NotAnswerable) as refused:
        require_evidence(evidence, PURCHASE)
    said = str(refused.value)
    name, number, least = ("training", training, 50) if training < 50 else ("holdout", holdout, 15)
    assert said.startswith("Too little evidence for purchase: ")
    assert f"{number} {kind}" in said
    assert f"in the {name} part, and at least {least} {kind} are needed" in said


def test_a_session_counts_once_however_often_it_is_cut() -> None:
    training = table(np.tile([1.0, 1.0, 0.0], 49), rows_per_unit=3)
    evidence = evidence_of(
        Prepared(training, table(labels(20, 20), "h"), FEATURES, None, "by hand"), PURCHASE
    )
    assert (evidence.training_rows, evidence.training_positives) == (147, 49)
    with pytest.raises(NotAnswerable, match="49 positives and 49 negatives"):
        require_evidence(evidence, PURCHASE)


def test_where_everybody_buys_nothing_tells_buyers_from_others() -> None:
    evidence = evidence_of(prepared(np.ones(500), np.ones(100)), PURCHASE)
    with pytest.raises(NotAnswerable, match="500 positives and 0 negatives in the training part"):
        require_evidence(evidence, PURCHASE)


@pytest.mark.parametrize(("rows", "enough"), [(50, True), (49, False)])
def test_where_no_amount_is_zero_and_for_segments_rows_count(rows: int, enough: bool) -> None:
    for answer, label in ((SPEND, np.ones(rows)), (SEGMENT, np.full(rows, np.nan))):
        evidence = evidence_of(prepared(label, np.ones(15)), answer)
        assert evidence.training_positives is None
        if enough:
            require_evidence(evidence, answer)
        else:
            with pytest.raises(NotAnswerable, match="49 rows in the training part"):
                require_evidence(evidence, answer)


@pytest.mark.parametrize(("positives", "warned"), [(999, True), (1_000, False)])
def test_below_1000_a_warning_says_how_little(positives: int, warned: bool) -> None:
    evidence = evidence_of(prepared(labels(positives, 5_000), labels(50, 50)), PURCHASE)
    expected = ["Little evidence: trained on 999 positives only (below 1000)."] if warned else []
    assert evidence_warnings(evidence) == expected
