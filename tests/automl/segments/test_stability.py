import numpy as np
import pytest

from automl.segments.clusterers import FAMILIES, Sample
from automl.segments.prototypes import find_prototypes
from automl.segments.stability import Resamples

K_MEANS = FAMILIES[0]


def stability_of(rows: np.ndarray, segments: int) -> float | None:
    config = {"segments": segments, "init": "k-means++", "restarts": 5}
    labels = K_MEANS.cluster(Sample(rows), config, 0)
    prototypes = find_prototypes(rows, labels, K_MEANS, 0)
    return Resamples(rows, len(rows), 0).agreement(prototypes, K_MEANS, config)


def test_planted_segments_are_stable_and_cuts_through_noise_are_not(blobs, serve):
    rows = serve(blobs[0], "k-means").project(blobs[0])
    noise = np.random.default_rng(0).normal(size=(300, 8))
    assert stability_of(rows, 4) > 0.97
    assert stability_of(noise, 9) < 0.75


@pytest.mark.parametrize(
    ("family", "config"),
    [
        (FAMILIES[0], {"segments": 4, "init": "k-means++", "restarts": 5}),
        (FAMILIES[1], {"segments": 4, "linkage": "ward"}),
        (FAMILIES[2], {"eps": 0.5, "min_samples": 8}),
    ],
)
def test_planted_segments_come_out_of_other_customers_and_no_others_do(
    blobs, fresh_blobs, serve, family, config
):
    model = serve(blobs[0], family.name)
    same, moved = (
        Resamples(model.project(frame), 600, 0).agreement(model.prototypes, family, config)
        for frame in (fresh_blobs[0], fresh_blobs[0] * [0, 0, 1])
    )
    assert same > 0.95
    assert moved < 0.75


def test_few_rows_are_drawn_as_densely_as_the_candidate_was_found(blobs, fresh_blobs, serve):
    """A quarter of the rows has a quarter of the neighbours, but no other segments."""
    model = serve(blobs[0], "dbscan")
    rows = model.project(fresh_blobs[0])[::4]
    config = {"eps": 0.35, "min_samples": 12}
    as_dense, sparse = (
        Resamples(rows, size, 0).agreement(model.prototypes, FAMILIES[2], config)
        for size in (600, 150)
    )
    assert as_dense > 0.9
    assert sparse < as_dense


def test_measuring_is_given_up_when_the_time_is_up(blobs, serve):
    model = serve(blobs[0], "k-means")
    resamples = Resamples(model.project(blobs[0]), 600, 0)
    assert resamples.agreement(model.prototypes, K_MEANS, {"segments": 4}, lambda: True) is None


def test_a_sample_in_which_nothing_is_found_counts_as_unstable(blobs, serve):
    model = serve(blobs[0], "dbscan")
    resamples = Resamples(model.project(blobs[0]), 600, 0)
    config = {"eps": 1e-9, "min_samples": 50}
    assert resamples.agreement(model.prototypes, FAMILIES[2], config) == 0
