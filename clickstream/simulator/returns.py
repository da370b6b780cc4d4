"""What comes back: some purchased lines, days later, in sessions of their own."""

from dataclasses import dataclass

import numpy as np

from clickstream.simulator.arrays import Ints
from clickstream.simulator.baskets import PURCHASE, Clicks
from clickstream.simulator.catalogue import CATEGORIES, Catalogue
from clickstream.simulator.clock import DAY, EPOCH, HOUR, SECOND
from clickstream.simulator.customers import DAYS

SHORTEST_DELAY = 4  # days
MEAN_FURTHER_DELAY = 9.0  # days, Poisson
# Returns are booked in the small hours, when no session of a customer can be going on.
BOOKED_FROM, BOOKED_FOR = 4 * HOUR, 90 * 60  # microseconds after midnight; seconds


@dataclass(frozen=True)
class Returns:
    """Returned lines of one block, one session each; arrays of shape (n_returns,).

    ``origin`` is the session of the purchase, ``time`` is in microseconds since 1970 UTC.
    """

    origin: Ints
    time: Ints
    product: Ints
    quantity: Ints


def draw_returns(
    clicks: Clicks, day: Ints, catalogue: Catalogue, rng: np.random.Generator
) -> Returns:
    """Draw which lines come back within the days of the log.

    Parameters
    ----------
    clicks : Clicks
    day : array of shape (n_sessions,), the day of each session
    catalogue : Catalogue
    rng : numpy.random.Generator
    """
    lines = np.flatnonzero(clicks.kind == PURCHASE)
    rate = np.array([category.return_rate for category in CATEGORIES])
    chance = rate[catalogue.category[clicks.product[lines]]]
    lines = lines[rng.random(len(lines)) < chance]
    delay = SHORTEST_DELAY + rng.poisson(MEAN_FURTHER_DELAY, len(lines))
    back = day[clicks.session[lines]] + delay
    time = EPOCH + back * DAY + BOOKED_FROM + rng.integers(BOOKED_FOR, size=len(lines)) * SECOND
    inside = back < DAYS
    lines = lines[inside]
    return Returns(
        clicks.session[lines], time[inside], clicks.product[lines], clicks.quantity[lines]
    )
