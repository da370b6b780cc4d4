"""From a number of events and a seed to files: block after block, in bounded memory."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, fields
from itertools import count
from pathlib import Path

import numpy as np
import pyarrow as pa

from clickstream.errors import SourceError
from clickstream.simulator.arrays import Bools
from clickstream.simulator.baskets import PURCHASE
from clickstream.simulator.blocks import (
    BLOCK_CUSTOMERS,
    Block,
    Events,
    Shop,
    open_shop,
    simulate_block,
)
from clickstream.simulator.files import describe, new_file
from clickstream.simulator.tables import EVENT_SCHEMA, TRUTH_SCHEMA, event_table, truth_table


@dataclass(frozen=True)
class Simulation:
    """What was written: numbers of customers, sessions, events and purchased lines.

    A return is a session, and an event, of its own.
    """

    customers: int = 0
    sessions: int = 0
    events: int = 0
    purchases: int = 0

    def __add__(self, other: "Simulation") -> "Simulation":
        return Simulation(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))


def simulate(
    events: int,
    out: Path,
    *,
    seed: int = 7,
    truth: Path | None = None,
    progress: Callable[[int], None] | None = None,
) -> Simulation:
    """Simulate a web shop for 180 days from 2025-01-01 and write its click log.

    The file holds the canonical columns of events, in order of customer and time; a Parquet file
    says in its metadata (``clickwise.simulated``) from which seed it came. The same events and seed
    give the same content, and a larger log begins with the smaller one of the same seed.

    Parameters
    ----------
    events : int
        At least this many events are written: customers are simulated in blocks, and the history
        of the last customer is kept whole.
    out : Path
        File for the events, Parquet or .csv, in a folder that exists; replaced if it is there.
    seed : int, default 7
        At least 0; also settles what the shop sells.
    truth : Path, optional
        File for the exact probability of a purchase at every cut, given what the log
        shows up to it: all days since the customer's arrival, with visits and without, all
        earlier sessions, and this one up to the cut.
    progress : callable, optional
        Called after every block with the number of events written so far.

    Returns
    -------
    Simulation

    Raises
    ------
    SourceError
        If the arguments make no sense or a file cannot be written.
    """
    _check(events, out, seed, truth)
    shop = open_shop(seed)
    total = Simulation()
    with ExitStack() as stack:
        write = [
            stack.enter_context(new_file(path, describe(schema, seed=seed, events=events)))
            for path, schema in ((out, EVENT_SCHEMA), (truth, TRUTH_SCHEMA))
            if path is not None
        ]
        for number in count():
            block = simulate_block(shop, number, with_truth=truth is not None)
            block = _first_customers(block, events - total.events)
            for write_table, table in zip(write, _tables(shop, block, total), strict=True):
                write_table(table)
            total += _count(block.events)
            if progress is not None:
                progress(total.events)
            if total.events >= events:
                break
    return total


def _check(events: int, out: Path, seed: int, truth: Path | None) -> None:
    if events < 1:
        raise SourceError(f"cannot simulate {events} events; ask for at least 1")
    if seed < 0:
        raise SourceError(f"the seed is {seed}; it must be 0 or more")
    if truth is not None and truth.resolve() == out.resolve():
        raise SourceError(f"events and truth cannot both go to {out}; name two files")
    for path in (out, truth):
        if path is not None and not path.parent.is_dir():
            raise SourceError(f"cannot write {path}: there is no folder {path.parent}")
        if path is not None and path.is_dir():
            raise SourceError(f"cannot write {path}: it is a folder; name a file in it")


def _first_customers(block: Block, wanted: int) -> Block:
    """Keep whole customers until their events are as many as wanted."""
    written = np.bincount(block.events.customer, minlength=BLOCK_CUSTOMERS).cumsum()
    customers = int(np.searchsorted(written, wanted)) + 1
    if customers >= BLOCK_CUSTOMERS:
        return block
    keep = block.events.customer < customers
    kept = _take(block.events, keep)
    sessions = int(kept.session[-1]) + 1
    return Block(kept, block.cuts and block.cuts.take(block.cuts.session < sessions))


def _take(events: Events, keep: Bools) -> Events:
    return Events(*(getattr(events, field.name)[keep] for field in fields(events)))


def _tables(shop: Shop, block: Block, before: Simulation) -> list[pa.Table]:
    """Lay out the events and, where there are any, the cuts of one block."""
    events, cuts = block.events, block.cuts
    tables = [event_table(events, shop.catalogue, before.customers, before.sessions)]
    if cuts is not None:
        customer = events.customer[np.searchsorted(events.session, cuts.session)]
        tables.append(truth_table(cuts, customer, before.customers, before.sessions))
    return tables


def _count(events: Events) -> Simulation:
    """Count one block; customers and sessions are numbered through and none is empty."""
    return Simulation(
        customers=int(events.customer[-1]) + 1,
        sessions=int(events.session[-1]) + 1,
        events=len(events.session),
        purchases=int((events.kind == PURCHASE).sum()),
    )
