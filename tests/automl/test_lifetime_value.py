from __future__ import annotations

from dataclasses import astuple, replace
from datetime import datetime

import numpy as np
import pandas as pd
import pytest

from automl.lifetime_value import LifetimeValue, fit_lifetime_value, order_summary
from clickstream.errors import TrainingError

CDNOW = LifetimeValue(r=0.243, alpha=4.414, a=0.793, b=2.426, p=6.25, q=3.74, gamma=15.44)
"""As published for the customers of CDNOW, in weeks: BG/NBD in table 2 of Fader, Hardie and Lee
(2005), Gamma-Gamma in Fader and Hardie (2013)."""

SHOP = LifetimeValue(r=0.8, alpha=30.0, a=1.4, b=3.0, p=5.0, q=4.0, gamma=60.0)
FLEETING = LifetimeValue(r=0.6, alpha=20.0, a=0.3, b=0.5, p=5.0, q=4.0, gamma=60.0)


def simulated(
    model: LifetimeValue, customers: int, horizon: float = 0.0, seed: int = 0
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What the models say customers do: a summary, and orders and spend in the days after it."""
    random = np.random.default_rng(seed)
    rate = random.gamma(model.r, 1 / model.alpha, customers)
    leaving = random.beta(model.a, model.b, customers)
    mean = 1 / random.gamma(model.q, 1 / model.gamma, customers)
    rows = []
    for tenure, a_rate, a_chance, a_mean in zip(
        random.uniform(50, 300, customers), rate, leaving, mean, strict=True
    ):
        moment, times = random.exponential(1 / a_rate), []
        while moment <= tenure + horizon:
            times.append(moment)
            gone = random.uniform() < a_chance
            moment += np.inf if gone else random.exponential(1 / a_rate)
        amounts = random.gamma(model.p, a_mean, len(times))
        seen = np.array(times) <= tenure
        rows.append(
            (
                seen.sum(),
                max((time for time in times if time <= tenure), default=0.0),
                tenure,
                amounts[seen].mean() if seen.any() else 0.0,
                (~seen).sum(),
                amounts[~seen].sum(),
            )
        )
    columns = ["frequency", "recency", "tenure", "monetary_value", "orders", "spend"]
    table = pd.DataFrame(rows, columns=columns)
    return table[columns[:4]], table[columns[4:]]


def customer(frequency: int, recency: float, tenure: float, value: float = 0.0) -> pd.DataFrame:
    columns = ["frequency", "recency", "tenure", "monetary_value"]
    return pd.DataFrame([[frequency, recency, tenure, value]], columns=columns)


def test_the_published_example_comes_out() -> None:
    # Two repeat orders, the last in week 30.43 of 38.86: 1.226 more in the next 39 weeks, as in the
    # spreadsheet that goes with the paper; `lifetimes` 0.11.3 says 1.22602817 for it.
    expected = CDNOW.expected_orders(customer(2, 30.43, 38.86), 39)
    assert expected == pytest.approx([1.226], abs=5e-4)


def test_parameters_are_recovered_from_customers_who_behave_so() -> None:
    summary, _ = simulated(SHOP, 20_000)
    found = fit_lifetime_value(summary)
    assert astuple(found) == pytest.approx(astuple(SHOP), rel=0.12)
    orders, _, _, value = summary.to_numpy().T
    assert found.expected_order_value(summary)[orders > 0].mean() == pytest.approx(
        value[orders > 0].mean(), rel=0.02
    )


@pytest.mark.parametrize("model", [SHOP, FLEETING], ids=["a above 1", "a + b below 1"])
def test_customers_do_on_average_what_is_expected_of_them(model: LifetimeValue) -> None:
    summary, later = simulated(model, 20_000, horizon=120, seed=1)
    orders, spend = model.expected_orders(summary, 120), model.expected_spend(summary, 120)
    for low, high in ((0, 0), (1, 2), (3, 1000)):
        group = summary["frequency"].between(low, high).to_numpy()
        for said, happened in ((orders, later["orders"]), (spend, later["spend"])):
            error = happened[group].std() / np.sqrt(group.sum())
            assert said[group].mean() == pytest.approx(happened[group].mean(), abs=4 * error)


def test_expected_orders_grow_with_the_horizon_from_none() -> None:
    summary, _ = simulated(SHOP, 200)
    horizons = [0.0, 1.0, 28.0, 365.0]
    orders = np.array([SHOP.expected_orders(summary, days) for days in horizons])
    assert orders[0] == pytest.approx(np.zeros(200), abs=1e-12)
    assert (np.diff(orders, axis=0) > 0).all()


def test_who_ordered_often_and_long_ago_has_left() -> None:
    gone = customer(3_000, 10.0, 3_000.0, 5.0)
    assert SHOP.alive(gone) == pytest.approx([0.0])
    assert SHOP.expected_spend(gone, 90) == pytest.approx([0.0])
    assert SHOP.alive(customer(0, 0.0, 3_000.0)) == pytest.approx([1.0])


def test_very_many_orders_are_expected_to_go_on() -> None:
    regular = customer(5_000, 1_000.0, 1_000.0, 8.0)
    assert SHOP.expected_orders(regular, 10) == pytest.approx([50.0], rel=0.1)
    assert SHOP.expected_order_value(regular) == pytest.approx([8.0], rel=1e-2)


def test_the_chance_to_leave_has_no_gap_at_one() -> None:
    summary, _ = simulated(SHOP, 100)
    at, beside = replace(SHOP, a=1.0), replace(SHOP, a=1.001)
    assert at.expected_orders(summary, 90) == pytest.approx(
        beside.expected_orders(summary, 90), rel=1e-2
    )


def test_units_of_time_and_money_play_no_part() -> None:
    summary, _ = simulated(SHOP, 3_000)
    in_cents_and_weeks = summary.assign(
        recency=summary["recency"] / 7,
        tenure=summary["tenure"] / 7,
        monetary_value=summary["monetary_value"] * 100,
    )
    spend = fit_lifetime_value(summary).expected_spend(summary, 70)
    cents = fit_lifetime_value(in_cents_and_weeks).expected_spend(in_cents_and_weeks, 10)
    assert cents == pytest.approx(100 * spend, rel=1e-4)


def test_orders_of_one_day_are_one_and_the_first_does_not_count_as_a_repeat() -> None:
    times = ["2011-01-03 10:00", "2011-01-05 09:00", "2011-01-05 18:00", "2011-01-09 12:00"]
    orders = pd.DataFrame(
        {
            "customer_id": ["regular"] * 4 + ["once"],
            "time": pd.to_datetime([*times, "2011-01-08 23:00"]),
            "amount": [7.0, 1.0, 2.0, 9.0, 4.0],
        }
    )
    summary = order_summary(orders, datetime(2011, 1, 13, 12))
    assert summary.loc["regular"].to_dict() == {
        "frequency": 2,
        "recency": 6.0,
        "tenure": 10.5,
        "monetary_value": 6.0,
    }
    assert summary.loc["once"].tolist() == [0, 0.0, 5.5, 0.0]


def test_customers_who_cannot_be_are_refused() -> None:
    with pytest.raises(TrainingError, match="recency <= tenure"):
        fit_lifetime_value(customer(2, 30.0, 20.0, 5.0))


def test_parameters_beyond_what_can_be_computed_are_refused_and_give_no_nan() -> None:
    steady = LifetimeValue(r=4, alpha=88, a=25_000, b=160_000, p=1, q=4, gamma=50)
    with pytest.raises(TrainingError, match=r"a = 2.5e\+04 and b = 1.6e\+05"):
        steady.expected_orders(customer(4, 100, 170), 28)


def test_a_shop_to_which_nobody_comes_back_is_refused() -> None:
    with pytest.raises(TrainingError, match="the table holds 0"):
        fit_lifetime_value(pd.concat([customer(0, 0.0, 20.0)] * 50))
