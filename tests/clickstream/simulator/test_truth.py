"""The truth against the log, and against Bayes' rule written down a second time, in plain loops."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product as combinations
from math import exp, log, prod

import numpy as np
import pandas as pd
import pytest

from clickstream.cuts import CUT_CLICKS
from clickstream.simulator import behaviour, customers, visits
from clickstream.simulator.catalogue import CATEGORIES
from clickstream.simulator.chain import next_states

ACTIONS = ("same", "other", "revisit", "cart", "remove", "purchase", "leave")
VISIT_PROBABILITY = visits.visit_probability()
ARRIVAL_SHARE = customers.arrival_share()
HIDDEN = list(combinations(range(5), range(3), range(3)))


def rank_auc(label: pd.Series, score: pd.Series) -> float:
    """Area under the ROC curve from the ranks of the scores (Mann and Whitney)."""
    positives = int(label.sum())
    ranks = score.rank()[label.astype(bool)].sum()
    return (ranks - positives * (positives + 1) / 2) / (positives * (len(label) - positives))


def test_cuts_are_all_clicks_of_the_list_before_the_first_purchase(log):
    visits_only = log.events[log.events["event_type"] != "return"]
    first = visits_only[visits_only["event_type"] == "purchase"]
    first = first.groupby("session_id")["event_index"].min()
    candidates = visits_only[visits_only["event_index"].isin(CUT_CLICKS)]
    limit = candidates["session_id"].map(first)
    expected = candidates[limit.isna() | (candidates["event_index"] < limit)]
    found = log.truth.set_index(["session_id", "cut_index"])
    assert (found.index == pd.MultiIndex.from_frame(expected[["session_id", "event_index"]])).all()
    assert (found["customer_id"].to_numpy() == expected["customer_id"].to_numpy()).all()
    bought = expected["session_id"].isin(first.index)
    assert (found["purchase"].to_numpy() == bought.to_numpy()).all()


@pytest.mark.parametrize("clicks", [1, 2, 3, 5, 8])
def test_truth_is_calibrated_in_every_decile(log, clicks):
    # One cut per session: knowing all of the past, the errors of sessions are uncorrelated.
    cuts = log.truth[log.truth["cut_index"] == clicks]
    decile = pd.qcut(cuts["purchase_probability"], 10, labels=False)
    chance = cuts["purchase_probability"]
    expected = chance.groupby(decile).sum()
    error = (chance * (1 - chance)).groupby(decile).sum() ** 0.5
    observed = cuts["purchase"].groupby(decile).sum()
    assert ((observed - expected).abs() < 3.5 * error).all()
    total = cuts["purchase"].sum() - chance.sum()
    assert abs(total) < 3.5 * (error**2).sum() ** 0.5


def test_truth_knows_more_than_what_is_plainly_seen_and_more_with_more_clicks(log):
    truth = log.truth
    auc = rank_auc(truth["purchase"], truth["purchase_probability"])
    assert 0.79 < auc < 0.90
    by_cut = {
        clicks: rank_auc(cuts["purchase"], cuts["purchase_probability"])
        for clicks, cuts in truth.groupby("cut_index")
    }
    assert by_cut[1] < by_cut[2] - 0.05 < by_cut[5] - 0.05
    for name, simple in simple_scores(log.events, truth).items():
        assert rank_auc(truth["purchase"], simple) < auc - 0.05, name


def simple_scores(events: pd.DataFrame, truth: pd.DataFrame) -> dict[str, pd.Series]:
    """Score cuts by single things that anybody can read off the log."""
    events = events.assign(
        carts=(events["event_type"] == "cart").groupby(events["session_id"]).cumsum(),
        orders=(events["event_type"] == "purchase").groupby(events["customer_id"]).cumsum(),
        history=events.groupby("customer_id").cumcount(),
    )
    seen = truth.merge(
        events, left_on=["session_id", "cut_index"], right_on=["session_id", "event_index"]
    )
    columns = ["carts", "orders", "history", "event_index"]
    return {name: seen[name] for name in columns} | {"cheap": -seen["cents"]}


# --- Bayes' rule once more, from the rows of the file alone ---


def actions_of(session: pd.DataFrame) -> Iterator[tuple[str, int]]:
    """Read off a session which action each click was, and the band of what it showed."""
    screen = before = None
    ordering = False
    for row in session.itertuples():
        ordering_already, ordering = ordering, row.event_type == "purchase"
        if row.event_type != "view":
            if not (ordering and ordering_already):  # an order's further lines are no new action
                yield row.event_type, -1
            continue
        action = "other" if screen is None or row.category != screen.category else "same"
        if before is not None and row.product_id == before.product_id:
            action = "revisit"
        screen, before = row, screen
        yield action, band_of(row)


def band_of(row) -> int:
    typical = {category.name: category.typical_price for category in CATEGORIES}[row.category]
    return sum(row.cents / 100 >= border * typical for border in (0.8, 1.25))


def follow(state: tuple[int, int, int, int] | None, action: str, band: int):
    """Move (last, band, items, before) on by one action."""
    if state is None:
        return 0, band, 0, 0
    _, here, items, before = state
    return {
        "same": (0, band, items, here + 1),
        "other": (0, band, items, here + 1),
        "revisit": (0, band, items, here + 1),
        "cart": (1, here, items + 1, before),
        "remove": (2, here, items - 1, before),
        "purchase": (3, here, 0, before),
    }[action]


@cache
def chance_of(action: str, band: int, state, device: int, kind: int, level: int, intent: int):
    """Give the probability of an action and a band, straight from the tables of weights."""
    share = behaviour.BAND_SHARE[level][band] if action in ("same", "other") else 1.0
    if state is None:
        return share
    last, here, items, before = state
    offered = {
        "revisit": before > 0,
        "cart": last == 0 and items < 5,
        "remove": items > 0,
        "purchase": items > 0,
    }
    extra = {
        "cart": behaviour.CART_BY_PRICE[level][here],
        "purchase": behaviour.PURCHASE_BY_PRICE[level][here]
        + behaviour.PURCHASE_PER_FURTHER_ITEM * (items - 1),
        "leave": behaviour.LEAVE_WITH_CART * (items > 0),
        "revisit": behaviour.REVISIT_CHEAPER * (before - 1 < here),
    }
    tables = (
        behaviour.BY_INTENT[intent],
        behaviour.BY_TYPE[kind],
        behaviour.BY_DEVICE[device],
        behaviour.BY_LAST[last],
    )
    weight = {
        name: exp(sum(table[number] for table in tables) + extra.get(name, 0.0))
        for number, name in enumerate(ACTIONS)
        if offered.get(name, True)
    }
    return weight[action] / sum(weight.values()) * share


def days_chance(kind: int, arrival: int, came: list[int], until: int) -> float:
    chance = VISIT_PROBABILITY[kind, arrival]
    return prod(chance[d] if d in came else 1 - chance[d] for d in range(arrival + 1, until + 1))


@dataclass(frozen=True)
class Session:
    """What Bayes' rule needs of a session; ``actions`` with bands."""

    id: str
    day: int
    device: int
    actions: list[tuple[str, int]]

    @classmethod
    def read(cls, rows: pd.DataFrame) -> "Session":
        day = (rows["event_time"].iloc[0] - pd.Timestamp("2025-01-01", tz="UTC")).days
        device = customers.DEVICES.index(rows["device"].iloc[0])
        return cls(rows["session_id"].iloc[0], int(day), device, list(actions_of(rows)))

    def log_chance(self, kind: int, level: int, intent: int, clicks: int | None = None):
        """Give the log probability and the last state, of all the session or its first clicks."""
        state, total = None, 0.0
        ending = [("leave", -1)] if clicks is None else []
        for action, band in self.actions[:clicks] + ending:
            total += log(chance_of(action, band, state, self.device, kind, level, intent))
            state = state if action == "leave" else follow(state, action, band)
        return total, state


