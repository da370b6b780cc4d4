import numpy as np
import pytest
from scipy.spatial.distance import pdist, squareform
from sklearn.metrics import adjusted_rand_score

from automl.segments.clusterers import FAMILIES, NOISE, density_range
from automl.segments.space import ReferenceSpace

CONFIGS = [
    {"segments": 4},
    {"segments": 4, "linkage": "average"},
    {"eps": 0.5, "min_samples": 8},
]


@pytest.mark.parametrize(("family", "config"), list(zip(FAMILIES, CONFIGS, strict=True)))
def test_every_family_finds_planted_segments(blobs, family, config):
    frame, truth = blobs
    labels = family.cluster(ReferenceSpace().fit_transform(frame.to_numpy()), config, 0)
    assert adjusted_rand_score(truth[labels != NOISE], labels[labels != NOISE]) > 0.98


def test_k_means_gives_fewer_groups_where_rows_repeat():
    rows = np.repeat([[0.0], [1.0]], 100, axis=0)
    assert set(FAMILIES[0].cluster(rows, {"segments": 5}, 0)) == {0, 1}


def test_the_range_of_radii_reaches_from_noise_to_one_cluster(blobs):
    rows = ReferenceSpace().fit_transform(blobs[0].to_numpy())
    eps = density_range(squareform(pdist(rows)))
    assert 0 < eps.low < eps.start < eps.high
    dbscan = FAMILIES[2].cluster
    assert (dbscan(rows, {"eps": eps.low, "min_samples": 11}, 0) == NOISE).mean() > 0.8
    assert (dbscan(rows, {"eps": eps.high, "min_samples": 11}, 0) != NOISE).mean() > 0.95


def test_the_range_of_radii_exists_where_almost_all_rows_repeat():
    rows = np.repeat([[0.0], [4.0]], [199, 1], axis=0)
    eps = density_range(squareform(pdist(rows)))
    assert 0 < eps.low < eps.start < eps.high
