"""Who comes to the shop: what is hidden of a customer, and what the log shows."""

from dataclasses import dataclass

import numpy as np

from clickstream.simulator.arrays import Floats, Ints, draw_index
from clickstream.simulator.catalogue import CATEGORIES

DAYS = 180
TYPES = ("loyal", "promising", "new", "dormant", "lost")
SENSITIVITIES = ("low", "middle", "high")
INTENTS = ("browse", "compare", "buy")
COUNTRIES = ("DE", "FR", "NL", "AT", "BE", "PL", "ES", "SE")
DEVICES = ("desktop", "mobile", "tablet")

TYPE_SHARE = np.array([0.15, 0.15, 0.20, 0.20, 0.30])
# Rows: types; columns: low, middle and high sensitivity to price.
SENSITIVITY_SHARE = np.array(
    [
        [0.55, 0.35, 0.10],
        [0.45, 0.40, 0.15],
        [0.30, 0.40, 0.30],
        [0.20, 0.40, 0.40],
        [0.15, 0.35, 0.50],
    ]
)
# Rows: types; columns: chance that a session is there to browse, to compare, to buy.
INTENT_SHARE = np.array(
    [
        [0.580, 0.240, 0.180],
        [0.680, 0.240, 0.080],
        [0.745, 0.230, 0.025],
        [0.810, 0.180, 0.010],
        [0.850, 0.145, 0.005],
    ]
)
COUNTRY_SHARE = np.array([0.36, 0.17, 0.12, 0.09, 0.08, 0.07, 0.06, 0.05])
DEVICE_SHARE = np.array([0.36, 0.55, 0.09])
PREFERRED_DEVICE_SHARE = 0.85  # of a customer's sessions; the others follow DEVICE_SHARE
FAVOURITE_CATEGORY_SHARE = 0.5  # likewise for the categories that a customer turns to
LATE_DAYS = 45  # "new" customers arrive mostly in the last days of the log
EARLY_DECLINE = 90.0  # days over which the arrivals of the other types fall by a factor e


@dataclass(frozen=True)
class Customers:
    """One block of customers; every array has shape (n_customers,).

    ``type``, ``sensitivity``, ``favourite`` (category) and ``preferred_device`` are hidden;
    ``country`` and ``arrival`` (day of the first visit, from 0) are what the log shows.
    """

    type: Ints
    sensitivity: Ints
    favourite: Ints
    preferred_device: Ints
    country: Ints
    arrival: Ints

    def __len__(self) -> int:
        return len(self.type)


def draw_customers(count: int, rng: np.random.Generator) -> Customers:
    """Draw customers; all that is hidden depends on nothing but the type."""
    kind = _draw(TYPE_SHARE, count, rng)
    popularity = np.array([category.popularity for category in CATEGORIES])
    return Customers(
        type=kind,
        sensitivity=draw_index(SENSITIVITY_SHARE.cumsum(axis=1)[kind], rng.random(count)),
        favourite=_draw(popularity, count, rng),
        preferred_device=_draw(DEVICE_SHARE, count, rng),
        country=_draw(COUNTRY_SHARE, count, rng),
        arrival=draw_index(arrival_share().cumsum(axis=1)[kind], rng.random(count)),
    )


def arrival_share() -> Floats:
    """Tabulate the probability of each day of arrival, shape (n_types, ``DAYS``).

    No day is impossible for any type, so the arrival hints at the type and never settles it.
    """
    late = np.arange(DAYS) >= DAYS - LATE_DAYS
    early = np.where(late, 0.0, np.exp(-np.arange(DAYS) / EARLY_DECLINE))
    early = 0.94 * early / early.sum() + 0.06 * late / LATE_DAYS
    newcomers = np.where(late, 0.9 / LATE_DAYS, 0.1 / (DAYS - LATE_DAYS))
    return np.stack([newcomers if name == "new" else early for name in TYPES])


def draw_devices(preferred: Ints, rng: np.random.Generator) -> Ints:
    """Draw the device of each session from its customer's preference, shape (n_sessions,)."""
    other = _draw(DEVICE_SHARE, len(preferred), rng)
    return np.where(rng.random(len(preferred)) < PREFERRED_DEVICE_SHARE, preferred, other)


def draw_intents(kind: Ints, rng: np.random.Generator) -> Ints:
    """Draw the hidden intent of each session from its customer's type, shape (n_sessions,)."""
    return draw_index(INTENT_SHARE.cumsum(axis=1)[kind], rng.random(len(kind)))


def category_weights(favourite: Ints) -> Floats:
    """Weigh the categories for customers with these favourites, shape (n, n_categories)."""
    popularity = np.array([category.popularity for category in CATEGORIES])
    own = np.eye(len(CATEGORIES))[favourite]
    share = FAVOURITE_CATEGORY_SHARE
    return np.asarray(share * own + (1 - share) * popularity / popularity.sum())


def _draw(weights: Floats, count: int, rng: np.random.Generator) -> Ints:
    return draw_index(weights.cumsum(), rng.random(count))
