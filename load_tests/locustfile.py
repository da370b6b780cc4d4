"""What the load test's users do, and what they hold every answer against.

A wrong answer is a failure, however fast: its status, its form, one prediction per unit in order,
values in range, and the same values as the first answer to the same body. So is a slow one: of each
kind of request 99 % have to be answered within the limit.
"""

from __future__ import annotations

import json
import logging
import math
import os
import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import gevent
from locust import FastHttpUser, constant, events, task
from locust.env import Environment
from locust.exception import StopUser

PORTS = {"conversion": 3001, "revenue": 3002, "segmentation": 3003}
TOLERANCE = 1e-6
"""Relative. Models compute in single precision, and who is answered together shares a pass, in
which sums are made in another order."""
LIMIT_MS = float(os.environ.get("LOAD_TEST_LIMIT_MS", "1000"))
LATE_SHARE = 0.99
TIMEOUT_SECONDS = 30.0

Body = dict[str, Any]
Values = list[list[float]]

_log = logging.getLogger("load_test")
_first_answers: dict[tuple[str, str], Values] = {}
"""Per task and body, the numbers of its first answer, whichever user got it."""


class WrongAnswer(Exception):
    """An answer that is not what it has to be."""


def url(name: str) -> str:
    """Base URL of a task's service.

    Parameters
    ----------
    name : str
        The task.
    """
    port = os.environ.get(f"CLICKWISE_{name.upper()}_PORT", str(PORTS[name]))
    return os.environ.get(f"CLICKWISE_{name.upper()}_URL", f"http://127.0.0.1:{port}").rstrip("/")


def bodies(example: Body) -> list[Body]:
    """Requests made of a service's example: all of it, and each of its units by itself.

    Parameters
    ----------
    example : dict
        What `GET /example` gave.
    """
    kind = "units" if "units" in example else "rows"
    singles = [example | {kind: [item]} for item in example[kind]]
    return [example, *singles] if len(singles) > 1 else [example]


def check(name: str, body: Body, answer: Any) -> None:
    """Hold an answer against what was asked.

    Parameters
    ----------
    name : str
        The task.
    body : dict
        What was asked.
    answer : Any
        The JSON that came back.

    Raises
    ------
    WrongAnswer
        With what is wrong.
    """
    predictions = _predictions(body, answer)
    for prediction in predictions:
        _check_range(name, prediction)
    found = [_numbers(name, prediction) for prediction in predictions]
    first = _first_answers.setdefault((name, json.dumps(body, sort_keys=True)), found)
    _check_same(first, found)


def _predictions(body: Body, answer: Any) -> list[Body]:
    if not isinstance(answer, dict) or not isinstance(answer.get("predictions"), list):
        raise WrongAnswer("no predictions")
    if answer.get("answer") != body.get("answer", answer.get("answer")):
        raise WrongAnswer(f"answers {answer.get('answer')!r} instead of {body['answer']!r}")
    items = body.get("units") or body["rows"]
    predictions: list[Body] = answer["predictions"]
    asked = [str(item.get("id", place)) for place, item in enumerate(items, start=1)]
    got = [prediction.get("id") for prediction in predictions]
    if got != asked:
        raise WrongAnswer(f"ids {got[:3]} instead of {asked[:3]}")
    return predictions


def _check_range(name: str, prediction: Body) -> None:
    numbers = _numbers(name, prediction)
    if not all(math.isfinite(number) for number in numbers):
        raise WrongAnswer(f"numbers {numbers} are not finite")
    if name == "conversion" and not 0 <= prediction["value"] <= 1:
        raise WrongAnswer(f"chance {prediction['value']} is not between 0 and 1")
    if name == "revenue" and not _ordered(prediction.get("interval")):
        raise WrongAnswer(f"interval {prediction['interval']} ends before it begins")
    if name == "segmentation" and (prediction["distance"] < 0 or prediction["value"] < 0):
        raise WrongAnswer(f"segment {prediction['value']} at {prediction['distance']}")


def _ordered(interval: Mapping[str, float] | None) -> bool:
    return interval is None or interval["low"] <= interval["high"]


