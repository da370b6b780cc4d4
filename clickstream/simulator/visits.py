"""On which days a customer visits: at most once a day, more or less often by type, age, weekday."""

from dataclasses import dataclass

import numpy as np

from clickstream.simulator.arrays import Floats, Ints
from clickstream.simulator.customers import DAYS, TYPES, Customers

FIRST_WEEKDAY = 2  # day 0 is 2025-01-01, a Wednesday; Monday is 0
WEEKDAY_FACTOR = np.array([1.05, 0.95, 0.90, 0.95, 0.95, 1.05, 1.15])


@dataclass(frozen=True)
class Visits:
    """The visits of one block, ordered by customer and day; arrays of shape (n_visits,)."""

    customer: Ints
    day: Ints


def weekday(day: Ints) -> Ints:
    """Give the weekday of days of the log, Monday 0."""
    return (day + FIRST_WEEKDAY) % 7


def visit_probability() -> Floats:
    """Tabulate the probability of a visit, shape (n_types, arrival day, day).

    It is 0 before the arrival and 1 on that day; later it is strictly between, so that a day with
    a visit and a day without one are both possible for every type.
    """
    days = np.arange(DAYS)
    age = days[None, :] - days[:, None]
    rates = _daily_rates(np.maximum(age, 0)) * WEEKDAY_FACTOR[weekday(days)]
    return np.where(age > 0, rates, np.where(age == 0, 1.0, 0.0))


def _daily_rates(age: Ints) -> Floats:
    """Give the chance of a visit on an average weekday, by type and days since the arrival."""
    rates = {
        "loyal": np.full(age.shape, 0.075),
        "promising": 0.02 + 0.08 * (1 - np.exp(-age / 60)),
        "new": np.full(age.shape, 0.06),
        "dormant": 0.006 + 0.09 * np.exp(-age / 25),
        "lost": 0.0006 + 0.10 * np.exp(-age / 8),
    }
    return np.stack([rates[name] for name in TYPES])


def draw_visits(customers: Customers, rng: np.random.Generator) -> Visits:
    """Draw every day of every customer."""
    chance = visit_probability()[customers.type, customers.arrival]
    customer, day = np.nonzero(rng.random(chance.shape) < chance)
    return Visits(customer=customer, day=day)


def visit_log_likelihood(customers: Customers, visits: Visits) -> Floats:
    """Weigh the days seen so far, at each visit, under every type.

    Parameters
    ----------
    customers, visits
        Of one block; only what the log shows of them is used (arrival day, days of visits).

    Returns
    -------
    array of shape (n_visits, n_types)
        Log probability of all days after the arrival up to and including the visit's own: those
        with a visit and those without.
    """
    chance = visit_probability()
    later = (chance > 0) & (chance < 1)
    absent = np.where(later, np.log1p(-np.where(later, chance, 0.5)), 0.0)
    present = np.where(later, np.log(np.where(later, chance, 0.5)), 0.0)
    arrival = customers.arrival[visits.customer]
    # As if nobody had come on any day, then corrected at the days on which somebody did.
    nobody = absent.cumsum(axis=2)[:, arrival, visits.day]
    correction = (present - absent)[:, arrival, visits.day]
    return nobody.T + running_sum(correction.T, visits.customer)


def running_sum(values: Floats, customer: Ints) -> Floats:
    """Sum rows (n_visits, ...) over each customer's visits so far, the present one included."""
    total = values.cumsum(axis=0)
    first = np.searchsorted(customer, customer)  # each customer's first row; rows are sorted
    return total - (total[first] - values[first])
