"""The gateway: asks the three services at the same time, each on its own account.

A service that is down, slow or answers rubbish costs its own part. Its error stands where its
answer would stand.
"""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from ui.errors import BadAnswer, GatewayError, Refused, ServiceDown, ServiceSlow
from ui.models import (
    Answered,
    ConversionEvaluation,
    ConversionPrediction,
    Evaluation,
    Example,
    Model,
    Prediction,
    Refusal,
    RevenueEvaluation,
    RevenuePrediction,
    SegmentationEvaluation,
    SegmentationPrediction,
    Task,
)
from ui.settings import Settings

__all__ = ["Gateway", "Outcomes", "Question", "batches"]

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)
Outcomes = dict[Task, T | GatewayError]
"""Per task what it answered, or what went wrong."""

EXAMPLE = "/example?units=100"
"""Enough units to draw; a reader of the API is shown fewer."""
MAX_UNITS = 1_000
MAX_EVENTS = 20_000
MAX_BYTES = 7 * 2**20
"""The services take 8 MiB; the rest is room for the body around the units."""

ANSWERED: dict[Task, type[Answered[Any]]] = {
    Task.CONVERSION: Answered[ConversionPrediction],
    Task.REVENUE: Answered[RevenuePrediction],
    Task.SEGMENTATION: Answered[SegmentationPrediction],
}
EVALUATION: dict[Task, type[Evaluation]] = {
    Task.CONVERSION: ConversionEvaluation,
    Task.REVENUE: RevenueEvaluation,
    Task.SEGMENTATION: SegmentationEvaluation,
}


@dataclass(frozen=True)
class Question:
    """What one service is asked about.

    Attributes
    ----------
    kind : {"units", "rows"}
        The field of the body that holds the items.
    items : list of dict
        Units with their events, or ready-made rows; each with an `id`.
    """

    kind: Literal["units", "rows"]
    items: list[dict[str, Any]]