def _numbers(name: str, prediction: Body) -> list[float]:
    """Every number of a prediction, in a fixed order."""
    own = {
        "conversion": ["value"],
        "revenue": ["value", "spend_if_buys", "buy_probability"],
        "segmentation": ["value", "distance"],
    }[name]
    interval = prediction.get("interval") or {}
    try:
        found = [prediction["value"], *(prediction[part] for part in own if part in prediction)]
        found += [*prediction.get("map", ()), *(interval[side] for side in sorted(interval))]
        return [float(number) for number in found]
    except (KeyError, TypeError, ValueError) as error:
        raise WrongAnswer(f"a prediction without its numbers: {error!r}") from error


def _check_same(first: Values, found: Values) -> None:
    for expected, got in zip(first, found, strict=True):
        same = len(expected) == len(got) and all(
            math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
            for one, other in zip(expected, got, strict=True)
        )
        if not same:
            raise WrongAnswer(f"{got} where the first answer to the same body was {expected}")


class ServiceUser(FastHttpUser):
    """Someone who asks services about what their examples show."""

    abstract = True
    wait_time = constant(0)
    network_timeout = TIMEOUT_SECONDS
    connection_timeout = TIMEOUT_SECONDS
    host = "http://127.0.0.1"
    tasks_asked: tuple[str, ...] = ()

    def on_start(self) -> None:
        """Get what there is to ask."""
        self.bodies = {name: self._bodies(name) for name in self.tasks_asked}
        self.choice = random.Random(7)

    def _bodies(self, name: str) -> list[Body]:
        address = f"{url(name)}/example"
        with self.client.get(address, name=f"{name} /example", catch_response=True) as response:
            if response.status_code != 200:
                response.failure(f"status {response.status_code}")
                raise StopUser
            example: Body = response.json()
            return bodies(example)

    def ask(self, name: str) -> None:
        """Ask one service and check what it says.

        Parameters
        ----------
        name : str
            The task.
        """
        self.ask_about(name, self.choice.choice(self.bodies[name]))

    def ask_about(self, name: str, body: Body) -> None:
        """Ask one service what one likes.

        Parameters
        ----------
        name : str
            The task.
        body : dict
            What is asked.
        """
        self.send(name, "/predict", body, lambda said: check(name, body, said))

    def send(self, name: str, path: str, body: Body, right: Callable[[Any], None]) -> None:
        """Send a body and check the answer.

        Parameters
        ----------
        name : str
            The task.
        path : str
            Of its service.
        body : dict
            What is asked.
        right : callable
            Raises `WrongAnswer` where the answer is not right.
        """
        with self.client.post(
            f"{url(name)}{path}", json=body, name=f"{name} {path}", catch_response=True
        ) as response:
            if response.status_code != 200:
                response.failure(f"status {response.status_code}: {(response.text or '')[:200]}")
                return
            try:
                right(response.json())
            except (WrongAnswer, ValueError) as error:
                response.failure(f"wrong answer: {error}")


class ConversionUser(ServiceUser):
    """Asks conversion."""

    tasks_asked = ("conversion",)

    @task
    def predict(self) -> None:
        """Ask once."""
        self.ask("conversion")


class RevenueUser(ServiceUser):
    """Asks revenue."""

    tasks_asked = ("revenue",)

    @task
    def predict(self) -> None:
        """Ask once."""
        self.ask("revenue")


class SegmentationUser(ServiceUser):
    """Asks segmentation."""

    tasks_asked = ("segmentation",)

    @task
    def predict(self) -> None:
        """Ask once."""
        self.ask("segmentation")


def journey(unit: Body) -> list[Body]:
    """A session as it grows: browsing, with a full cart, and all of it.

    Parameters
    ----------
    unit : dict
        A session of an example.
    """
    events = unit["events"]
    types = [event["event_type"] for event in events]
    cart = types.index("cart") + 1 if "cart" in types else len(events)
    lengths = sorted({max(cart - 1, 1), cart, len(events)})
    return [unit | {"events": events[:length]} for length in lengths]


