import numpy as np

from clickstream.simulator import customers as module


def test_shares_are_distributions():
    for table in (
        module.TYPE_SHARE,
        module.SENSITIVITY_SHARE,
        module.INTENT_SHARE,
        module.COUNTRY_SHARE,
        module.DEVICE_SHARE,
        module.arrival_share(),
    ):
        assert np.allclose(table.sum(axis=-1), 1)
        assert (table > 0).all()


def test_new_customers_arrive_late():
    drawn = module.draw_customers(20_000, np.random.default_rng(0))
    late = drawn.arrival >= module.DAYS - module.LATE_DAYS
    new = drawn.type == module.TYPES.index("new")
    assert late[new].mean() > 0.85
    assert late[~new].mean() < 0.10


def test_customers_turn_to_their_favourite_most():
    weights = module.category_weights(np.arange(10))
    assert np.allclose(weights.sum(axis=1), 1)
    assert (weights.argmax(axis=1) == np.arange(10)).all()
