import signal
from collections.abc import Mapping
from dataclasses import asdict, replace
from itertools import count
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.datasets import make_moons
from sklearn.metrics import adjusted_rand_score

from automl.segments import Progress, SegmentSearch, search_segments, to_onnx
from automl.segments.clusterers import FAMILIES, Sample
from automl.segments.notes import reason_of
from automl.segments.prototypes import find_prototypes
from automl.segments.quality import (
    MAX_NOISE,
    MAX_SEARCHED_NOISE,
    MIN_SHARE,
    MIN_STABILITY,
    broken_constraints,
    measure,
)
from automl.segments.searched import prepare_search
from clickstream.errors import NotAnswerable

TRIALS = 24


@pytest.fixture(scope="module")
def found(blobs) -> SegmentSearch:
    return search_segments(blobs[0], trials=TRIALS, seed=5)


def test_planted_segments_are_found(blobs, found):
    frame, truth = blobs
    assert found.winner.model.prototypes.count == 4
    assert adjusted_rand_score(truth, found.winner.model.predict(frame)) > 0.98


def test_every_family_stands_on_the_leaderboard(found):
    assert {line.family for line in found.leaderboard} == {"k-means", "hierarchical", "dbscan"}
    assert sum(line.trials for line in found.leaderboard) == len(found.candidates) == TRIALS
    silhouettes = [line.silhouette for line in found.leaderboard]
    assert silhouettes == sorted(silhouettes, reverse=True)


def test_the_best_family_leads_and_wins(shop):
    search = search_segments(shop, trials=9, seed=1)
    silhouettes = [line.silhouette for line in search.leaderboard if line.silhouette is not None]
    assert silhouettes == sorted(silhouettes, reverse=True)
    assert len(set(silhouettes)) > 1
    assert search.winner.model.family == search.leaderboard[0].family
    assert search.winner.figures.silhouette == silhouettes[0]


def test_the_winner_is_the_best_of_those_that_satisfy_the_constraints(found):
    valid = [candidate for candidate in found.candidates if candidate.valid]
    winner = found.winner
    assert winner.candidate in valid
    assert winner.figures.silhouette == max(c.figures.silhouette for c in valid)
    assert winner.model.family == winner.candidate.family
    assert (winner.figures, winner.stability) == (
        winner.candidate.figures,
        winner.candidate.figures.stability,
    )


def test_whatever_was_not_chosen_says_why(found):
    for candidate in found.candidates:
        assert candidate.valid or reason_of(candidate)


def test_the_elbow_falls_with_the_number_of_segments(found):
    assert [point.segments for point in found.elbow] == list(range(3, 11))
    assert (np.diff([point.within_ss for point in found.elbow]) < 0).all()


def test_trials_and_seed_repeat_a_search(blobs, found):
    again = search_segments(blobs[0], trials=TRIALS, seed=5)
    assert again.candidates == found.candidates
    assert again.leaderboard == found.leaderboard
    assert (
        to_onnx(again.winner.model).SerializeToString()
        == to_onnx(found.winner.model).SerializeToString()
    )


def test_another_seed_searches_elsewhere(blobs, found):
    other = search_segments(blobs[0], trials=TRIALS, seed=6)
    assert [c.config for c in other.candidates] != [c.config for c in found.candidates]


def test_the_order_of_rows_changes_nothing(blobs, found):
    shuffled = blobs[0].sample(frac=1, random_state=0)
    again = search_segments(shuffled, trials=TRIALS, seed=5)
    assert again.candidates == found.candidates
    assert (
        to_onnx(again.winner.model).SerializeToString()
        == to_onnx(found.winner.model).SerializeToString()
    )


def test_the_unit_of_a_column_does_not_change_the_segments(shop):
    cents = shop.assign(spend=shop["spend"] * np.float32(128))
    euros = search_segments(shop, trials=6, seed=1).winner.model.predict(shop)
    np.testing.assert_array_equal(
        search_segments(cents, trials=6, seed=1).winner.model.predict(cents), euros
    )


def test_rows_without_segments_are_refused_or_satisfy_the_constraints():
    noise = np.random.default_rng(0).uniform(size=(400, 6)).astype("float32")
    search = search_segments(pd.DataFrame(noise).add_prefix("c"), trials=15, seed=1)
    if search.winner is None:
        assert all(line.reason for line in search.leaderboard)
    for candidate in filter(lambda c: c.valid, search.candidates):
        figures = candidate.figures
        assert 3 <= figures.segments <= 10
        assert figures.smallest_share >= MIN_SHARE
        assert figures.noise_share <= MAX_NOISE
        assert figures.stability >= MIN_STABILITY


