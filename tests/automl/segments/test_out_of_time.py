import numpy as np
import pytest

from automl.segments import SegmentSearch, out_of_time_agreements, search_segments


@pytest.fixture(scope="module")
def found(blobs) -> SegmentSearch:
    return search_segments(blobs[0], trials=9, seed=5)


def agreements(found, holdout) -> tuple[float, ...]:
    model = found.winner.model
    return out_of_time_agreements(found.kept, model, holdout, size=found.sampled_rows["judged"])


def of_the_winner(found, holdout) -> float:
    places = [kept.candidate for kept in found.kept]
    return agreements(found, holdout)[places.index(found.winner.candidate)]


def test_every_candidate_kept_has_an_agreement(found, fresh_blobs):
    indices = agreements(found, fresh_blobs[0])
    assert len(indices) == len(found.kept)
    assert all(-0.5 <= index <= 1 for index in indices)


def test_customers_of_the_same_segments_agree_and_others_do_not(found, fresh_blobs):
    frame, _ = fresh_blobs
    assert of_the_winner(found, frame) > 0.95
    flat = frame.assign(recency=np.float32(0), orders=np.float32(0))
    assert of_the_winner(found, flat) < 0.75


def test_the_order_of_later_rows_changes_nothing(found, fresh_blobs):
    shuffled = fresh_blobs[0].sample(frac=1, random_state=1)
    assert agreements(found, shuffled) == agreements(found, fresh_blobs[0])


def test_one_later_row_is_no_error(found, fresh_blobs):
    assert len(agreements(found, fresh_blobs[0].iloc[:1])) == len(found.kept)
