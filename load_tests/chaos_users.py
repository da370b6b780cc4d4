"""Users of one service whose workers are killed: each asks again once, and knows what is right.

The answer of a body is that of its first asking, before anybody is killed.
"""

from __future__ import annotations

import json
import logging
import math
import os
from pathlib import Path
from typing import Any

from locust import FastHttpUser, constant, events, task
from locust.env import Environment

TOLERANCE = 1e-5
"""Relative; who is answered together shares a pass, in single precision."""
LEAST_RIGHT = 0.999
TIMEOUT_SECONDS = 10.0
WORTH_ASKING_AGAIN = (0, 503)
"""A connection that was reset, and a worker that is not there yet."""

_log = logging.getLogger("chaos")
_known: list[tuple[dict[str, Any], list[float]]] = json.loads(
    Path(os.environ["CHAOS_KNOWN"]).read_text(encoding="utf-8")
)
counts = {"right": 0, "wrong": 0, "lost": 0, "again": 0}


def values(answer: Any) -> list[float]:
    """The values of all predictions.

    Parameters
    ----------
    answer : dict
        What `POST /predict` gave.
    """
    return [float(one["value"]) for one in answer["predictions"]]


def same(one: list[float], other: list[float]) -> bool:
    """Whether two answers are the same but for rounding.

    Parameters
    ----------
    one, other : list of float
        Their values.
    """
    return len(one) == len(other) and all(
        math.isclose(first, second, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
        for first, second in zip(one, other, strict=True)
    )


class Caller(FastHttpUser):
    """Asks, and asks again once where that is worth it."""

    wait_time = constant(0.05)
    network_timeout = TIMEOUT_SECONDS
    connection_timeout = TIMEOUT_SECONDS

    def on_start(self) -> None:
        """Begin somewhere else than the others."""
        self.place = id(self) % len(_known)

    @task
    def ask(self) -> None:
        """Ask about one body, and judge the answer."""
        self.place = (self.place + 1) % len(_known)
        body, right = _known[self.place]
        status, answer = self.post(body)
        if status in WORTH_ASKING_AGAIN:
            counts["again"] += 1
            status, answer = self.post(body)
        if status != 200:
            counts["lost"] += 1
        else:
            counts["right" if same(values(answer), right) else "wrong"] += 1

    def post(self, body: dict[str, Any]) -> tuple[int, Any]:
        """Status and answer; 0 where the connection broke.

        Parameters
        ----------
        body : dict
            What is asked.
        """
        with self.client.post("/predict", json=body, catch_response=True) as response:
            # What counts is whether the caller got the right answer in the end.
            response.success()
            if response.status_code != 200:
                return int(response.status_code or 0), None
            try:
                return 200, response.json()
            except ValueError:
                return 0, None


@events.quitting.add_listener
def _judge(environment: Environment, **_: Any) -> None:
    asked = counts["right"] + counts["wrong"] + counts["lost"]
    share = counts["right"] / asked if asked else 0.0
    Path(os.environ["CHAOS_FOUND"]).write_text(json.dumps(counts), encoding="utf-8")
    good = counts["wrong"] == 0 and share >= LEAST_RIGHT
    environment.process_exit_code = 0 if good else 1