def test_two_groups_only_are_refused_with_the_reason():
    generator = np.random.default_rng(0)
    centres = np.repeat([0.0, 40.0], 100)
    two = pd.DataFrame(
        {name: centres + generator.normal(0, 1, 200) for name in "abcdefgh"}, dtype="float32"
    )
    search = search_segments(two, trials=9, seed=0)
    assert search.winner is None
    broken = {family: set() for family in ("k-means", "hierarchical", "dbscan")}
    for candidate in search.candidates:
        broken[candidate.family].add("; ".join(candidate.broken))
    for line in search.leaderboard:
        assert line.silhouette is None
        assert line.reason
        assert line.reason in broken[line.family]


def test_a_family_without_a_winner_says_what_it_broke_not_what_time_left_unmeasured(
    blobs, monkeypatch
):
    """Of hierarchical clustering, the first candidate is unstable and the others unmeasured."""
    indices = iter([0.1])

    def agreement(self, prototypes, family, config, out_of_time):
        return 0.9 if family.name != "hierarchical" else next(indices, None)

    monkeypatch.setattr("automl.segments.stability.Resamples.agreement", agreement)
    search = search_segments(blobs[0], trials=24, seed=0)
    reasons = {line.family: line.reason for line in search.leaderboard}
    assert "stability 0.100" in reasons["hierarchical"]


def test_large_tables_are_sampled_and_it_is_said():
    generator = np.random.default_rng(0)
    large = pd.DataFrame(generator.normal(size=(2_600, 2)), columns=["a", "b"], dtype="float32")
    search = search_segments(large, trials=3, seed=0)
    assert search.rows == search.sampled_rows["k-means"] == 2_600
    for name in ("hierarchical", "dbscan", "judged"):
        assert search.sampled_rows[name] == 2_000
    assert search.notes[0].startswith("Of 2,600 rows all were clustered by k-means")
    assert "saw a random sample of 2,000" in search.notes[0]


def test_kept_is_the_best_of_each_family_and_number_of_segments(found):
    places = [(kept.candidate.family, kept.figures.segments) for kept in found.kept]
    assert places == sorted(set(places))
    assert [k for family, k in places if family == "k-means"] == list(range(3, 11))
    for kept in found.kept:
        assert kept.candidate in found.candidates
        rivals = [
            c.figures.silhouette
            for c in found.candidates
            if c.valid
            and (c.family, c.figures.segments) == (kept.candidate.family, kept.figures.segments)
        ]
        if rivals:
            assert kept.candidate.valid
            assert kept.figures.silhouette == max(rivals)


def test_of_everything_kept_everything_was_measured(found):
    for kept in found.kept:
        assert kept.stability == kept.figures.stability
        assert np.isfinite(list(asdict(kept.figures).values())).all()
        assert kept.prototypes.count == kept.figures.segments


def plain_k_means(frame: pd.DataFrame, seed: int) -> float:
    """The best silhouette of plain k-means under the same constraints, on the same rows."""
    data = prepare_search(frame, seed)
    silhouettes = [-np.inf]
    for segments in range(3, 11):
        config = {"segments": segments, "init": "k-means++", "restarts": 5}
        labels = KMeans(segments, n_init=5, random_state=seed).fit_predict(data.all.rows)
        prototypes = find_prototypes(data.all.rows, labels, FAMILIES[0], seed)
        figures = measure(prototypes, data.all.rows, data.judged)
        index = data.resamples.agreement(prototypes, FAMILIES[0], config)
        if not broken_constraints(figures.with_stability(index)):
            silhouettes.append(figures.silhouette)
    return max(silhouettes)


def moons() -> pd.DataFrame:
    """Segments that are not round."""
    rows = make_moons(240, noise=0.1, random_state=0)[0]
    return pd.DataFrame(rows, columns=["a", "b"], dtype="float32")


def test_no_result_is_worse_than_plain_k_means_even_with_one_trial_per_family(shop):
    for frame in (shop.iloc[:300], moons()):
        plain = plain_k_means(frame, seed=1)
        search = search_segments(frame, trials=3, seed=1)
        assert plain > 0
        assert search.winner.figures.silhouette >= plain


def test_a_search_stays_clear_of_the_noise_that_the_gate_allows(found):
    for candidate in found.candidates:
        if candidate.valid:
            assert candidate.figures.noise_share <= MAX_SEARCHED_NOISE < MAX_NOISE


def interrupt_after(trials: int, told: list[str]) -> Progress:
    """Press Ctrl-C while the trial of this number is told of."""

    def progress(done: float, line: str) -> None:
        if len(told) == trials - 1:
            signal.raise_signal(signal.SIGINT)
        told.append(line)

    return progress


