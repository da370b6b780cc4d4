"""Running the chain: all sessions of a block at once, step by step, until the last one has left."""

from dataclasses import dataclass

import numpy as np

from clickstream.simulator.arrays import Floats, Ints, draw_index
from clickstream.simulator.chain import N_OUTCOMES, N_STATES, START


@dataclass(frozen=True)
class Step:
    """The same step of all sessions that are still going on; arrays of shape (n_active,).

    Attributes
    ----------
    session : indices of the sessions within the block, ascending
    state : where they stood before the step
    outcome : what happened
    after : the state that follows, -1 for sessions that left
    """

    session: Ints
    state: Ints
    outcome: Ints
    after: Ints


def walk_sessions(
    device: Ints, hidden: Ints, step: Floats, next_state: Ints, rng: np.random.Generator
) -> list[Step]:
    """Let sessions run their course; products come later, they change nothing here.

    Parameters
    ----------
    device, hidden : arrays of shape (n_sessions,)
        ``hidden`` numbers type, sensitivity and intent in C order.
    step : array, ``Behaviour.step``
    next_state : array, ``chain.next_states()``
    rng : numpy.random.Generator

    Returns
    -------
    list of Step
        The first holds the first click of every session; the last step of a session leaves.
    """
    cumulative = step.cumsum(axis=-1).reshape(-1, N_OUTCOMES)
    table = (device * step.shape[1] + hidden) * N_STATES
    session = np.arange(len(device))
    state = np.full(len(device), START)
    steps = []
    while len(session):
        rows = cumulative[table[session] + state]
        outcome = draw_index(rows, rng.random(len(session)))
        after = next_state[state, outcome]
        steps.append(Step(session, state, outcome, after))
        staying = after >= 0
        session, state = session[staying], after[staying]
    return steps
