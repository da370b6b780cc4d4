"""What customers will spend: BG/NBD says how often they order, Gamma-Gamma for how much.

Of the libraries that fit these models `lifetimes` is no longer kept up and `pymc-marketing` brings
a sampler and its compiler, so they are fitted here, with scipy.

BG/NBD: Fader, Hardie and Lee (2005), "Counting Your Customers" the Easy Way: An Alternative to the
Pareto/NBD Model, Marketing Science 24(2), 275-284. A customer orders at random moments at a rate of
his own and leaves for good after any order but the first with a chance of his own; rates are gamma
distributed over customers and chances beta distributed.

Gamma-Gamma: Fader and Hardie (2013), The Gamma-Gamma Model of Monetary Value,
http://www.brucehardie.com/notes/025/. The amounts of a customer's orders vary around a mean of his
own; both are gamma distributed, and do not depend on how often he orders.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import minimize
from scipy.special import betaln, expit, gammaln, hyp2f1

from clickstream.errors import TrainingError

__all__ = ["LifetimeValue", "fit_lifetime_value", "order_summary"]

Floats = npt.NDArray[np.float64]

_COLUMNS = ("frequency", "recency", "tenure", "monetary_value")
_LOG_BOUND = 12.0
"""Parameters of scaled data lie between exp(-12) and exp(12): where customers do not differ, the
likelihood rises for ever, ever more slowly."""


@dataclass(frozen=True)
class LifetimeValue:
    """Both models with their parameters, named as in the papers.

    Attributes
    ----------
    r, alpha : float
        Shape and rate (in days) of the gamma distribution of order rates.
    a, b : float
        Of the beta distribution of the chance to leave after an order.
    p : float
        Shape of the gamma distribution of a customer's amounts.
    q, gamma : float
        Shape and rate of the gamma distribution over customers; `q` is above 1, without which
        nobody has an expected amount.
    """

    r: float
    alpha: float
    a: float
    b: float
    p: float
    q: float
    gamma: float

    def expected_orders(self, summary: pd.DataFrame, horizon_days: float) -> Floats:
        """Orders of each customer in the days to come.

        The conditional expectation of Fader, Hardie and Lee (2005), its Gaussian hypergeometric
        function turned by Euler's transformation (Abramowitz and Stegun, 15.3.3), with which many
        orders do not overflow.

        Parameters
        ----------
        summary : DataFrame, shape (N, columns)
            As `fit_lifetime_value` takes it.
        horizon_days : float
            How far ahead, in days.

        Returns
        -------
        ndarray of float, shape (N,)

        Raises
        ------
        TrainingError
            If the parameters are too large for the function: customers who all leave at the same
            rate have no distribution of it.
        """
        orders, _, tenure, _ = _columns(summary)
        # The formula is a limit at a = 1, close to which it loses its digits.
        a = self.a if abs(self.a - 1) > 1e-6 else 1 + 1e-6
        order = a + self.b + orders - 1
        ahead = horizon_days / (self.alpha + tenure + horizon_days)
        with np.errstate(over="ignore", invalid="ignore"):
            none = (1 - ahead) ** (a - 1) * hyp2f1(a + self.b - 1 - self.r, a - 1, order, ahead)
        if not np.isfinite(none).all():
            raise TrainingError(
                f"BG/NBD fits these customers with a = {self.a:.3g} and b = {self.b:.3g}, so large "
                "that what it expects of them cannot be computed."
            )
        return np.asarray(order / (a - 1) * (1 - none) * self.alive(summary))

    def alive(self, summary: pd.DataFrame) -> Floats:
        """Chance of each customer not to have left, shape (N,); who ordered once cannot have."""
        orders, recency, tenure, _ = _columns(summary)
        silence = np.log(self.alpha + tenure) - np.log(self.alpha + recency)
        repeats = np.maximum(orders, 1)
        left = np.log(self.a) - np.log(self.b + repeats - 1) + (self.r + repeats) * silence
        return np.where(orders > 0, expit(-left), 1.0)

    def expected_order_value(self, summary: pd.DataFrame) -> Floats:
        """Mean amount of each customer's orders to come, shape (N,), in currency units.

        The conditional expectation of Fader and Hardie (2013): between everyone's mean and the
        customer's own, the closer to his own the more orders there were.
        """
        orders, _, _, value = _columns(summary)
        spent = np.where(orders > 0, orders * value, 0.0)
        return np.asarray(self.p * (self.gamma + spent) / (self.p * orders + self.q - 1))

    def expected_spend(self, summary: pd.DataFrame, horizon_days: float) -> Floats:
        """What each customer spends in the days to come.

        Parameters
        ----------
        summary : DataFrame, shape (N, columns)
            As `fit_lifetime_value` takes it.
        horizon_days : float
            How far ahead, in days.

        Returns
        -------
        ndarray of float, shape (N,)
            In currency units.

        Raises
        ------
        TrainingError
            Of `expected_orders`.
        """
        orders = self.expected_orders(summary, horizon_days)
        return np.asarray(orders * self.expected_order_value(summary))


def order_summary(orders: pd.DataFrame, as_of: datetime) -> pd.DataFrame:
    """What the models need to know of customers, where all orders of a day count as one.

    Parameters
    ----------
    orders : DataFrame
        `customer_id`, `time` (datetime64, UTC without a zone) and `amount` (currency units) of
        every order or order line before `as_of`.
    as_of : datetime
        The moment of the question.

    Returns
    -------
    DataFrame
        As `fit_lifetime_value` takes it, by `customer_id`.
    """
    days = orders.assign(day=orders["time"].dt.floor("D"))
    daily = days.groupby(["customer_id", "day"], as_index=False)["amount"].sum()
    by_customer = daily.groupby("customer_id")
    first, last = by_customer["day"].min(), by_customer["day"].max()
    repeated = daily[daily["day"] > daily["customer_id"].map(first)]
    value = repeated.groupby("customer_id")["amount"].mean()
    day = pd.Timedelta(days=1)
    return pd.DataFrame(
        {
            "frequency": by_customer.size() - 1,
            "recency": (last - first) / day,
            "tenure": (pd.Timestamp(as_of) - first) / day,
            "monetary_value": value.reindex(first.index, fill_value=0.0),
        }
    )


def fit_lifetime_value(summary: pd.DataFrame) -> LifetimeValue:
    """Fit both models by maximum likelihood.

    Parameters
    ----------
    summary : DataFrame, shape (N, columns)
        A row per customer who ordered at least once: `frequency`, orders after the first one;
        `recency`, days from the first order to the last; `tenure`, days from the first order to
        the moment of the question; `monetary_value`, mean amount of the orders after the first
        one, in currency units, anything where there is none.

    Returns
    -------
    LifetimeValue

    Raises
    ------
    TrainingError
        If the table is not what it should be, if fewer than two customers ordered more than once
        and for money, or if no maximum is found.
    """
    orders, recency, tenure, value = _columns(summary)
    if not ((orders >= 0) & (recency >= 0) & (recency <= tenure) & (tenure > 0)).all():
        raise TrainingError(
            "BG/NBD needs a frequency of at least 0, and 0 <= recency <= tenure with tenure above "
            "0, but the table holds customers that are otherwise."
        )
    spenders = (orders > 0) & (value > 0)
    if spenders.sum() < 2:
        raise TrainingError(
            f"Gamma-Gamma needs two customers who ordered more than once and for money, but the "
            f"table holds {spenders.sum()}."
        )
    days, money = float(tenure.mean()), float(value[spenders].mean())
    r, alpha, a, b = _maximum(_bg_nbd(orders, recency / days, tenure / days), 4, "BG/NBD")
    p, excess, gamma = _maximum(
        _gamma_gamma(orders[spenders], value[spenders] / money), 3, "Gamma-Gamma"
    )
    return LifetimeValue(r, alpha * days, a, b, p, 1 + excess, gamma * money)


def _columns(summary: pd.DataFrame) -> tuple[Floats, Floats, Floats, Floats]:
    orders, recency, tenure, value = (summary[name].to_numpy(np.float64) for name in _COLUMNS)
    return orders, recency, tenure, value


_Likelihood = Callable[[Floats], float]
"""Mean log likelihood of a customer by positive parameters."""


def _maximum(likelihood: _Likelihood, parameters: int, name: str) -> tuple[float, ...]:
    found = minimize(
        lambda logs: -likelihood(np.exp(logs)),
        np.zeros(parameters),
        jac="3-point",
        method="L-BFGS-B",
        bounds=[(-_LOG_BOUND, _LOG_BOUND)] * parameters,
        options={"maxiter": 1000, "ftol": 1e-13, "gtol": 1e-7},
    )
    # The search also stops, as failed, where steps no longer change the last digits.
    if not np.isfinite(found.fun) or np.abs(found.jac[np.abs(found.x) < _LOG_BOUND]).max() > 1e-3:
        raise TrainingError(f"{name} could not be fitted to these customers: {found.message}.")
    return tuple(float(value) for value in np.exp(found.x))


def _bg_nbd(orders: Floats, recency: Floats, tenure: Floats) -> _Likelihood:
    """Of Fader, Hardie and Lee (2005), in logarithms throughout."""
    repeats = np.maximum(orders, 1)

    def likelihood(parameters: Floats) -> float:
        r, alpha, a, b = parameters
        common = gammaln(r + orders) - gammaln(r) + r * np.log(alpha)
        common += betaln(a, b + orders) - betaln(a, b)
        stayed = -(r + orders) * np.log(alpha + tenure)
        left = np.log(a) - np.log(b + repeats - 1) - (r + repeats) * np.log(alpha + recency)
        either = np.where(orders > 0, np.logaddexp(stayed, left), stayed)
        return float(np.mean(common + either))

    return likelihood


def _gamma_gamma(orders: Floats, value: Floats) -> _Likelihood:
    """Of Fader and Hardie (2013), by p, q - 1 and gamma."""

    def likelihood(parameters: Floats) -> float:
        p, excess, gamma = parameters
        q, shape = 1 + excess, p * orders
        constant = gammaln(shape + q) - gammaln(shape) - gammaln(q) + q * np.log(gamma)
        amounts = (shape - 1) * np.log(value) + shape * np.log(orders)
        return float(np.mean(constant + amounts - (shape + q) * np.log(gamma + orders * value)))

    return likelihood
