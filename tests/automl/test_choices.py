from __future__ import annotations

from pathlib import Path

import pytest

from automl.choices import bundles_in, chosen_answers
from clickstream.answers import ANSWERS
from clickstream.errors import BundleError, ClickwiseError


@pytest.mark.parametrize(
    ("tasks", "answers", "expected"),
    [
        (None, None, tuple(ANSWERS)),
        ("revenue", None, ("session_spend", "customer_spend")),
        (
            "conversion, segmentation",
            None,
            ("purchase", "repurchase", "exit", "segment", "interest", "next_segment"),
        ),
        (None, "segment,purchase", ("segment", "purchase")),
        ("conversion", "segment,purchase", ("purchase",)),
        ("", "", tuple(ANSWERS)),
    ],
)
def test_answers_are_chosen_by_name_or_by_task(tasks, answers, expected) -> None:
    assert chosen_answers(tasks, answers) == expected


@pytest.mark.parametrize(
    ("tasks", "answers", "said"),
    [
        ("sales", None, "There is no task 'sales'; the tasks are conversion, revenue, segment"),
        (None, "purchase,buy", "There is no answer 'buy'; the answers are purchase, repurchase"),
        ("revenue", "purchase", "No answer is left: purchase are not answers of revenue"),
    ],
)
def test_unknown_names_are_refused_with_the_known_ones(tasks, answers, said) -> None:
    with pytest.raises(ClickwiseError, match=said):
        chosen_answers(tasks, answers)


def test_bundles_are_found_by_task(trained: Path) -> None:
    assert [path.name for path in bundles_in(trained)] == ["conversion", "revenue", "segmentation"]


def test_a_folder_without_bundles_is_refused(tmp_path: Path) -> None:
    (tmp_path / "conversion").mkdir()
    with pytest.raises(BundleError, match="holds no bundle: expected one of conversion") as refused:
        bundles_in(tmp_path)
    assert str(tmp_path) in str(refused.value)
