import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import silhouette_samples

from automl.segments import judge
from clickstream.errors import InputError, NotAnswerable

STABILITY = 0.98


def test_planted_segments_pass_on_other_customers(blobs, fresh_blobs, serve):
    judgement = judge(serve(blobs[0], "k-means"), STABILITY, fresh_blobs[0])
    assert judgement.passes
    assert judgement.segments == 4
    assert judgement.rows == 600
    assert judgement.stability == STABILITY
    assert judgement.smallest_share == pytest.approx(80 / 600, abs=0.01)


def test_a_random_assignment_is_the_baseline(blobs, fresh_blobs, serve):
    judgement = judge(serve(blobs[0], "k-means"), STABILITY, fresh_blobs[0])
    assert judgement.baseline == pytest.approx(0, abs=0.05)
    assert judgement.lead.value == pytest.approx(judgement.silhouette.value - judgement.baseline)


def test_silhouette_and_lead_lie_within_intervals_of_their_own(blobs, fresh_blobs, serve):
    judgement = judge(serve(blobs[0], "k-means"), STABILITY, fresh_blobs[0])
    for estimate in (judgement.silhouette, judgement.lead):
        assert estimate.low < estimate.value < estimate.high
    # Chance adds its own spread: the lead is known less precisely than the silhouette.
    widths = [one.high - one.low for one in (judgement.silhouette, judgement.lead)]
    assert widths[0] < widths[1]


def test_the_interval_is_that_of_a_mean_of_so_many_rows(blobs, fresh_blobs, serve):
    model, (frame, _) = serve(blobs[0], "k-means"), fresh_blobs
    labels, rows = model.predict(frame), model.project(frame)
    by_row = silhouette_samples(rows, labels)
    found = judge(model, STABILITY, frame).silhouette
    expected = by_row.mean() + np.array([-1.96, 1.96]) * by_row.std() / np.sqrt(len(frame))
    assert (found.low, found.high) == pytest.approx(tuple(expected), abs=0.002)


def test_the_order_of_the_holdout_changes_nothing(blobs, fresh_blobs, serve):
    model = serve(blobs[0], "hierarchical")
    shuffled = fresh_blobs[0].sample(frac=1, random_state=1)
    assert judge(model, STABILITY, shuffled) == judge(model, STABILITY, fresh_blobs[0])


def test_a_segment_that_the_holdout_lacks_is_refused(blobs, fresh_blobs, serve):
    frame, truth = fresh_blobs
    judgement = judge(serve(blobs[0], "k-means"), STABILITY, frame[truth != 4])
    assert judgement.segments == 3
    assert judgement.smallest_share == 0
    assert any("smallest segment holds 0.00%" in sentence for sentence in judgement.broken)


def test_customers_who_moved_away_are_refused(blobs, fresh_blobs, serve):
    judgement = judge(serve(blobs[0], "k-means"), STABILITY, fresh_blobs[0] + 30)
    assert judgement.noise_share == 1
    assert any("fit no segment" in sentence for sentence in judgement.broken)


def test_segments_that_training_did_not_find_stable_are_refused(blobs, fresh_blobs, serve):
    (said,) = judge(serve(blobs[0], "k-means"), 0.5, fresh_blobs[0]).broken
    assert "stability 0.500" in said


def test_rows_that_do_not_differ_beat_no_baseline(blobs, serve):
    frame = blobs[0]
    same = pd.DataFrame(np.repeat(frame.to_numpy()[:1], 50, axis=0), columns=frame.columns)
    judgement = judge(serve(frame, "k-means"), STABILITY, same)
    assert any("does not beat a random assignment" in sentence for sentence in judgement.broken)


def test_a_holdout_without_rows_cannot_be_judged(blobs, serve):
    with pytest.raises(NotAnswerable, match="at least 2 holdout rows, but there are 0"):
        judge(serve(blobs[0], "k-means"), STABILITY, blobs[0].iloc[:0])


def test_a_holdout_without_a_column_is_refused(blobs, serve):
    with pytest.raises(InputError, match="views"):
        judge(serve(blobs[0], "k-means"), STABILITY, blobs[0].drop(columns="views"))
