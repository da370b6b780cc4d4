"""How shoppers choose their next step: weights that can be read, and the tables made of them.

Every action has a utility, a sum of the terms below; the chance of an action is the softmax of the
utilities over what the state offers. A utility one unit higher makes an action e = 2.7 times as
likely against the others. Columns are the actions in the order of ``chain.Action``: view in the
same category, view in another one, revisit, cart, remove, purchase, leave.
"""

from dataclasses import dataclass

import numpy as np

from clickstream.simulator.arrays import Floats, Ints
from clickstream.simulator.chain import (
    N_OUTCOMES,
    N_STATES,
    OUTCOME_ACTION,
    OUTCOME_BAND,
    START,
    Action,
    allowed_actions,
    decode_states,
)
from clickstream.simulator.customers import DEVICES, INTENTS, SENSITIVITIES, TYPES

HIDDEN_SHAPE = (len(TYPES), len(SENSITIVITIES), len(INTENTS))
N_HIDDEN = int(np.prod(HIDDEN_SHAPE))

# Rows: browse, compare, buy.
BY_INTENT = np.array(
    [
        [0.8, 1.2, -1.8, -2.0, -0.6, -3.2, 0.5],
        [1.9, -0.2, 0.9, -1.0, -0.4, -1.6, -0.1],
        [0.9, -1.0, -0.3, 0.4, -2.2, 0.7, -1.1],
    ]
)
# Rows: loyal, promising, new, dormant, lost.
BY_TYPE = np.array(
    [
        [0.0, 0.0, 0.0, 0.2, 0.0, 0.5, 0.0],
        [0.0, 0.0, 0.0, 0.1, 0.0, 0.2, 0.0],
        [0.0, 0.0, 0.1, 0.0, 0.0, -0.2, 0.0],
        [0.0, 0.0, 0.0, -0.1, 0.0, -0.4, 0.1],
        [0.0, 0.0, 0.0, -0.2, 0.1, -0.6, 0.2],
    ]
)
# Rows: desktop, mobile, tablet. A small screen converts less and loses people sooner.
BY_DEVICE = np.array(
    [
        [0.0, 0.0, 0.1, 0.0, 0.0, 0.2, -0.1],
        [0.0, 0.0, -0.1, -0.1, 0.0, -0.4, 0.15],
        [0.0, 0.0, 0.0, 0.0, 0.0, -0.1, 0.0],
    ]
)
# Rows: after a view, after putting in the cart, after removing, after buying.
BY_LAST = np.array(
    [
        [0.0, 0.0, 0.0, 0.0, -1.2, -0.6, 0.0],
        [-0.6, -0.4, -1.2, 0.0, -0.6, 0.5, 0.1],
        [0.0, 0.0, 0.2, 0.0, 0.3, -0.6, 0.5],
        [-0.8, -0.6, -1.5, 0.0, 0.0, 0.0, 1.6],
    ]
)
# Rows: low, middle, high sensitivity; columns: a product priced below, around, above the typical.
CART_BY_PRICE = np.array([[0.1, 0.2, 0.3], [0.2, 0.0, -0.5], [0.2, -0.8, -1.8]])
PURCHASE_BY_PRICE = np.array([[0.3, 0.4, 0.5], [-0.2, -0.4, -0.9], [-0.8, -1.6, -2.6]])
# Rows as above; columns: chance that the next new product is priced below, around, above.
BAND_SHARE = np.array([[0.12, 0.40, 0.48], [0.33, 0.46, 0.21], [0.66, 0.29, 0.05]])
PURCHASE_PER_FURTHER_ITEM = 0.4
LEAVE_WITH_CART = 0.3  # carts serve as wish lists, too
REVISIT_CHEAPER = 0.4  # when the product before was in a lower band than the one on screen

CONVERGED = 1e-15  # change of a chance to buy by one more step ahead


@dataclass(frozen=True)
class Behaviour:
    """The tables of the chain.

    Attributes
    ----------
    step : array of shape (n_devices, ``N_HIDDEN``, ``N_STATES``, ``N_OUTCOMES``)
        Probability of each outcome; hidden things are type, sensitivity and intent, in C order.
    buys : array of shape (n_devices, ``N_STATES``, ``N_HIDDEN``)
        Probability that a session in this state will purchase before it ends.
    """

    step: Floats
    buys: Floats


def build_behaviour(next_state: Ints) -> Behaviour:
    """Compute the chain's tables; ``next_state`` is from ``chain.next_states``."""
    step = step_probability()
    return Behaviour(step=step, buys=purchase_probability(step, next_state))


def step_probability() -> Floats:
    """Tabulate the chance of every outcome, of the shape of ``Behaviour.step``."""
    utility = np.where(allowed_actions(), _utilities(), -np.inf)
    weight = np.exp(utility - utility.max(axis=-1, keepdims=True))
    action = weight / weight.sum(axis=-1, keepdims=True)
    band = np.where(OUTCOME_BAND >= 0, BAND_SHARE[:, OUTCOME_BAND], 1.0)
    outcome = action[..., OUTCOME_ACTION] * band[None, None, :, None, None, :]
    return np.reshape(outcome, (len(DEVICES), N_HIDDEN, N_STATES, N_OUTCOMES))


def purchase_probability(step: Floats, next_state: Ints) -> Floats:
    """Find the chance of a purchase from every state, of the shape of ``Behaviour.buys``.

    With Q the moves between states without a purchase and r the chance to buy at once, the chance
    to buy ever is x = r + Q x (absorption in a Markov chain; Kemeny and Snell, 1960, chapter 3).
    It is reached by putting x in on the right again and again, which counts one more step ahead
    each time. Q is so sparse that this is as fast as solving, and it needs no threads of BLAS,
    which stall on a busy machine.
    """
    chances = step.transpose(3, 2, 0, 1).reshape(N_OUTCOMES, N_STATES, -1)
    at_once = chances[np.flatnonzero(OUTCOME_ACTION == Action.PURCHASE)[0]]
    moving = np.flatnonzero((OUTCOME_ACTION != Action.PURCHASE) & (OUTCOME_ACTION != Action.LEAVE))
    buys, change = np.zeros_like(at_once), 1.0
    while change > CONVERGED:
        # Outcomes that are not offered lead to -1, some row or other, with chance 0.
        ahead = at_once + sum(chances[move] * buys[next_state[:, move]] for move in moving)
        change = float(np.abs(ahead - buys).max())
        buys = ahead
    by_state = buys.reshape(N_STATES, len(DEVICES), N_HIDDEN)
    return np.ascontiguousarray(by_state.transpose(1, 0, 2))


def _utilities() -> Floats:
    """Add up the terms: shape (device, type, sensitivity, intent, state, action)."""
    last, band, items, before = decode_states()
    total = np.zeros((len(DEVICES), *HIDDEN_SHAPE, N_STATES, len(Action)))
    total += BY_DEVICE[:, None, None, None, None, :]
    total += BY_TYPE[None, :, None, None, None, :]
    total += BY_INTENT[None, None, None, :, None, :]
    known = total[..., :START, :]  # nothing has been seen yet at START
    known += BY_LAST[last]
    known[..., Action.CART] += CART_BY_PRICE[:, band][:, None, :]
    known[..., Action.PURCHASE] += PURCHASE_BY_PRICE[:, band][:, None, :]
    known[..., Action.PURCHASE] += PURCHASE_PER_FURTHER_ITEM * np.maximum(items - 1, 0)
    known[..., Action.LEAVE] += LEAVE_WITH_CART * (items > 0)
    known[..., Action.REVISIT] += REVISIT_CHEAPER * ((before > 0) & (before <= band))
    return total