class Gateway:
    """A client of the three services.

    Parameters
    ----------
    settings : Settings
        Addresses and patience.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        # Making it takes longer than a request does, so it is made once.
        self._ssl = httpx.create_ssl_context()

    def models(self) -> Outcomes[Model]:
        """What each service serves (`GET /model`)."""
        return self._all(Task, lambda client, task: self._model(client, task), self._brief)

    def examples(self) -> Outcomes[Example]:
        """A body for each service that works (`GET /example`)."""
        return self._all(Task, lambda client, task: _get(client, task, EXAMPLE, Example))

    def evaluations(self) -> Outcomes[Evaluation]:
        """How each model's holdout was scored (`GET /evaluation`)."""
        return self._all(
            Task, lambda client, task: _get(client, task, "/evaluation", EVALUATION[task])
        )

    def ask(self, questions: Mapping[Task, Question]) -> Outcomes[list[Prediction]]:
        """Ask every service its question, all at the same time.

        Parameters
        ----------
        questions : mapping of Task to Question
            Who is asked what; more items than one request may hold are sent in several.

        Returns
        -------
        dict
            Per task one prediction per item, in the items' order, or the error.
        """
        return self._all(questions, lambda client, task: _predict(client, task, questions[task]))

    @property
    def _brief(self) -> float:
        return self.settings.status_timeout

    async def _model(self, client: httpx.AsyncClient, task: Task) -> Model:
        model = await _get(client, task, "/model", Model)
        if model.task != task:
            raise BadAnswer(
                task,
                f"{client.base_url} serves {model.task}, but {task} was expected there; "
                f"check CLICKWISE_{task.upper()}_URL and CLICKWISE_{task.upper()}_PORT.",
            )
        if task is Task.SEGMENTATION and model.default_answer != "segment":
            reason = model.refused.get("segment", "it was trained without them.")
            raise BadAnswer(task, f"clickwise-{task} has no segments: {reason}")
        if model.default_answer not in model.answers:
            raise BadAnswer(task, f"clickwise-{task} has no answer {model.default_answer!r}.")
        return model

    def _all(
        self,
        tasks: Iterable[Task],
        job: Callable[[httpx.AsyncClient, Task], Awaitable[T]],
        timeout: float | None = None,
    ) -> Outcomes[T]:
        patience = timeout or self.settings.timeout
        return asyncio.run(self._gather(list(tasks), job, patience))

    async def _gather(
        self,
        tasks: list[Task],
        job: Callable[[httpx.AsyncClient, Task], Awaitable[T]],
        patience: float,
    ) -> Outcomes[T]:
        headers = self._headers()
        outcomes = await asyncio.gather(
            *(self._one(task, job, patience, headers) for task in tasks)
        )
        return dict(zip(tasks, outcomes, strict=True))

    def _headers(self) -> dict[str, str]:
        """What all requests of one question carry: an id that their logs share, and the key."""
        traced = {"X-Request-ID": uuid.uuid4().hex}
        key = self.settings.api_key
        return (
            traced
            if key is None
            else traced | {"Authorization": f"Bearer {key.get_secret_value()}"}
        )

    def _setting(self, patience: float) -> str:
        brief = patience == self.settings.status_timeout
        return "CLICKWISE_STATUS_TIMEOUT" if brief else "CLICKWISE_TIMEOUT"

    async def _one(
        self,
        task: Task,
        job: Callable[[httpx.AsyncClient, Task], Awaitable[T]],
        patience: float,
        headers: Mapping[str, str],
    ) -> T | GatewayError:
        url = self.settings.url(task)
        try:
            async with asyncio.timeout(patience), self._client(url, headers) as client:
                return await job(client, task)
        except GatewayError as error:
            return error
        except TimeoutError:
            return ServiceSlow(
                task,
                f"clickwise-{task} at {url} did not answer within {patience:g} s. "
                f"Try again, or raise {self._setting(patience)}.",
            )
        except (httpx.ConnectError, httpx.ReadError, httpx.WriteError) as error:
            return ServiceDown(
                task,
                f"clickwise-{task} does not answer at {url} ({type(error).__name__}). "
                "Start it with `make serve`.",
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return BadAnswer(
                task, f"What answers at {url} is no clickwise-{task}: {type(error).__name__}."
            )

    def _client(self, url: str, headers: Mapping[str, str]) -> httpx.AsyncClient:
        # The services are neighbours: a proxy set for the outside world is none of theirs. The
        # deadline around the whole request replaces httpx's own, which only bound one read each.
        return httpx.AsyncClient(
            base_url=url, headers=headers, verify=self._ssl, trust_env=False, timeout=None
        )


def batches(question: Question) -> Iterator[list[dict[str, Any]]]:
    """Cut a question into requests that the services take.

    Parameters
    ----------
    question : Question
        Any number of items.

    Yields
    ------
    list of dict
        At most 1,000 items, 20,000 events and 7 MiB together, and at least one item.
    """
    batch: list[dict[str, Any]] = []
    events = size = 0
    for item in question.items:
        item_events, item_size = len(item.get("events", ())), len(json.dumps(item))
        full = len(batch) == MAX_UNITS or events + item_events > MAX_EVENTS
        if batch and (full or size + item_size > MAX_BYTES):
            yield batch
            batch, events, size = [], 0, 0
        batch.append(item)
        events, size = events + item_events, size + item_size
    if batch:
        yield batch


async def _predict(client: httpx.AsyncClient, task: Task, question: Question) -> list[Prediction]:
    predictions: list[Prediction] = []
    for items in batches(question):
        response = await client.post("/predict", json={question.kind: items})
        answered = _read(task, response, ANSWERED[task])
        _check_ids(task, [str(item["id"]) for item in items], answered)
        predictions += answered.predictions
    return predictions


def _check_ids(task: Task, asked: list[str], answered: Answered[Any]) -> None:
    got = [prediction.id for prediction in answered.predictions]
    if got != asked:
        raise BadAnswer(
            task,
            f"clickwise-{task} was asked about {len(asked)} units and answered about "
            f"{len(got)}, or about others; its answer is left out.",
        )


async def _get(client: httpx.AsyncClient, task: Task, path: str, model: type[M]) -> M:
    return _read(task, await client.get(path), model)


def _read(task: Task, response: httpx.Response, model: type[M]) -> M:
    if response.status_code != httpx.codes.OK:
        raise _refusal(task, response)
    try:
        return model.model_validate_json(response.content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the body"
        raise BadAnswer(
            task,
            f"clickwise-{task} answered {response.request.url.path} with something else than "
            f"the contract says: {place}: {first['msg']}. Its answer is left out.",
        ) from error


def _refusal(task: Task, response: httpx.Response) -> GatewayError:
    try:
        problem = Refusal.model_validate_json(response.content).error
    except ValidationError:
        return BadAnswer(
            task,
            f"clickwise-{task} answered {response.request.url.path} with HTTP "
            f"{response.status_code} and no reason; its log says more.",
        )
    where = f" (field {problem.field})" if problem.field else ""
    return Refused(
        task,
        f"clickwise-{task} refused the request{where}: {problem.message}",
        response.status_code,
        problem.code,
        problem.field,
    )
