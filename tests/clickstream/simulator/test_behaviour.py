import numpy as np
import pytest

from clickstream.simulator import behaviour as module
from clickstream.simulator.arrays import draw_index
from clickstream.simulator.chain import (
    OUTCOME_ACTION,
    START,
    Action,
    Last,
    allowed_actions,
    encode_state,
    next_states,
)


@pytest.fixture(scope="module")
def behaviour():
    return module.build_behaviour(next_states())


def test_outcomes_are_distributions_over_what_is_offered(behaviour):
    assert np.allclose(behaviour.step.sum(axis=-1), 1)
    offered = allowed_actions()[:, OUTCOME_ACTION]
    assert ((behaviour.step > 0) == offered).all()


def test_one_step_ahead_the_chance_to_buy_stays_the_same_on_average(behaviour):
    after = next_states()
    for device in range(3):
        following = np.where(after[..., None] >= 0, behaviour.buys[device][after], 0.0)
        following[:, OUTCOME_ACTION == Action.PURCHASE] = 1.0
        expected = np.einsum("hso,soh->sh", behaviour.step[device], following)
        assert np.allclose(behaviour.buys[device], expected, rtol=0, atol=1e-12)


def test_chance_to_buy_solves_the_equations_of_absorption(behaviour):
    after, step = next_states(), behaviour.step[1, 20]
    moves = np.zeros((len(after), len(after)))
    for (state, outcome), following in np.ndenumerate(after):
        if following >= 0 and OUTCOME_ACTION[outcome] != Action.PURCHASE:
            moves[state, following] += step[state, outcome]
    at_once = step[:, OUTCOME_ACTION == Action.PURCHASE][:, 0]
    solved = np.linalg.solve(np.eye(len(after)) - moves, at_once)
    assert np.allclose(behaviour.buys[1, :, 20], solved, rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("device", "hidden", "start"),
    [
        (0, 2, START),
        (1, 14, int(encode_state(Last.CART, 1, 2, 3))),
        (2, 40, int(encode_state(Last.VIEW, 0, 1, 2))),
    ],
)
def test_chance_to_buy_is_how_often_shoppers_bought(behaviour, device, hidden, start):
    rng = np.random.default_rng(0)
    shoppers, bought = 20_000, 0
    state = np.full(shoppers, start)
    cumulative, after = behaviour.step[device, hidden].cumsum(axis=-1), next_states()
    while len(state):
        outcome = draw_index(cumulative[state], rng.random(len(state)))
        buying = OUTCOME_ACTION[outcome] == Action.PURCHASE
        bought += int(buying.sum())
        state = after[state, outcome][~buying]
        state = state[state >= 0]
    chance = behaviour.buys[device, start, hidden]
    error = np.sqrt(chance * (1 - chance) / shoppers)
    assert abs(bought / shoppers - chance) < 4 * error


def test_buyers_buy_more_than_browsers_and_the_sensitive_less(behaviour):
    chance = behaviour.buys[0, START].reshape(module.HIDDEN_SHAPE)
    assert (np.diff(chance, axis=2) > 0).all()  # browse, compare, buy
    assert (np.diff(chance[:, :, 2], axis=1) < 0).all()  # low, middle, high
    assert (behaviour.buys[1, START] < behaviour.buys[0, START]).all()  # mobile, desktop
