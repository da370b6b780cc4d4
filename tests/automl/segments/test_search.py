import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from automl.segments import SegmentSearch, search_segments, to_onnx
from automl.segments.quality import MAX_NOISE, MIN_SHARE, MIN_STABILITY
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
        assert candidate.valid or candidate.broken or candidate.note


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
    assert all(line.silhouette is None and line.reason for line in search.leaderboard)


def test_large_tables_are_sampled_and_it_is_said():
    generator = np.random.default_rng(0)
    large = pd.DataFrame(generator.normal(size=(2_600, 2)), columns=["a", "b"], dtype="float32")
    search = search_segments(large, trials=3, seed=0)
    assert search.rows == search.sampled_rows["k-means"] == 2_600
    for name in ("hierarchical", "dbscan", "judged"):
        assert search.sampled_rows[name] == 2_000


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
