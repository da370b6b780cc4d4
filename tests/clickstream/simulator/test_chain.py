import numpy as np

from clickstream.simulator.chain import (
    CART_LIMIT,
    N_OUTCOMES,
    OUTCOME_ACTION,
    START,
    Action,
    Last,
    allowed_actions,
    decode_states,
    encode_state,
    next_states,
)


def state(last: Last, band: int, items: int, before: int) -> int:
    return int(encode_state(*(np.array(part) for part in (last, band, items, before))))


def follow(start: int, action: Action, band: int = 0) -> int:
    outcome = np.flatnonzero(np.isin(OUTCOME_ACTION, action))[band]
    return int(next_states()[start, outcome])


def test_states_and_numbers_match():
    assert (encode_state(*decode_states()) == np.arange(START)).all()


def test_actions_lead_where_they_should():
    seen = state(Last.VIEW, 2, 1, 1)
    assert follow(START, Action.OTHER, band=1) == state(Last.VIEW, 1, 0, 0)
    assert follow(seen, Action.SAME, band=1) == state(Last.VIEW, 1, 1, 3)
    assert follow(seen, Action.REVISIT) == state(Last.VIEW, 0, 1, 3)
    assert follow(seen, Action.CART) == state(Last.CART, 2, 2, 1)
    assert follow(seen, Action.REMOVE) == state(Last.REMOVE, 2, 0, 1)
    assert follow(seen, Action.PURCHASE) == state(Last.BOUGHT, 2, 0, 1)
    assert follow(seen, Action.LEAVE) == -1


def test_going_back_twice_is_where_one_was():
    seen = state(Last.VIEW, 2, 3, 1)
    assert follow(follow(seen, Action.REVISIT), Action.REVISIT) == seen


def test_no_state_offers_what_is_impossible():
    _, _, items, before = decode_states()
    allowed = allowed_actions()[:START]
    assert not allowed[items == 0][:, [Action.REMOVE, Action.PURCHASE]].any()
    assert not allowed[items == CART_LIMIT, Action.CART].any()
    assert not allowed[before == 0, Action.REVISIT].any()
    assert allowed[:, Action.LEAVE].all()


def test_every_offered_outcome_but_leaving_leads_to_a_state():
    offered = allowed_actions()[:, OUTCOME_ACTION] & (OUTCOME_ACTION != Action.LEAVE)
    assert offered.shape[1] == N_OUTCOMES
    assert ((next_states() >= 0) == offered).all()
