"""One block of customers, from drawing them to their events in order."""

from dataclasses import dataclass

import numpy as np

from clickstream.simulator.arrays import Ints
from clickstream.simulator.baskets import RETURN, Clicks, fill_sessions
from clickstream.simulator.behaviour import HIDDEN_SHAPE, Behaviour, build_behaviour
from clickstream.simulator.catalogue import Catalogue, build_catalogue
from clickstream.simulator.chain import next_states
from clickstream.simulator.clock import start_times, step_times
from clickstream.simulator.customers import (
    Customers,
    category_weights,
    draw_customers,
    draw_devices,
    draw_intents,
)
from clickstream.simulator.returns import Returns, draw_returns
from clickstream.simulator.truth import Cuts, compute_cuts
from clickstream.simulator.visits import Visits, draw_visits
from clickstream.simulator.walk import Step, walk_sessions

BLOCK_CUSTOMERS = 4_000
CATALOGUE_STREAM, BLOCK_STREAM = 0, 1  # the seed's independent streams of random numbers


@dataclass(frozen=True)
class Shop:
    """What is the same for all blocks of a simulation."""

    seed: int
    catalogue: Catalogue
    next_state: Ints
    behaviour: Behaviour


@dataclass(frozen=True)
class Events:
    """Events in order of customer, session and time; arrays of shape (n_events,).

    ``customer`` and ``session`` are numbered within the block, sessions in order of customer and
    start, those of returns among them. ``time`` is in microseconds since 1970 UTC; ``kind``,
    ``product``, ``country`` and ``device`` are indices.
    """

    customer: Ints
    session: Ints
    event_index: Ints
    time: Ints
    kind: Ints
    product: Ints
    quantity: Ints
    country: Ints
    device: Ints


@dataclass(frozen=True)
class Block:
    """The events of one block and, where asked for, its cuts."""

    events: Events
    cuts: Cuts | None


def open_shop(seed: int) -> Shop:
    """Stock the shop and compute the tables of its shoppers' behaviour."""
    next_state = next_states()
    catalogue = build_catalogue(_generator(seed, CATALOGUE_STREAM))
    return Shop(seed, catalogue, next_state, build_behaviour(next_state))


def simulate_block(shop: Shop, number: int, *, with_truth: bool) -> Block:
    """Simulate all sessions of the customers of one block, the same whatever blocks there are."""
    rng = _generator(shop.seed, BLOCK_STREAM, number)
    customers = draw_customers(BLOCK_CUSTOMERS, rng)
    visits = draw_visits(customers, rng)
    device = draw_devices(customers.preferred_device[visits.customer], rng)
    steps = _walk(shop, customers, visits, device, rng)
    start = start_times(visits.day, rng)
    times = step_times(start, steps, rng)
    taste = category_weights(customers.favourite)[visits.customer]
    clicks = fill_sessions(steps, times, taste, shop.catalogue, rng)
    back = draw_returns(clicks, visits.day, shop.catalogue, rng)
    rank = _rank_sessions(visits, start, back)
    events = _order_events(customers, visits, device, clicks, back, rank)
    if not with_truth:
        return Block(events, None)
    cuts = compute_cuts(customers, visits, device, steps, shop.behaviour)
    return Block(events, cuts.renumbered(rank))


def _generator(seed: int, *stream: int) -> np.random.Generator:
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=stream))


def _walk(
    shop: Shop, customers: Customers, visits: Visits, device: Ints, rng: np.random.Generator
) -> list[Step]:
    kind = customers.type[visits.customer]
    sensitivity = customers.sensitivity[visits.customer]
    hidden = np.ravel_multi_index((kind, sensitivity, draw_intents(kind, rng)), HIDDEN_SHAPE)
    return walk_sessions(device, np.asarray(hidden), shop.behaviour.step, shop.next_state, rng)


def _rank_sessions(visits: Visits, start: Ints, back: Returns) -> Ints:
    """Number visits, then returns, by customer and start: shape (n_visits + n_returns,)."""
    customer = np.concatenate([visits.customer, visits.customer[back.origin]])
    order = np.lexsort((np.concatenate([start, back.time]), customer))
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return rank


def _order_events(
    customers: Customers, visits: Visits, device: Ints, clicks: Clicks, back: Returns, rank: Ints
) -> Events:
    own = len(visits.customer) + np.arange(len(back.origin))
    returned = Clicks(own, back.time, np.full_like(own, RETURN), back.product, back.quantity)
    both = Clicks.join([clicks, returned])
    visit = np.concatenate([clicks.session, back.origin])  # returns take over its customer, device
    session = rank[both.session]
    order = np.lexsort((both.time, session))
    visit, session = visit[order], session[order]
    customer = visits.customer[visit]
    return Events(
        customer=customer,
        session=session,
        event_index=1 + np.arange(len(session)) - np.searchsorted(session, session),
        time=both.time[order],
        kind=both.kind[order],
        product=both.product[order],
        quantity=both.quantity[order],
        country=customers.country[customer],
        device=device[visit],
    )
