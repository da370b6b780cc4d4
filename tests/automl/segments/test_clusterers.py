import numpy as np
import pytest
from scipy.spatial.distance import pdist, squareform
from sklearn.cluster import AgglomerativeClustering
from sklearn.metrics import adjusted_rand_score

from automl.segments.clusterers import FAMILIES, LINKAGES, NOISE, Sample, density_range
from automl.segments.space import ReferenceSpace

CONFIGS = [
    {"segments": 4, "init": "k-means++", "restarts": 5},
    {"segments": 4, "linkage": "average"},
    {"eps": 0.5, "min_samples": 8},
]


@pytest.mark.parametrize(("family", "config"), list(zip(FAMILIES, CONFIGS, strict=True)))
def test_every_family_finds_planted_segments(blobs, family, config):
    frame, truth = blobs
    labels = family.cluster(Sample(ReferenceSpace().fit_transform(frame.to_numpy())), config, 0)
    assert adjusted_rand_score(truth[labels != NOISE], labels[labels != NOISE]) > 0.98


def test_k_means_gives_fewer_groups_where_rows_repeat():
    rows = np.repeat([[0.0], [1.0]], 100, axis=0)
    config = {"segments": 5, "init": "k-means++", "restarts": 5}
    assert set(FAMILIES[0].cluster(Sample(rows), config, 0)) == {0, 1}


@pytest.mark.parametrize("linkage", LINKAGES)
@pytest.mark.parametrize("segments", [3, 7])
def test_a_tree_that_is_grown_once_is_cut_as_scikit_learn_cuts_it(shop, linkage, segments):
    rows = ReferenceSpace().fit_transform(shop.to_numpy())
    cut = FAMILIES[1].cluster(Sample(rows), {"segments": segments, "linkage": linkage}, 0)
    theirs = AgglomerativeClustering(segments, linkage=linkage).fit_predict(rows)
    assert len(np.unique(cut)) == segments
    assert adjusted_rand_score(theirs, cut) == 1


def test_rows_that_repeat_are_cut_into_as_many_groups_as_asked():
    rows = np.repeat([[0.0], [1.0]], 100, axis=0)
    cut = FAMILIES[1].cluster(Sample(rows), {"segments": 4, "linkage": "average"}, 0)
    assert len(np.unique(cut)) == 4


def test_the_range_of_radii_reaches_from_noise_to_one_cluster(blobs):
    rows = ReferenceSpace().fit_transform(blobs[0].to_numpy())
    eps = density_range(squareform(pdist(rows)))
    assert 0 < eps.low < eps.start < eps.high
    dbscan, rows = FAMILIES[2].cluster, Sample(rows)
    assert (dbscan(rows, {"eps": eps.low, "min_samples": 11}, 0) == NOISE).mean() > 0.8
    assert (dbscan(rows, {"eps": eps.high, "min_samples": 11}, 0) != NOISE).mean() > 0.95


def test_the_range_of_radii_exists_where_almost_all_rows_repeat():
    rows = np.repeat([[0.0], [4.0]], [199, 1], axis=0)
    eps = density_range(squareform(pdist(rows)))
    assert 0 < eps.low < eps.start < eps.high
