"""From the bytes of a request to the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar, Union

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from clickstream.bundle import AnswerManifest, Bundle, BundleError
from clickstream.reasons import Explainer, Reasons
from clickstream.scoring import InputError, Predictions, Scorer
from services.common.answers import Outcome, Prediction, shared_parts
from services.common.batching import Batcher
from services.common.beside import beside
from services.common.errors import Refusal
from services.common.limits import MAX_EVENTS, MAX_EXPLAINED
from services.common.metrics import count_batch, count_predictions, phase
from services.common.prediction_log import PredictionLog
from services.common.requests import Asked, Asking, field_names, request_model
from services.common.sentences import refusal_of
from services.common.together import Kind, Question, Scored, score_together
from services.common.tracing import request_id

__all__ = ["ModelFailure", "Predictor"]

Form = TypeVar("Form", bound=BaseModel)

_EVENTS_TOGETHER = 4_000
"""Events, or rows, that one pass scores for several callers: enough to share what a pass costs,
few enough that nobody waits long."""
_LARGE_BODY = 64 * 1024
"""Bytes from which reading a body would keep the event loop from other callers."""
_MANY = 20
"""Predictions from which writing them would."""


class ModelFailure(Exception):
    """A model gave no finite number for inputs like those that it learned from."""


@dataclass(frozen=True)
class _Request:
    """A request that was read."""

    name: str
    described: AnswerManifest
    question: Question
    explain: bool

    @property
    def size(self) -> int:
        """Events, or rows."""
        entries = self.question.entries
        return sum(len(entry.get("events", "1")) for entry in entries)


class Predictor:
    """Answers requests from one bundle.

    Parameters
    ----------
    bundle : Bundle
        A verified bundle.
    kind : type of Prediction
        What the service says of each unit.
    kinds : mapping of str to type of Prediction, optional
        By answer, what it says where that is something else.
    threads : int, default 1
        For DuckDB and for ONNX Runtime, each.
    log : PredictionLog, optional
        Where predictions are kept.
    """

    def __init__(
        self,
        bundle: Bundle,
        kind: type[Prediction],
        kinds: Mapping[str, type[Prediction]] | None = None,
        *,
        threads: int = 1,
        log: PredictionLog | None = None,
    ) -> None:
        manifest = bundle.manifest
        self.bundle = bundle
        self.kinds = {answer: (kinds or {}).get(answer, kind) for answer in manifest.answers}
        self.forms = {answer: request_model(manifest, answer) for answer in manifest.answers}
        self.answer_model = _answer_model(kind, self.kinds.values())
        self._names = set[str]().union(*map(field_names, self.forms.values()))
        self._shared = {
            answer: shared_parts(manifest, described)
            for answer, described in manifest.answers.items()
        }
        self._scorer = Scorer(bundle, threads)
        self._log = log
        self._explainers = {
            answer: Explainer(bundle, answer, self._scorer.graphs[answer])
            for answer in manifest.answers
        }
        # One thread scores and one finds reasons, so that these delay nobody who did not ask.
        scoring, self._explaining = (ThreadPoolExecutor(1, name) for name in ("score", "explain"))
        self._batchers: dict[str, Batcher[Question, Scored]] = {
            answer: Batcher(self._score, scoring, _EVENTS_TOGETHER) for answer in manifest.answers
        }

    async def answer(self, body: bytes) -> bytes:
        """Answer a request, together with others that came meanwhile.

        Parameters
        ----------
        body : bytes
            JSON of one of the `forms`.

        Returns
        -------
        bytes
            JSON of an `answer_model`.

        Raises
        ------
        Refusal
            If it is not of the form or cannot be answered.
        ModelFailure
            If the model gives no finite number for ordinary inputs.
        """
        with phase("read"):
            request = await beside(len(body) > _LARGE_BODY, self._read_request, body)
        with phase("score"):
            scored = await self._scored(request)
        reasons = None
        if request.explain:
            with phase("explain"):
                reasons = await self._reasons(request, scored)
        with phase("write"):
            many = len(request.question.entries) > _MANY
            return await beside(many, self._told, request, scored, reasons)

    def answer_now(self, body: bytes) -> dict[str, Any]:
        """Answer a request alone and at once, before there is an event loop.

        Parameters
        ----------
        body : bytes
            As `answer` takes it.

        Raises
        ------
        Refusal, ModelFailure
            As `answer`.
        """
        request = self._read_request(body)
        (scored,) = score_together(self._scorer, [request.question])
        if isinstance(scored, InputError):
            raise _refused(scored, request.question) from scored
        reasons = self._explained(request.name, scored) if request.explain else None
        said = self._said(request, scored, reasons)
        return said.model_dump(mode="json", exclude_none=True)

    def named_answer(self, name: str | None) -> tuple[str, AnswerManifest]:
        """Name and manifest of an answer, the default where none is named.

        Raises
        ------
        Refusal
            If the bundle does not give it, with the reason where training refused it.
        """
        if name is not None and len(name) > _LONGEST_NAME:
            name = f"{name[:_LONGEST_NAME]}…"
        try:
            return self.bundle.answer(name)
        except BundleError as error:
            raise Refusal(422, "cannot_answer", str(error), "answer") from error

    def _read_request(self, body: bytes) -> _Request:
        name, described = self.named_answer(self._read(Asking, body).answer)
        asked: Any = self._read(self.forms[name], body)
        kind: Kind = "rows" if self.bundle.manifest.input_kind == "rows" else "units"
        _check_size(asked, kind)
        entries = asked.model_dump(by_alias=True, exclude_none=True)[kind]
        return _Request(name, described, Question(name, kind, entries), asked.explain)

    def _read(self, form: type[Form], body: bytes) -> Form:
        try:
            return form.model_validate_json(body)
        except ValidationError as error:
            raise refusal_of(error, self._names) from error

    def _score(self, questions: Sequence[Question]) -> Sequence[Scored | Exception]:
        count_batch(len(questions))
        return score_together(self._scorer, questions)

    async def _scored(self, request: _Request) -> Scored:
        try:
            return await self._batchers[request.name].result(request.question, request.size)
        except InputError as error:
            raise _refused(error, request.question) from error

    async def _reasons(self, request: _Request, scored: Scored) -> Sequence[Reasons]:
        loop = asyncio.get_running_loop()
        explain = partial(self._explained, request.name, scored)
        return await loop.run_in_executor(self._explaining, explain)

    def _explained(self, answer: str, scored: Scored) -> Sequence[Reasons]:
        explainer = self._explainers[answer]
        return [explainer.reasons(scored.inputs, place) for place in range(len(scored.inputs))]

    def _told(self, request: _Request, scored: Scored, reasons: Sequence[Reasons] | None) -> bytes:
        """The answer as JSON; counted, and kept where there is a log."""
        answer: Any = self._said(request, scored, reasons)
        warned = sum(bool(warnings) for warnings in scored.predictions.warnings)
        count_predictions(request.name, (one.band() for one in answer.predictions), warned)
        if self._log is not None:
            said = answer.model_dump(mode="json", exclude_none=True)["predictions"]
            self._log.add(self._versions(request), request.question.entries, said)
        written: str = answer.model_dump_json(exclude_none=True)
        return written.encode()

    def _versions(self, request: _Request) -> dict[str, str]:
        manifest = self.bundle.manifest
        return {
            "request_id": request_id.get(),
            "answer": request.name,
            "model_version": self._shared[request.name]["model_version"],
            "data_version": manifest.data_version,
        }

    def _said(
        self, request: _Request, scored: Scored, reasons: Sequence[Reasons] | None
    ) -> BaseModel:
        said = scored.predictions
        _check_finite(said, request.question.kind)
        kind, shared = self.kinds[request.name], self._shared[request.name]
        found: Sequence[Reasons | None] = reasons or [None] * len(said.unit_ids)
        outcomes = [
            Outcome(request.described, said.outputs, place, said.columns, why)
            for place, why in enumerate(found)
        ]
        predictions = [
            kind.of(outcome, unit_id, shared, unlike)
            for outcome, unit_id, unlike in zip(outcomes, said.unit_ids, said.warnings, strict=True)
        ]
        return self.answer_model(answer=request.name, predictions=predictions)


_LONGEST_NAME = 60
"""Characters of an unknown answer's name that the error repeats."""


