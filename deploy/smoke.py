"""One scripted round of requests to running services, each answer checked."""

from __future__ import annotations

from typing import TypeVar

import click
import httpx

from ui.batches import Question
from ui.errors import GatewayError
from ui.gateway import Gateway, Outcomes
from ui.join import Joined, score
from ui.models import Example, Model, Prediction, RevenuePrediction, Task
from ui.settings import Settings
from ui.shop import example_shop

__all__ = ["smoke_round"]

T = TypeVar("T")


def smoke_round(settings: Settings, with_app: bool = True) -> list[str]:
    """Ask every service its own example, then all three about one shop, then the app's health.

    Parameters
    ----------
    settings : Settings
        Where they are.
    with_app : bool, default True
        Whether the app runs too.

    Returns
    -------
    list of str
        A sentence per wrong answer; empty if all were right.
    """
    gateway = Gateway(settings)
    models, examples = gateway.models(), gateway.examples()
    wrong = _failures(models) + _failures(examples)
    wrong += _examples(gateway, _good(models), _good(examples))
    wrong += _joined(score(example_shop(models, examples), gateway, models))
    return wrong + (_app(settings) if with_app else [])


def _failures(outcomes: Outcomes[T]) -> list[str]:
    return [str(part) for part in outcomes.values() if isinstance(part, GatewayError)]


def _good(outcomes: Outcomes[T]) -> dict[Task, T]:
    return {task: part for task, part in outcomes.items() if not isinstance(part, GatewayError)}


def _examples(
    gateway: Gateway, models: dict[Task, Model], examples: dict[Task, Example]
) -> list[str]:
    questions = {task: _question(example) for task, example in examples.items()}
    wrong = []
    for task, answers in gateway.ask(questions).items():
        if answers.error is not None:
            wrong.append(str(answers.error))
            continue
        click.echo(f"{task:<13} answered its example: {len(answers.predictions)} right ids")
        for prediction in answers.predictions:
            wrong += _prediction(models[task], prediction)
    return wrong


def _question(example: Example) -> Question:
    if example.units:
        return Question("units", example.units)
    rows = [{"id": str(number), **row} for number, row in enumerate(example.rows, start=1)]
    return Question("rows", rows)


def _prediction(model: Model, prediction: Prediction) -> list[str]:
    """What is wrong with one answer; its form, ids and ranges were checked when it was read."""
    checks = {
        "model version": (prediction.model_version, model.model_version),
        "data version": (prediction.data_version, model.data_version),
        "simulated": (prediction.simulated, model.simulated),
        "proxy": (prediction.proxy, model.answer.status == "proxy"),
        "meaning": (prediction.meaning, model.answer.meaning),
    }
    wrong = [
        f"{model.task}: {name} of unit {prediction.id} is {got!r}, and the model's is {expected!r}."
        for name, (got, expected) in checks.items()
        if got != expected
    ]
    return wrong + _interval(prediction)


def _interval(prediction: Prediction) -> list[str]:
    interval = prediction.interval if isinstance(prediction, RevenuePrediction) else None
    if interval is None or interval.low <= interval.high:
        return []
    return [f"revenue: the interval of unit {prediction.id} ends before it begins."]


def _joined(joined: Joined | None) -> list[str]:
    if joined is None:
        return ["The gateway has no answer, since no service runs."]
    wrong = [str(error) for error in joined.errors.values()]
    parts = {
        task: sum(getattr(shopper, task) is not None for shopper in joined.shoppers)
        for task in Task
    }
    click.echo(
        f"{'gateway':<13} joined {len(joined.shoppers)} {joined.scope}s: "
        + ", ".join(f"{count} with {task}" for task, count in parts.items())
    )
    missing = [task for task, count in parts.items() if count < max(len(joined.shoppers), 1)]
    return wrong + [f"gateway: not every {joined.scope} has its {task}." for task in missing]


def _app(settings: Settings) -> list[str]:
    url = f"http://127.0.0.1:{settings.app_port}/_stcore/health"
    try:
        answer = httpx.get(url, timeout=10.0, trust_env=False)
    except httpx.TransportError as error:
        return [f"app: {url} does not answer ({type(error).__name__})."]
    click.echo(f"{'app':<13} says {answer.text!r} of its health")
    return [] if answer.text == "ok" else [f"app: its health is {answer.text!r}."]
