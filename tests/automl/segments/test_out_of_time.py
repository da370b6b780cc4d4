import numpy as np

from automl.segments import out_of_time_agreements


def agreements(search, holdout) -> tuple[float, ...]:
    model = search.winner.model
    return out_of_time_agreements(search.kept, model, holdout, size=search.sampled_rows["judged"])


def of_the_winner(search, holdout) -> float:
    places = [kept.candidate for kept in search.kept]
    return agreements(search, holdout)[places.index(search.winner.candidate)]


def test_every_candidate_kept_has_an_agreement(search, fresh_blobs):
    indices = agreements(search, fresh_blobs[0])
    assert len(indices) == len(search.kept)
    assert all(-0.5 <= index <= 1 for index in indices)


def test_customers_of_the_same_segments_agree_and_others_do_not(search, fresh_blobs):
    frame, _ = fresh_blobs
    assert of_the_winner(search, frame) > 0.95
    flat = frame.assign(recency=np.float32(0), orders=np.float32(0))
    assert of_the_winner(search, flat) < 0.75


def test_the_order_of_later_rows_changes_nothing(search, fresh_blobs):
    shuffled = fresh_blobs[0].sample(frac=1, random_state=1)
    assert agreements(search, shuffled) == agreements(search, fresh_blobs[0])


def test_one_later_row_is_no_error(search, fresh_blobs):
    assert len(agreements(search, fresh_blobs[0].iloc[:1])) == len(search.kept)
