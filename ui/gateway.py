"""The gateway: asks the three services at the same time, each on its own account.

A service that is down, slow or answers rubbish costs its own part. Its error stands where its
answer would stand.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx

from ui.batches import Question, batches
from ui.breaker import Breaker
from ui.calls import Service
from ui.errors import BadAnswer, GatewayError
from ui.evaluations import (
    ClassEvaluation,
    ConversionEvaluation,
    Evaluation,
    RevenueEvaluation,
    SegmentationEvaluation,
)
from ui.models import (
    Answered,
    ConversionPrediction,
    Example,
    Model,
    Prediction,
    Recommended,
    RevenuePrediction,
    SegmentationPrediction,
    Task,
)
from ui.settings import Settings

__all__ = ["OF_NEWCOMERS", "Answers", "Gateway", "Outcomes", "Progress"]

T = TypeVar("T")
Outcomes = dict[Task, T | GatewayError]
"""Per task what it answered, or what went wrong."""
Progress = Callable[[int, int], None]
"""Told how many items were answered so far, of how many."""

EXAMPLE = "/example?units=100"
"""Enough units to draw; a reader of the API is shown fewer."""

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
OF_NEWCOMERS = ("interest", "next_segment")
"""Answers of segmentation that foretell one of several classes."""


@dataclass(frozen=True)
class Answers:
    """What a service said of many items.

    Attributes
    ----------
    predictions : list of Prediction
        In the order of the items; after an error, those before it.
    error : GatewayError or None
        What kept the service from answering for all of them.
    """

    predictions: list[Prediction]
    error: GatewayError | None = None


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
        self._breakers = {task: Breaker() for task in Task}

    def forget_failures(self) -> None:
        """Ask also those who failed several times in a row."""
        for breaker in self._breakers.values():
            breaker.reset()

    def models(self) -> Outcomes[Model]:
        """What each service serves (`GET /model`)."""
        return self._all(Task, _model, brief=True)

    def examples(self) -> Outcomes[Example]:
        """A body for each service that works (`GET /example`)."""
        return self._all(Task, lambda service: service.get(EXAMPLE, Example))

    def evaluations(self) -> Outcomes[Evaluation]:
        """How each model's holdout was scored (`GET /evaluation`), by the default answers."""
        return self._all(Task, _evaluation)

    def evaluation(self, task: Task, answer: str) -> Evaluation | GatewayError:
        """How one answer's holdout was scored (`GET /evaluation`)."""
        path = f"/evaluation?answer={answer}"
        kind = ClassEvaluation if answer in OF_NEWCOMERS else EVALUATION[task]
        return self._all([task], lambda service: service.get(path, kind))[task]

    def page(self, task: Task, path: str) -> str | GatewayError:
        """A text that training wrote for people.

        Parameters
        ----------
        task : Task
            Of which service.
        path : {"/report", "/card"}
            Which text.
        """
        return self._all([task], lambda service: service.page(path))[task]

    def recommend(self, unit: Mapping[str, Any], limit: int) -> Recommended | GatewayError:
        """Next products for one unit (`POST /recommend`).

        Parameters
        ----------
        unit : mapping
            `id`, what was `viewed`, and the `basket`.
        limit : int
            How many products at most.
        """
        body = {"units": [dict(unit)], "limit": limit}
        task = Task.SEGMENTATION
        return self._all([task], lambda service: service.post("/recommend", body, Recommended))[
            task
        ]

    def ask(
        self, questions: Mapping[Task, Question], progress: Progress | None = None
    ) -> dict[Task, Answers]:
        """Ask every service its question, all at the same time.

        Parameters
        ----------
        questions : mapping of Task to Question
            Who is asked what; more items than one request may hold are sent in several.
        progress : callable, optional
            Told how far it is after every request.
        """
        found = {task: Answers([]) for task in questions}
        total = sum(len(question.items) for question in questions.values())

        async def job(service: Service) -> None:
            task, question = service.task, questions[service.task]
            for items in batches(question):
                predictions = found[task].predictions + await _predict(service, question, items)
                found[task] = Answers(predictions)
                if progress is not None:
                    progress(sum(len(part.predictions) for part in found.values()), total)

        for task, error in self._all(questions, job).items():
            if error is not None:
                found[task] = Answers(found[task].predictions, error)
        return found

    def _all(
        self,
        tasks: Iterable[Task],
        job: Callable[[Service], Awaitable[T]],
        *,
        brief: bool = False,
    ) -> Outcomes[T]:
        return asyncio.run(self._gather(list(tasks), job, brief))

    async def _gather(
        self, tasks: list[Task], job: Callable[[Service], Awaitable[T]], brief: bool
    ) -> Outcomes[T]:
        headers = self._headers()
        outcomes = await asyncio.gather(*(self._one(task, job, brief, headers) for task in tasks))
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

    async def _one(
        self,
        task: Task,
        job: Callable[[Service], Awaitable[T]],
        brief: bool,
        headers: Mapping[str, str],
    ) -> T | GatewayError:
        url = self.settings.url(task)
        setting = "status_timeout" if brief else "timeout"
        patience: float = getattr(self.settings, setting)
        try:
            # The services are neighbours: a proxy set for the outside world is none of theirs. The
            # deadline around a whole request replaces httpx's own, which only bound one read each.
            async with httpx.AsyncClient(
                base_url=url, headers=headers, verify=self._ssl, trust_env=False, timeout=None
            ) as client:
                named = f"CLICKWISE_{setting.upper()}"
                return await job(Service(task, client, patience, named, self._breakers[task]))
        except GatewayError as error:
            return error
        except httpx.InvalidURL as error:
            return BadAnswer(task, "errors.no_service", url=url, kind=type(error).__name__)


async def _model(service: Service) -> Model:
    task = service.task
    model = await service.get("/model", Model)
    if model.task != task:
        values = {"url": service.url, "found": model.task, "wanted": task}
        raise BadAnswer(task, "errors.another", **values, setting=task.upper())
    if task is Task.SEGMENTATION and model.default_answer != "segment":
        if reason := model.refused.get("segment"):
            raise BadAnswer(task, "errors.no_segments", reason=reason)
        raise BadAnswer(task, "errors.without_segments")
    if model.default_answer not in model.answers:
        raise BadAnswer(task, "errors.no_answer", answer=model.default_answer)
    return model


async def _evaluation(service: Service) -> Evaluation:
    return await service.get("/evaluation", EVALUATION[service.task])


async def _predict(
    service: Service, question: Question, items: list[dict[str, Any]]
) -> list[Prediction]:
    answered = await service.post("/predict", question.body(items), ANSWERED[service.task])
    asked = [str(item["id"]) for item in items]
    if [prediction.id for prediction in answered.predictions] != asked:
        values = {"asked": len(asked), "answered": len(answered.predictions)}
        raise BadAnswer(service.task, "errors.other_units", **values)
    return list(answered.predictions)
