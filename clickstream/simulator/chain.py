"""The Markov chain of a session: what can be seen of it, what can happen next, where that leads.

A state is what the log shows of the session so far, as far as it matters: the last action, the
price band of the product on screen, the number of items in the cart, the band of the product seen
before. An outcome is one step: an action and, for a new product, its band. State and outcome give
the next state, so the log shows every state. How likely an outcome is depends on hidden things,
too; see ``behaviour``.
"""

from enum import IntEnum

import numpy as np

from clickstream.simulator.arrays import Bools, Ints
from clickstream.simulator.catalogue import BANDS

CART_LIMIT = 5  # items; with a full cart the shop takes no more


class Last(IntEnum):
    """The last action of a session."""

    VIEW = 0
    CART = 1
    REMOVE = 2
    BOUGHT = 3


class Action(IntEnum):
    """What a shopper can do next."""

    SAME = 0  # view another product of the category on screen
    OTHER = 1  # view a product of another category
    REVISIT = 2  # go back to the product viewed before
    CART = 3  # put the product on screen in the cart
    REMOVE = 4  # take one item out of the cart
    PURCHASE = 5  # buy the whole cart
    LEAVE = 6  # end the session


N_BANDS = len(BANDS)
STATE_SHAPE = (len(Last), N_BANDS, CART_LIMIT + 1, N_BANDS + 1)
START = int(np.prod(STATE_SHAPE))  # before the first click, the last row of every table
N_STATES = START + 1

OUTCOME_ACTION = np.array(
    [Action.SAME] * N_BANDS + [Action.OTHER] * N_BANDS + list(Action)[Action.REVISIT :],
    dtype=np.int64,
)
OUTCOME_BAND = np.array(
    [*range(N_BANDS), *range(N_BANDS)] + [-1] * (len(Action) - Action.REVISIT), dtype=np.int64
)  # -1 where no new product comes on screen
N_OUTCOMES = len(OUTCOME_ACTION)


def encode_state(last: Ints, band: Ints, items: Ints, before: Ints) -> Ints:
    """Number states; ``before`` is 1 + the band of the product seen before, 0 for none."""
    return np.asarray(np.ravel_multi_index((last, band, items, before), STATE_SHAPE))


def decode_states() -> tuple[Ints, Ints, Ints, Ints]:
    """List last action, band, items and band before of all states but ``START``."""
    last, band, items, before = np.unravel_index(np.arange(START), STATE_SHAPE)
    return last, band, items, before


def allowed_actions() -> Bools:
    """Tabulate which actions a state offers, shape (``N_STATES``, number of actions)."""
    last, _, items, before = decode_states()
    allowed = np.ones((N_STATES, len(Action)), dtype=np.bool_)
    allowed[:START, Action.REVISIT] = before > 0
    allowed[:START, Action.CART] = (last == Last.VIEW) & (items < CART_LIMIT)
    allowed[:START, Action.REMOVE] = items > 0
    allowed[:START, Action.PURCHASE] = items > 0
    allowed[START] = np.arange(len(Action)) == Action.OTHER
    return allowed


def next_states() -> Ints:
    """Tabulate where outcomes lead, shape (``N_STATES``, ``N_OUTCOMES``); -1: out of the shop.

    Outcomes that a state does not offer hold -1, too.
    """
    table = np.full((N_STATES, N_OUTCOMES), -1, dtype=np.int64)
    allowed = allowed_actions()[:, OUTCOME_ACTION]
    for outcome, (action, band) in enumerate(zip(OUTCOME_ACTION, OUTCOME_BAND, strict=True)):
        if action != Action.LEAVE:
            states = np.flatnonzero(allowed[:START, outcome])
            table[states, outcome] = _follow(Action(action), int(band), states)
    views = np.flatnonzero(OUTCOME_ACTION == Action.OTHER)
    zeros = np.zeros(len(views), dtype=np.int64)
    table[START, views] = encode_state(zeros + Last.VIEW, OUTCOME_BAND[views], zeros, zeros)
    return table


def _follow(action: Action, new_band: int, states: Ints) -> Ints:
    """Move states by one action that each of them offers; ``new_band`` is for a new product."""
    _, band, items, before = (part[states] for part in decode_states())
    last = np.full_like(band, _LAST_AFTER[action])
    if action in (Action.SAME, Action.OTHER):
        return encode_state(last, np.full_like(band, new_band), items, band + 1)
    if action == Action.REVISIT:
        return encode_state(last, before - 1, items, band + 1)
    cart = {Action.CART: items + 1, Action.REMOVE: items - 1, Action.PURCHASE: 0 * items}
    return encode_state(last, band, cart[action], before)


_LAST_AFTER = {
    Action.SAME: Last.VIEW,
    Action.OTHER: Last.VIEW,
    Action.REVISIT: Last.VIEW,
    Action.CART: Last.CART,
    Action.REMOVE: Last.REMOVE,
    Action.PURCHASE: Last.BOUGHT,
}
