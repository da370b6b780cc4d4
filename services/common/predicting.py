"""From the bytes of a request to the answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar, Union

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from clickstream.bundle import AnswerManifest, Bundle, BundleError
from clickstream.scoring import InputError, Predictions, Scorer
from services.common.answers import Outcome, Prediction, shared_parts
from services.common.errors import Refusal
from services.common.limits import MAX_EVENTS
from services.common.requests import Asked, Asking, field_names, request_model
from services.common.sentences import refusal_of

__all__ = ["ModelFailure", "Predictor"]

Form = TypeVar("Form", bound=BaseModel)


class ModelFailure(Exception):
    """A model gave no finite number for inputs like those that it learned from."""


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
    """

    def __init__(
        self,
        bundle: Bundle,
        kind: type[Prediction],
        kinds: Mapping[str, type[Prediction]] | None = None,
    ) -> None:
        manifest = bundle.manifest
        self.bundle = bundle
        self.kinds = {answer: (kinds or {}).get(answer, kind) for answer in manifest.answers}
        self.forms = {answer: request_model(manifest, answer) for answer in manifest.answers}
        self.answer_model = _answer_model(kind, self.kinds.values())
        self._entries = "rows" if manifest.input_kind == "rows" else "units"
        self._names = set[str]().union(*map(field_names, self.forms.values()))
        self._shared = {
            answer: shared_parts(manifest, described)
            for answer, described in manifest.answers.items()
        }
        self._scorer = Scorer(bundle)

    def answer(self, body: bytes) -> BaseModel:
        """Answer a request, as an `answer_model`.

        Parameters
        ----------
        body : bytes
            JSON of one of the `forms`.

        Raises
        ------
        Refusal
            If it is not of the form or cannot be answered.
        ModelFailure
            If the model gives no finite number for ordinary inputs.
        """
        name, described = self.named_answer(self._read(Asking, body).answer)
        said = self._predict(name, self._read(self.forms[name], body))
        self._check_finite(said)
        shared = self._shared[name]
        outcomes = (
            Outcome(described, said.outputs, place, said.columns)
            for place in range(len(said.unit_ids))
        )
        predictions = [
            self.kinds[name].of(outcome, unit_id, shared, unlike)
            for outcome, unit_id, unlike in zip(outcomes, said.unit_ids, said.warnings, strict=True)
        ]
        return self.answer_model(answer=name, predictions=predictions)

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

    def _read(self, form: type[Form], body: bytes) -> Form:
        try:
            return form.model_validate_json(body)
        except ValidationError as error:
            raise refusal_of(error, self._names) from error

    def _predict(self, answer: str, asked: Asked) -> Predictions:
        if asked.explain:
            message = "Reasons are not given yet; leave explain out, or send false."
            raise Refusal(422, "cannot_answer", message, "explain")
        entries = asked.model_dump(by_alias=True, exclude_none=True)[self._entries]
        try:
            if self._entries == "rows":
                return self._scorer.predict_rows(entries, answer)
            _check_events(entries)
            return self._scorer.predict_units(entries, answer)
        except InputError as error:
            raise Refusal(422, "cannot_answer", _sentence(error), self._entries) from error

    def _check_finite(self, said: Predictions) -> None:
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
                raise Refusal(422, "cannot_answer", message, f"{self._entries}[{place}]")


_LONGEST_NAME = 60
"""Characters of an unknown answer's name that the error repeats."""


def _answer_model(kind: type[Prediction], kinds: Iterable[type[Prediction]]) -> type[BaseModel]:
    """Predictions of one kind, or of any of several."""
    said: Any = Union[tuple(dict.fromkeys(kinds)) or (kind,)]  # noqa: UP007 - made of what the bundle holds
    parts: dict[str, Any] = {"answer": (str, ...), "predictions": (list[said], ...)}
    name = kind.__name__.removesuffix("Prediction") + "Answer"
    return create_model(name, __config__=ConfigDict(extra="forbid"), **parts)


def _check_events(units: list[Mapping[str, Any]]) -> None:
    total = sum(len(unit["events"]) for unit in units)
    if total > MAX_EVENTS:
        message = f"{total:,} events are more than {MAX_EVENTS:,}; send the units in parts."
        raise Refusal(413, "too_large", message, "units")


def _sentence(error: InputError) -> str:
    text = str(error)
    return f"{text[:1].upper()}{text[1:]}."