def test_ctrl_c_keeps_the_best_found_so_far_and_says_so(blobs):
    told: list[str] = []
    search = search_segments(blobs[0], trials=TRIALS, seed=5, progress=interrupt_after(5, told))
    assert search.interrupted
    assert len(search.candidates) == len(told) == 5
    assert search.winner.figures.silhouette == max(
        c.figures.silhouette for c in search.candidates if c.valid
    )
    assert "interrupted after 5 candidates" in search.notes[0]
    reasons = {line.family: line.reason for line in search.leaderboard}
    assert reasons["dbscan"] == "not tried: the search had ended"


def test_ctrl_c_before_anything_was_found_goes_on():
    generator = np.random.default_rng(0)
    noise = pd.DataFrame(generator.uniform(size=(300, 8)), dtype="float32").add_prefix("c")
    with pytest.raises(KeyboardInterrupt):
        search_segments(noise, trials=TRIALS, progress=interrupt_after(1, []))


def test_ctrl_c_ends_a_candidate_that_is_being_judged(blobs, monkeypatch):
    calls = count()

    def cluster(sample: Sample, config: Mapping[str, Any], seed: int) -> np.ndarray:
        if next(calls) == 50:
            signal.raise_signal(signal.SIGINT)
        return FAMILIES[0].cluster(sample, config, seed)

    pressing = replace(FAMILIES[0], cluster=cluster)
    monkeypatch.setattr("automl.segments.search.FAMILIES", (pressing, *FAMILIES[1:]))
    before = signal.getsignal(signal.SIGINT)
    search = search_segments(blobs[0], trials=TRIALS, seed=5)
    assert search.interrupted
    assert 0 < len(search.candidates) < 8
    assert all(one.failure == "" for one in search.candidates)
    assert signal.getsignal(signal.SIGINT) is before


def test_a_search_that_ran_to_its_end_was_not_interrupted(found):
    assert not found.interrupted
    assert found.notes == (
        "Every family clustered all 600 rows, and every figure comes from all of them.",
    )


def test_a_candidate_that_fails_is_recorded_and_costs_nothing_else(blobs, monkeypatch):
    def cluster(sample: Sample, config: Mapping[str, Any], seed: int) -> np.ndarray:
        raise MemoryError("Unable to allocate 3 GiB.")

    broken = replace(FAMILIES[1], cluster=cluster)
    monkeypatch.setattr("automl.segments.search.FAMILIES", (FAMILIES[0], broken, FAMILIES[2]))
    search = search_segments(blobs[0], trials=12, seed=5)
    failed = [c for c in search.candidates if c.family == "hierarchical"]
    assert {c.failure for c in failed} == {"Unable to allocate 3 GiB"}
    assert {line.family: line.reason for line in search.leaderboard} == {
        "k-means": "",
        "hierarchical": "Unable to allocate 3 GiB",
        "dbscan": "",
    }
    assert search.winner.model.prototypes.count == 4
    assert f"{len(failed)} of {len(search.candidates)} candidates failed" in search.notes[-1]


def test_every_family_is_tried_within_a_short_budget(blobs):
    search = search_segments(blobs[0], budget=4.0, seed=0)
    assert search.winner.model.prototypes.count == 4
    assert all(line.trials > 0 for line in search.leaderboard)


def test_a_search_says_nothing_but_its_progress(blobs, capfd):
    steps = []
    search_segments(blobs[0], trials=6, progress=lambda done, line: steps.append((done, line)))
    assert capfd.readouterr() == ("", "")
    parts = [done for done, _ in steps]
    assert parts == sorted(parts)
    assert parts[-1] == 1
    assert all(line.startswith(("k-means", "hierarchical", "dbscan")) for _, line in steps)


def test_too_few_rows_cannot_be_segmented(blobs):
    with pytest.raises(NotAnswerable, match="at least 150 rows to be found, but there are 149"):
        search_segments(blobs[0].iloc[:149], trials=3)


def test_rows_that_do_not_differ_cannot_be_segmented():
    same = pd.DataFrame({"a": np.ones(200), "b": np.full(200, np.nan)}, dtype="float32")
    with pytest.raises(NotAnswerable, match="varies"):
        search_segments(same, trials=3)


def test_a_few_different_rows_are_searched_without_a_warning():
    few = pd.DataFrame({"a": np.repeat([0, 1, 2, 5], 50)}, dtype="float32")
    search = search_segments(few, trials=12, seed=0)
    assert search.winner is None or search.winner.model.prototypes.count <= 4
