"""What the parts write of results, here of made-up ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.accuracy import budgets, online_retail, online_shoppers, rees46
from benchmarks.accuracy.asked import Asked, Refused
from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.product import Trained

ACTUAL = np.array([0.0, 0.0, 1.0, 1.0])
RIGHT = np.array([0.1, 0.2, 0.3, 0.4])
HALF_RIGHT = np.array([0.1, 0.4, 0.3, 0.2])
WRONG = -RIGHT


def test_splits_are_paired_and_their_differences_have_a_standard_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    said = {0: (RIGHT, HALF_RIGHT), 1: (RIGHT, WRONG), 2: (HALF_RIGHT, HALF_RIGHT)}

    def split(_: Asked, seed: int) -> rees46._Split:
        return rees46._Split(ACTUAL, *said[seed], released=seed > 0)

    monkeypatch.setattr(rees46, "_split", split)
    page = list(rees46.rees46(Asked([0, 1, 2], 15.0, tmp_path)))
    assert "| 0 | 4 | 2 | 1.000 | 0.500 | +0.500 | refused |" in page
    assert "| 1 | 4 | 2 | 1.000 | 0.000 | +1.000 | passed |" in page
    assert "| mean |  |  | 0.833 | 0.333 | +0.500 ± 0.289 |  |" in page
    assert page[-1].endswith("over the seeds is 0.289.")


def test_one_split_tells_no_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    split = rees46._Split(ACTUAL, RIGHT, HALF_RIGHT, released=True)
    monkeypatch.setattr(rees46, "_split", lambda *_: split)
    page = list(rees46.rees46(Asked([1], 15.0, tmp_path)))
    assert page[-1] == "| mean |  |  | 1.000 | 0.500 | +0.500 |  |"


def test_a_search_is_told_by_how_much_it_missed_its_budget(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def trained(*_: object, budget: float, **__: object) -> Trained:
        monkeypatch.setattr(Trained, "search_seconds", lambda *_: budget * 1.05)
        return Trained(tmp_path, seconds=budget + 7)

    monkeypatch.setattr(budgets, "split_file", lambda folder, seed: (folder, folder))
    monkeypatch.setattr(budgets, "train_bundle", trained)
    page = list(budgets.budgets(Asked([0], 60.0, tmp_path)))
    for row in ("15 | 15.8 | +5.0 % | 22.0", "60 | 63.0 | +5.0 % | 67.0", "300 | 315.0 |"):
        assert any(row in line for line in page)


def test_totals_are_held_against_what_was_spent() -> None:
    said = {"one": np.array([9.0, 0.0]), "other": np.array([10.0, 1.0])}
    assert list(online_retail._totals(np.array([10.0, 0.0]), said)) == [
        "They spent 10 in all.",
        "The total of one is off by -10.0 %.",
        "The total of other is off by +10.0 %.",
    ]


def test_a_budget_too_short_for_any_model_is_told_and_longer_ones_stand(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def trained(*_: object, budget: float, **__: object) -> Trained:
        if budget < 60:
            raise Refused("None of the 5 candidates tried worked.")
        return Trained(tmp_path, seconds=budget)

    monkeypatch.setattr(Trained, "search_seconds", lambda *_: 60.0)
    monkeypatch.setattr(budgets, "split_file", lambda folder, seed: (folder, folder))
    monkeypatch.setattr(budgets, "train_bundle", trained)
    page = list(budgets.budgets(Asked([0], 60.0, tmp_path)))
    assert "| 15 | refused: None of the 5 candidates tried worked. |  |  |" in page
    assert any(line.startswith("| 60 | 60.0 | +0.0 % |") for line in page)


def test_either_side_gets_the_same_files_and_a_refused_short_search_costs_nothing_else(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    given: list[tuple[str, Path, Path, float]] = []

    def trained(training: Path, testing: Path, out: Path, **told: Any) -> Trained:
        given.append(("Clickwise", training, testing, told["budget"]))
        if told["budget"] < 60:
            raise Refused("None of the candidates worked.")
        return Trained(out, seconds=61.0)

    def peer(training: Path, testing: Path, *told: Any) -> Peer:
        given.append(("AutoGluon", training, testing, told[2]))
        return Peer(HALF_RIGHT, 60.0, 600.0, 300.0, 2**30, 2**29, "some")

    files = tmp_path / "train.csv", tmp_path / "test.csv"
    files[1].write_text("Revenue,Month\nFALSE,May\nFALSE,Nov\nTRUE,May\nTRUE,Nov\n")
    monkeypatch.setattr(online_shoppers, "split_file", lambda folder, seed: files)
    monkeypatch.setattr(online_shoppers, "train_bundle", trained)
    monkeypatch.setattr(online_shoppers, "score_rows", lambda *_: RIGHT)
    monkeypatch.setattr(online_shoppers, "autogluon", peer)
    monkeypatch.setattr(online_shoppers, "_costs", lambda split: iter([f"of {split.seed}"]))
    page = list(online_shoppers.online_shoppers(Asked([3], 60.0, tmp_path)))
    assert {(training, testing) for _, training, testing, _ in given} == {files}
    once = [("Clickwise", 15.0), ("Clickwise", 60.0), ("AutoGluon", 60.0)]
    assert [(who, seconds) for who, _, _, seconds in given] == 2 * once
    row = "| 1.0000 | 0.5000 | +0.5000 | 1.0000 | 0.5833 | +0.4167 |"
    assert (page.count(f"| 3 {row}"), page.count(f"| mean {row}")) == (2, 2)
    assert page.count("After 15 s of search Clickwise was refused on every split.") == 2
    assert page.count("of 3") == 2
