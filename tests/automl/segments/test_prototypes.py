from dataclasses import replace

import numpy as np
import pytest
from sklearn.datasets import make_moons
from sklearn.metrics import adjusted_rand_score

from automl.segments.clusterers import FAMILIES, NOISE, Sample
from automl.segments.prototypes import Prototypes, find_prototypes, map_axes

K_MEANS, HIERARCHICAL, DBSCAN = FAMILIES


def test_segments_are_numbered_by_size_from_one(blobs, serve):
    frame, truth = blobs
    assert adjusted_rand_score(truth, serve(frame, "k-means").predict(frame)) > 0.98
    counts = np.bincount(serve(frame, "k-means").predict(frame))
    assert counts[0] == 0
    assert (np.diff(counts[1:]) <= 0).all()


def test_the_prototype_of_a_k_means_segment_is_its_centre(blobs, serve):
    frame, _ = blobs
    model = serve(frame, "k-means")
    rows, labels = model.project(frame), model.predict(frame)
    for segment, point in zip(model.prototypes.segments, model.prototypes.points, strict=True):
        assert point == pytest.approx(rows[labels == segment].mean(axis=0), abs=1e-6)


def test_segments_that_are_not_round_keep_their_shape():
    rows, truth = make_moons(600, noise=0.04, random_state=0)
    labels = DBSCAN.cluster(Sample(rows), {"eps": 0.2, "min_samples": 5}, 0)
    several = find_prototypes(rows, labels, DBSCAN, 0).nearest(rows)[0]
    single = find_prototypes(rows, labels, replace(DBSCAN, prototypes=1), 0).nearest(rows)[0]
    assert adjusted_rand_score(truth, several) > 0.98
    assert adjusted_rand_score(truth, single) < 0.8


def test_noise_has_no_prototype_and_fits_no_segment():
    blob = np.random.default_rng(0).normal(0, 0.1, (200, 2))
    rows = np.vstack([blob, blob + 5, [[2.5, -9.0]]])
    labels = np.repeat([0, 1, NOISE], [200, 200, 1])
    prototypes = find_prototypes(rows, labels, DBSCAN, 0)
    assert prototypes.count == 2
    assert prototypes.nearest(rows[-1:])[1] > 1


@pytest.mark.parametrize("name", ["k-means", "hierarchical"])
def test_one_row_in_a_hundred_of_a_segment_lies_outside_its_radius(blobs, serve, name):
    frame, _ = blobs
    assert serve(frame, name).fits(frame).mean() == pytest.approx(0.99, abs=0.007)


def test_segments_are_numbered_by_the_rows_that_they_serve():
    seen = np.repeat([[0.0], [9.0]], [60, 40], axis=0)
    served = np.repeat([[0.0], [9.0]], [60, 90], axis=0)
    prototypes = find_prototypes(seen, np.repeat([0, 1], [60, 40]), K_MEANS, 0, served)
    assert prototypes.points.ravel().tolist() == [9, 0]


def test_a_row_between_two_segments_goes_to_the_larger():
    points = np.array([[-1.0], [1.0]])
    prototypes = Prototypes(points, np.array([1, 2]), np.ones(2))
    assert prototypes.nearest(np.zeros((1, 1)))[0] == [1]


def test_a_row_at_the_radius_fits():
    prototypes = Prototypes(np.zeros((1, 1)), np.array([1]), np.full(1, 0.7))
    assert prototypes.nearest(np.array([[0.7]]))[1] == [1]


def test_a_segment_of_equal_rows_has_a_radius():
    rows = np.repeat([[0.0, 0.0], [3.0, 3.0]], [60, 40], axis=0)
    prototypes = find_prototypes(rows, np.repeat([0, 1], [60, 40]), HIERARCHICAL, 0)
    assert (prototypes.radii > 0).all()
    assert (prototypes.nearest(rows)[1] <= 1).all()


def test_a_row_far_from_all_customers_fits_no_segment(blobs, serve):
    frame, _ = blobs
    far = frame.iloc[[0]] + 1e6
    for name in ("k-means", "hierarchical", "dbscan"):
        model = serve(frame, name)
        assert not model.fits(far).any()
        assert 1 <= model.predict(far)[0] <= model.prototypes.count


def test_equally_large_segments_are_numbered_by_their_place():
    rows = np.repeat([[5.0], [0.0], [9.0]], 50, axis=0)
    prototypes = find_prototypes(rows, np.repeat([0, 1, 2], 50), K_MEANS, 0)
    assert prototypes.points.ravel().tolist() == [0, 5, 9]


def test_no_rows_give_no_answers(blobs, serve):
    model = serve(blobs[0], "k-means")
    nobody = blobs[0].iloc[:0]
    assert len(model.predict(nobody)) == len(model.distance(nobody)) == 0
    assert model.map(nobody).shape == (0, 2)


def test_the_map_keeps_the_two_widest_directions():
    rows = np.random.default_rng(0).normal(size=(500, 3)) * [1.0, 5.0, 3.0]
    axes = map_axes(rows - rows.mean(axis=0))
    assert axes.T @ axes == pytest.approx(np.eye(2), abs=1e-12)
    assert axes[1, 0] > 0.99
    assert axes[2, 1] > 0.99


def test_a_single_column_is_mapped_onto_a_line():
    assert map_axes(np.array([[-1.0], [1.0]])).tolist() == [[1.0, 0.0]]
