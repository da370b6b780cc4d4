"""What the load test's users do, and what they hold every answer against.

A wrong answer is a failure, however fast: its status, its form, one prediction per unit in order,
values in range, and the same values as the first answer to the same body.
"""

from __future__ import annotations

import json
import math
import os
import random
from collections.abc import Iterator, Mapping
from typing import Any

import gevent
from locust import FastHttpUser, constant, events, task
from locust.env import Environment
from locust.exception import StopUser

PORTS = {"conversion": 3001, "revenue": 3002, "segmentation": 3003}
TOLERANCE = 1e-9
TIMEOUT_SECONDS = 30.0

Body = dict[str, Any]
Values = list[list[float]]

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
        body = self.choice.choice(self.bodies[name])
        with self.client.post(
            f"{url(name)}/predict", json=body, name=f"{name} /predict", catch_response=True
        ) as response:
            if response.status_code != 200:
                response.failure(f"status {response.status_code}: {(response.text or '')[:200]}")
                return
            try:
                check(name, body, response.json())
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
    environment.process_exit_code = 0 if complete and not failed and not exceptions else 1


def _predict_entries(environment: Environment) -> Iterator[Any]:
    return (entry for entry in environment.stats.entries.values() if "/predict" in entry.name)
