"""The exact chance of a purchase at every cut, given everything that the log shows up to it.

Hidden are the customer's type and price sensitivity and the session's intent. The log shows the
arrival, the days with and without a visit, and every step of every session. By Bayes' rule

    P(hidden | log) ~ P(type, sensitivity) P(arrival | type) P(days | type)
                      x P(earlier sessions | type, sensitivity)
                      x P(intent | type) P(steps so far | type, sensitivity, intent)

where an earlier session is summed over its intent. The chance of a purchase is the mean, under
these weights, of the chain's chance to buy from the state where the session stands. All other
things in the log (country, device, category, product, quantity, hour, pauses, returns) are drawn
without regard to what is hidden, given the rest of the log, and cancel out.
"""

from dataclasses import dataclass, replace

import numpy as np

from clickstream.cuts import CUT_CLICKS
from clickstream.simulator.arrays import Bools, Floats, Ints, logsumexp
from clickstream.simulator.behaviour import HIDDEN_SHAPE, N_HIDDEN, Behaviour
from clickstream.simulator.chain import N_OUTCOMES, N_STATES, OUTCOME_ACTION, Action
from clickstream.simulator.customers import (
    INTENT_SHARE,
    SENSITIVITY_SHARE,
    TYPE_SHARE,
    Customers,
    arrival_share,
)
from clickstream.simulator.visits import Visits, running_sum, visit_log_likelihood
from clickstream.simulator.walk import Step


@dataclass(frozen=True)
class Cuts:
    """The cuts of one block; arrays of shape (n_cuts,).

    Attributes
    ----------
    session : indices of sessions within the block
    clicks : number of clicks seen, which is the ``event_index`` of the last one
    probability : exact chance that a purchase follows in the session
    purchase : whether it did
    """

    session: Ints
    clicks: Ints
    probability: Floats
    purchase: Bools

    def take(self, which: Bools | Ints) -> "Cuts":
        """Select or reorder cuts by a mask or by their numbers."""
        return Cuts(
            self.session[which], self.clicks[which], self.probability[which], self.purchase[which]
        )

    def renumbered(self, rank: Ints) -> "Cuts":
        """Number sessions anew, old number i as ``rank[i]``, and order by session and clicks."""
        session = rank[self.session]
        return replace(self, session=session).take(np.lexsort((self.clicks, session)))


@dataclass(frozen=True)
class Evidence:
    """What the steps of sessions say about what is hidden, as log likelihoods.

    Attributes
    ----------
    session, clicks, state : arrays of shape (n_cuts,)
    at_cut : array of shape (n_cuts, ``N_HIDDEN``), steps up to the cut
    whole : array of shape (n_sessions, ``N_HIDDEN``), all steps and the leaving
    """

    session: Ints
    clicks: Ints
    state: Ints
    at_cut: Floats
    whole: Floats


def compute_cuts(
    customers: Customers, visits: Visits, device: Ints, steps: list[Step], behaviour: Behaviour
) -> Cuts:
    """Find the cuts of a block and what is true at each.

    Parameters
    ----------
    customers, visits
        Of one block; visits are its sessions. Nothing hidden of the customers is looked at.
    device : array of shape (n_sessions,)
    steps : list of Step
    behaviour : Behaviour

    Returns
    -------
    Cuts, ordered by clicks and session
    """
    evidence = weigh_steps(device, steps, behaviour)
    before = _weigh_before(customers, visits, evidence.whole)
    weight = before[evidence.session] + evidence.at_cut
    posterior = np.exp(weight - logsumexp(weight, axis=1)[:, None])
    buys = behaviour.buys[device[evidence.session], evidence.state]
    return Cuts(
        session=evidence.session,
        clicks=evidence.clicks,
        probability=(posterior * buys).sum(axis=1),
        purchase=purchased(len(device), steps)[evidence.session],
    )


def purchased(n_sessions: int, steps: list[Step]) -> Bools:
    """Tell which sessions bought anything, shape (n_sessions,)."""
    bought = np.zeros(n_sessions, dtype=np.bool_)
    for step in steps:
        bought[step.session[OUTCOME_ACTION[step.outcome] == Action.PURCHASE]] = True
    return bought


def weigh_steps(device: Ints, steps: list[Step], behaviour: Behaviour) -> Evidence:
    """Follow all sessions and add up the log likelihood of their steps."""
    table = _log_step(behaviour)
    first_row = device * N_STATES
    total = np.zeros((len(device), N_HIDDEN))
    bought = np.zeros(len(device), dtype=np.bool_)
    cuts: list[tuple[Ints, Ints, Ints, Floats]] = []
    for clicks, step in enumerate(steps, start=1):
        rows = (first_row[step.session] + step.state) * N_OUTCOMES + step.outcome
        total[step.session] += table[rows]
        bought[step.session[OUTCOME_ACTION[step.outcome] == Action.PURCHASE]] = True
        if clicks in CUT_CLICKS:
            open_ = (step.after >= 0) & ~bought[step.session]
            session = step.session[open_]
            # Up to the first purchase a step is one event, so steps count clicks.
            cuts.append((session, np.full_like(session, clicks), step.after[open_], total[session]))
    session, seen, state, at_cut = (np.concatenate(part) for part in zip(*cuts, strict=True))
    return Evidence(session, seen, state, at_cut, whole=total)


def _log_step(behaviour: Behaviour) -> Floats:
    """Lay out the log probabilities of steps, shape (device x state x outcome, ``N_HIDDEN``)."""
    by_state = behaviour.step.transpose(0, 2, 3, 1)
    # Outcomes that a state does not offer never occur; any number does for them.
    return np.log(np.where(by_state > 0, by_state, 1.0)).reshape(-1, N_HIDDEN)


def _weigh_before(customers: Customers, visits: Visits, whole: Floats) -> Floats:
    """Weigh what is hidden when a session begins, shape (n_sessions, ``N_HIDDEN``).

    Prior, arrival, days up to the session's own and all earlier sessions; logs, up to a constant.
    """
    log_intent = np.log(INTENT_SHARE)[:, None, :]
    session = logsumexp(whole.reshape(-1, *HIDDEN_SHAPE) + log_intent, axis=3)
    earlier = running_sum(session, visits.customer) - session
    log_type = np.log(TYPE_SHARE)[:, None] + np.log(arrival_share())
    by_type = log_type[:, customers.arrival[visits.customer]].T
    by_type = by_type + visit_log_likelihood(customers, visits)
    by_customer = by_type[:, :, None] + np.log(SENSITIVITY_SHARE) + earlier
    return np.reshape(by_customer[..., None] + log_intent, (-1, N_HIDDEN))
