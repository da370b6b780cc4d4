import numpy as np
import pytest

from clickstream.simulator.catalogue import BANDS, CATEGORIES, build_catalogue, price_band


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_every_category_offers_a_choice_in_every_band(seed):
    catalogue = build_catalogue(np.random.default_rng(seed))
    sizes = (catalogue.pools >= 0).sum(axis=2)
    assert sizes.shape == (len(CATEGORIES), len(BANDS))
    assert sizes.min() >= 4  # two may be excluded
    assert sizes.sum() == len(catalogue.product_ids) == len(set(catalogue.product_ids))
    assert (catalogue.cents > 0).all()
    assert ((catalogue.pools >= 0) == (catalogue.pool_weights > 0)).all()


def test_descriptions_tell_the_products_of_a_category_apart():
    catalogue = build_catalogue(np.random.default_rng(0))
    for category in range(len(CATEGORIES)):
        texts = [catalogue.descriptions[i] for i in np.flatnonzero(catalogue.category == category)]
        assert len(set(texts)) == len(texts)


def test_bands_are_relative_to_the_typical_price():
    typical = round(CATEGORIES[0].typical_price * 100)
    cents = np.array([typical // 2, typical, typical * 2])
    assert price_band(cents, np.zeros(3, dtype=np.int64)).tolist() == [0, 1, 2]


def test_draws_follow_popularity_without_the_excluded():
    rng = np.random.default_rng(0)
    catalogue = build_catalogue(rng)
    category, band = np.full(20_000, 2), np.full(20_000, 1)
    pool, weights = catalogue.pools[2, 1], catalogue.pool_weights[2, 1].copy()
    excluded = (np.full(20_000, pool[0]), np.full(20_000, -1))
    drawn = catalogue.draw(category, band, excluded, rng)
    weights[0] = 0
    expected = weights / weights.sum()
    share = np.array([(drawn == product).mean() for product in pool])
    assert share[0] == 0
    assert np.abs(share - expected)[pool >= 0].max() < 0.015
