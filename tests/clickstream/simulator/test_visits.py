from math import log

import numpy as np

from clickstream.simulator.customers import DAYS, TYPES, draw_customers
from clickstream.simulator.visits import (
    draw_visits,
    running_sum,
    visit_log_likelihood,
    visit_probability,
)


def test_nobody_comes_before_the_arrival_and_everybody_on_it():
    customers = draw_customers(500, np.random.default_rng(0))
    visits = draw_visits(customers, np.random.default_rng(1))
    first = np.searchsorted(visits.customer, np.arange(500))
    assert (visits.day[first] == customers.arrival).all()
    assert (visits.day >= customers.arrival[visits.customer]).all()


def test_rates_part_the_types():
    chance = visit_probability()[:, 0]  # arrived on the first day
    early, late = chance[:, 1:15].mean(axis=1), chance[:, 120:].mean(axis=1)
    rate = dict(zip(TYPES, zip(early, late, strict=True), strict=True))
    assert rate["promising"][1] > 2 * rate["promising"][0]
    assert rate["dormant"][1] < rate["dormant"][0] / 5
    assert rate["lost"][1] < 0.001
    assert abs(rate["loyal"][1] / rate["loyal"][0] - 1) < 0.1


def test_likelihood_counts_every_day_with_and_without_a_visit():
    customers = draw_customers(40, np.random.default_rng(0))
    visits = draw_visits(customers, np.random.default_rng(1))
    likelihood = visit_log_likelihood(customers, visits)
    chance = visit_probability()
    for row, (customer, day) in enumerate(zip(visits.customer, visits.day, strict=True)):
        came = set(visits.day[visits.customer == customer])
        arrival = customers.arrival[customer]
        for kind in range(len(TYPES)):
            p = chance[kind, arrival]
            days = range(arrival + 1, day + 1)
            expected = sum(log(p[d]) if d in came else log(1 - p[d]) for d in days)
            assert np.isclose(likelihood[row, kind], expected, rtol=0, atol=1e-9)


def test_weeks_have_a_rhythm_and_days_stay_within_the_log():
    chance = visit_probability()
    assert chance.shape == (len(TYPES), DAYS, DAYS)
    assert chance.max() == 1
    assert not np.isclose(chance[0, 0, 8], chance[0, 0, 10])


def test_running_sums_start_anew_with_each_customer():
    values = np.array([[1.0], [2.0], [4.0], [8.0]])
    assert running_sum(values, np.array([0, 0, 3, 3])).ravel().tolist() == [1, 3, 4, 12]