def bayes(history: list[Session], clicks: int, buys: np.ndarray) -> float:
    """Compute the chance of a purchase after some clicks of the last session of a history."""
    days, current = [session.day for session in history], history[-1]
    weights, chances = [], []
    for kind, level, intent in HIDDEN:
        weight = customers.TYPE_SHARE[kind] * customers.SENSITIVITY_SHARE[kind][level]
        weight *= ARRIVAL_SHARE[kind][days[0]] * days_chance(kind, days[0], days, days[-1])
        for session in history[:-1]:
            weight *= sum(
                customers.INTENT_SHARE[kind][i] * exp(session.log_chance(kind, level, i)[0])
                for i in range(3)
            )
        now, state = current.log_chance(kind, level, intent, clicks)
        weights.append(weight * customers.INTENT_SHARE[kind][intent] * exp(now))
        number = np.ravel_multi_index(state, (4, 3, 6, 4))
        chances.append(buys[current.device, number, kind * 9 + level * 3 + intent])
    return float(np.dot(weights, chances) / np.sum(weights))


def test_truth_is_bayes_rule_read_off_the_file(log):
    buys = behaviour.build_behaviour(next_states()).buys
    visited = log.events[log.events["event_type"] != "return"]
    orders = visited[visited["event_type"] == "purchase"].groupby("customer_id").size()
    sessions = visited.groupby("customer_id")["session_id"].nunique()
    several = sessions[(sessions >= 3) & (sessions <= 6)].index
    chosen = [*several.intersection(orders.index)[:4], *several.difference(orders.index)[:3]]
    compared = 0
    for customer in chosen:
        own = visited[visited["customer_id"] == customer]
        history = [Session.read(rows) for _, rows in own.groupby("session_id")]
        for number, session in enumerate(history, start=1):
            for cut in log.truth[log.truth["session_id"] == session.id].itertuples():
                expected = bayes(history[:number], cut.cut_index, buys)
                assert cut.purchase_probability == pytest.approx(expected, rel=1e-8)
                compared += 1
    assert compared > 50