def _answer_model(kind: type[Prediction], kinds: Iterable[type[Prediction]]) -> type[BaseModel]:
    """Predictions of one kind, or of any of several."""
    said: Any = Union[tuple(dict.fromkeys(kinds)) or (kind,)]  # noqa: UP007 - made of what the bundle holds
    parts: dict[str, Any] = {"answer": (str, ...), "predictions": (list[said], ...)}
    name = kind.__name__.removesuffix("Prediction") + "Answer"
    return create_model(name, __config__=ConfigDict(extra="forbid"), **parts)


def _check_size(asked: Asked, kind: str) -> None:
    entries: Sequence[Any] = getattr(asked, kind)
    if kind == "units":
        total = sum(len(unit.events) for unit in entries)
        if total > MAX_EVENTS:
            message = f"{total:,} events are more than {MAX_EVENTS:,}; send the units in parts."
            raise Refusal(413, "too_large", message, "units")
    if asked.explain and len(entries) > MAX_EXPLAINED:
        message = (
            f"Reasons are given for at most {MAX_EXPLAINED} {kind} at once, and {len(entries):,} "
            "were sent; send them in parts, or leave explain out."
        )
        raise Refusal(413, "too_large", message, kind)


def _check_finite(said: Predictions, kind: str) -> None:
    """Refuse to answer with infinity or nothing.

    Values far outside of training can drive a model there, which the caller can change; where
    inputs are ordinary, the model is broken.
    """
    for name, values in said.outputs.items():
        finite = np.isfinite(values).reshape(len(said.unit_ids), -1).all(axis=1)
        for place in np.flatnonzero(~finite):
            if not said.warnings[place]:
                raise ModelFailure(f"output {name!r} of unit {said.unit_ids[place]!r}")
            message = f"The model has no finite answer: {'; '.join(said.warnings[place])}."
            raise Refusal(422, "cannot_answer", message, f"{kind}[{place}]")


def _refused(error: InputError, question: Question) -> Refusal:
    text = str(error)
    return Refusal(422, "cannot_answer", f"{text[:1].upper()}{text[1:]}.", question.kind)
