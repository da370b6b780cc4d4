"""What sessions are about: which products are viewed, put in the cart, taken out and bought.

The chain has settled the actions and price bands already. Here products are drawn to match, by
taste and popularity, without regard to what is hidden in the chain.
"""

from dataclasses import dataclass, fields

import numpy as np

from clickstream.simulator.arrays import Bools, Floats, Ints, draw_index
from clickstream.simulator.catalogue import Catalogue
from clickstream.simulator.chain import (
    CART_LIMIT,
    OUTCOME_ACTION,
    OUTCOME_BAND,
    Action,
    decode_states,
)
from clickstream.simulator.walk import Step

EVENT_TYPES = ("view", "cart", "remove", "purchase", "return")
VIEW, CART, REMOVE, PURCHASE, RETURN = range(len(EVENT_TYPES))

# Chance of one more piece of the same thing, twice over, by price in cents.
QUANTITY_BORDERS = (2500, 6000)
ONE_MORE = np.array([0.22, 0.06, 0.015])
LINE_GAP = 1_000  # microseconds between the lines of one order


@dataclass(frozen=True)
class Clicks:
    """Events of sessions; arrays of shape (n_events,).

    ``session`` is the index within the block, ``time`` is in microseconds since 1970 UTC, ``kind``
    an index into ``EVENT_TYPES``, ``product`` one into the catalogue.
    """

    session: Ints
    time: Ints
    kind: Ints
    product: Ints
    quantity: Ints

    @classmethod
    def join(cls, parts: list["Clicks"]) -> "Clicks":
        """Put events one after the other."""
        return cls(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(cls)))


def fill_sessions(
    steps: list[Step],
    times: list[Ints],
    taste: Floats,
    catalogue: Catalogue,
    rng: np.random.Generator,
) -> Clicks:
    """Draw the products of all sessions of a block.

    Parameters
    ----------
    steps : list of Step
    times : list of arrays
        When each step of each session happens, in microseconds; same shapes as the steps.
    taste : array of shape (n_sessions, n_categories), weights of the categories
    catalogue : Catalogue
    rng : numpy.random.Generator

    Returns
    -------
    Clicks, in order of steps; a purchase gives one event per product in the cart
    """
    shoppers = _Shoppers(taste, catalogue, rng)
    parts = [
        part for step, time in zip(steps, times, strict=True) for part in shoppers.go(step, time)
    ]
    return Clicks.join(parts)


class _Shoppers:
    """What all shoppers of a block have before them: screen, product before, cart.

    -1 stands for no product. Cart slots are filled from the left.
    """

    def __init__(self, taste: Floats, catalogue: Catalogue, rng: np.random.Generator) -> None:
        self.taste = taste
        self.catalogue = catalogue
        self.rng = rng
        self.screen = np.full(len(taste), -1, dtype=np.int64)
        self.before = np.full(len(taste), -1, dtype=np.int64)
        self.cart = np.full((len(taste), CART_LIMIT), -1, dtype=np.int64)
        self.pieces = np.zeros((len(taste), CART_LIMIT), dtype=np.int64)
        self.items = np.append(decode_states()[2], 0)  # of every state, START last

    def go(self, step: Step, time: Ints) -> list[Clicks]:
        """Take one step of the chain and list the events that the log gets to see."""
        action = OUTCOME_ACTION[step.outcome]
        view = action <= Action.OTHER
        self._view_new(step, view, action == Action.OTHER)
        back = step.session[action == Action.REVISIT]
        self.screen[back], self.before[back] = self.before[back], self.screen[back]
        seen = action <= Action.REVISIT
        return [
            self._viewed(step.session[seen], time[seen]),
            self._put(step, time, action == Action.CART),
            self._take_out(step, time, action == Action.REMOVE),
            self._buy(step, time, action == Action.PURCHASE),
        ]

    def _view_new(self, step: Step, chosen: Bools, elsewhere: Bools) -> None:
        session, elsewhere = step.session[chosen], elsewhere[chosen]
        screen = self.screen[session]
        category = np.where(
            elsewhere, self._other_category(session), self.catalogue.category[screen]
        )
        band = OUTCOME_BAND[step.outcome[chosen]]
        excluded = (screen, self.before[session])
        self.screen[session] = self.catalogue.draw(category, band, excluded, self.rng)
        self.before[session] = screen

    def _other_category(self, session: Ints) -> Ints:
        """Draw a category by taste that is not the one on screen."""
        weights = self.taste[session]
        started = np.flatnonzero(self.screen[session] >= 0)
        weights[started, self.catalogue.category[self.screen[session[started]]]] = 0.0
        return draw_index(weights.cumsum(axis=1), self.rng.random(len(session)))

    def _viewed(self, session: Ints, time: Ints) -> Clicks:
        ones = np.ones_like(session)
        return Clicks(session, time, ones * VIEW, self.screen[session], ones)

    def _put(self, step: Step, time: Ints, chosen: Bools) -> Clicks:
        session, slot = step.session[chosen], self.items[step.state[chosen]]
        product = self.screen[session]
        quantity = self._draw_quantity(product)
        self.cart[session, slot] = product
        self.pieces[session, slot] = quantity
        return Clicks(session, time[chosen], np.full_like(session, CART), product, quantity)

    def _draw_quantity(self, product: Ints) -> Ints:
        """Draw 1 to 3 pieces; what is cheap sells in larger numbers."""
        level = np.digitize(self.catalogue.cents[product], QUANTITY_BORDERS)
        return 1 + self.rng.binomial(2, ONE_MORE[level])

    def _take_out(self, step: Step, time: Ints, chosen: Bools) -> Clicks:
        session, items = step.session[chosen], self.items[step.state[chosen]]
        slot = (self.rng.random(len(session)) * items).astype(np.int64)
        product, quantity = self.cart[session, slot], self.pieces[session, slot]
        self.cart[session, slot] = self.cart[session, items - 1]
        self.pieces[session, slot] = self.pieces[session, items - 1]
        self.cart[session, items - 1] = -1
        return Clicks(session, time[chosen], np.full_like(session, REMOVE), product, quantity)

    def _buy(self, step: Step, time: Ints, chosen: Bools) -> Clicks:
        session = step.session[chosen]
        keep, pieces = merge_lines(self.cart[session], self.pieces[session])
        row, slot = np.nonzero(keep)
        line = keep.cumsum(axis=1)[row, slot] - 1
        product = self.cart[session][row, slot]
        self.cart[session] = -1
        return Clicks(
            session=session[row],
            time=time[chosen][row] + line * LINE_GAP,
            kind=np.full_like(row, PURCHASE),
            product=product,
            quantity=pieces[row, slot],
        )


def merge_lines(cart: Ints, pieces: Ints) -> tuple[Bools, Ints]:
    """Merge slots of the same product into its first slot.

    Parameters
    ----------
    cart, pieces : arrays of shape (n, ``CART_LIMIT``)
        Products, -1 for empty slots, and how many pieces of each.

    Returns
    -------
    keep : array of shape (n, ``CART_LIMIT``), the slots that become lines of the order
    total : array of the same shape, pieces of the slot's product in the whole cart
    """
    same = cart[:, :, None] == cart[:, None, :]
    earlier = np.tri(CART_LIMIT, k=-1, dtype=np.bool_)
    keep = (cart >= 0) & ~(same & earlier).any(axis=2)
    return keep, (same * pieces[:, None, :]).sum(axis=2)