def basket_of(unit: Body) -> Body:
    """What `POST /recommend` is asked for a session.

    Parameters
    ----------
    unit : dict
        A session.
    """
    events = unit["events"]
    products = {
        kind: [event["product_id"] for event in events if event["event_type"] == kind]
        for kind in ("view", "cart")
    }
    asked = {"id": str(unit["id"]), "viewed": products["view"], "basket": products["cart"]}
    return {"units": [asked], "limit": 5}


def check_recommended(body: Body, answer: Any) -> None:
    """Hold recommendations against what was asked.

    Parameters
    ----------
    body : dict
        What was asked.
    answer : Any
        The JSON that came back.

    Raises
    ------
    WrongAnswer
        With what is wrong.
    """
    try:
        (found,) = answer["recommendations"]
        named = [product["product_id"] for product in found["products"]]
    except (KeyError, TypeError, ValueError) as error:
        raise WrongAnswer(f"no recommendations: {error!r}") from error
    (asked,) = body["units"]
    if again := set(named) & set(asked["basket"]):
        raise WrongAnswer(f"{sorted(again)} of the basket are recommended")
    if len(named) > body["limit"] or len(set(named)) < len(named):
        raise WrongAnswer(f"{named} are not at most {body['limit']} different products")


class Shopper(ServiceUser):
    """Browses, fills a cart and buys; the shop asks at each step what it needs to know."""

    tasks_asked = ("conversion", "revenue", "segmentation")

    def on_start(self) -> None:
        """Get what there is to ask, and whether products are recommended."""
        super().on_start()
        with self.client.get(
            f"{url('segmentation')}/model", name="segmentation /model", catch_response=True
        ) as response:
            self.recommends = bool(response.json().get("recommendations"))

    @task
    def shop(self) -> None:
        """One visit."""
        (whole, *_) = self.bodies["conversion"]
        unit = self.choice.choice(whole.get("units", []) or [None])
        if unit is None or "as_of" in unit:
            # Ready-made rows and customers are no sessions that could grow.
            self.ask("conversion")
            return
        for step in journey(unit):
            self.ask_about("conversion", whole | {"units": [step]})
            self.ask("revenue")
        self.ask("segmentation")
        if self.recommends and all(event.get("product_id") for event in unit["events"]):
            self.recommend(unit)

    def recommend(self, unit: Body) -> None:
        """Ask for products.

        Parameters
        ----------
        unit : dict
            A session.
        """
        body = basket_of(unit)
        self.send("segmentation", "/recommend", body, lambda said: check_recommended(body, said))


class GatewayUser(ServiceUser):
    """Asks all three at once, as the app does."""

    tasks_asked = ("conversion", "revenue", "segmentation")

    @task
    def predict_all(self) -> None:
        """Ask the three and wait for the last."""
        gevent.joinall(
            [gevent.spawn(self.ask, name) for name in self.tasks_asked], raise_error=True
        )


@events.quitting.add_listener
def _set_exit_code(environment: Environment, **_: Any) -> None:
    """Fail on any wrong answer, and where nothing was answered at all."""
    answered = [entry.num_requests for entry in _predict_entries(environment)]
    failed = environment.stats.total.num_failures
    exceptions = environment.runner.exceptions if environment.runner else {}
    complete = len(answered) == len(PORTS) and all(answered)
    slow = list(_slow(environment))
    for sentence in slow:
        _log.error(sentence)
    right = complete and not failed and not exceptions and not slow
    environment.process_exit_code = 0 if right else 1


def _predict_entries(environment: Environment) -> Iterator[Any]:
    return (entry for entry in environment.stats.entries.values() if "/predict" in entry.name)


def _slow(environment: Environment) -> Iterator[str]:
    """A sentence for each kind of request that was answered too late."""
    for entry in environment.stats.entries.values():
        late = entry.get_response_time_percentile(LATE_SHARE)
        if entry.num_requests and late > LIMIT_MS:
            yield (
                f"{entry.name} is slow: 99 % are answered within {late:.0f} ms, and {LIMIT_MS:.0f} "
                "ms are the limit"
            )
