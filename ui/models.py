"""The app's own models of what the services answer over HTTP.

They hold what the app reads and ignore the rest, so a service may add a field without breaking
the app; `tests/ui/test_contract.py` holds them against each service's OpenAPI.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat

__all__ = [
    "Answer",
    "Answered",
    "Complement",
    "ConversionEvaluation",
    "ConversionPrediction",
    "Evaluation",
    "Evidence",
    "Example",
    "Input",
    "Interval",
    "Model",
    "Prediction",
    "Problem",
    "RevenueEvaluation",
    "RevenuePrediction",
    "Scope",
    "SegmentProfile",
    "SegmentationEvaluation",
    "SegmentationPrediction",
    "Task",
    "Windows",
]

Scope = Literal["session", "customer", "row"]
Probability = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class Task(StrEnum):
    """The three services."""

    CONVERSION = "conversion"
    REVENUE = "revenue"
    SEGMENTATION = "segmentation"


class _Read(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Input(_Read):
    """One column that a model takes."""

    name: str
    type: Literal["number", "string"]
    unit: str
    description: str
    minimum: float | None = None
    maximum: float | None = None
    categories: list[str] | None = None


class Windows(_Read):
    """The windows of time in days; None where the data has no such time."""

    target_days: int | None = None
    history_days: int | None = None


class Complement(_Read):
    """What 1 minus a chance says, under a name of its own."""

    name: Literal["abandonment", "churn"]
    meaning: str


class SegmentProfile(_Read):
    """One segment as the training data shows it."""

    segment: int
    size: int
    share: float


class Evidence(_Read):
    """How many rows training had, and how many units said yes and no where that is asked."""

    training_rows: int
    training_positives: int | None = None
    training_negatives: int | None = None


class Answer(_Read):
    """What the app needs of one answer's manifest."""

    scope: Scope
    meaning: str
    complement: Complement | None = None
    status: Literal["yes", "proxy"]
    status_reason: str
    inputs: list[Input]
    windows: Windows
    evidence: Evidence | None = None
    threshold: float | None = None
    warnings: list[str] = []
    segments: list[SegmentProfile] = []


class Model(_Read):
    """`GET /model`: the manifest and the model's version."""

    task: Task
    source: str
    simulated: bool
    mapping: dict[str, Any] | None = None
    input_kind: Literal["events", "rows"]
    time_resolution: Literal["time", "date", "none"]
    context_columns: list[str]
    model_version: str
    data_version: str
    default_answer: str = ""
    answers: dict[str, Answer]
    refused: dict[str, str] = {}

    @property
    def answer(self) -> Answer:
        """The manifest of the answer that the app asks for: the task's default."""
        return self.answers[self.default_answer]


class Prediction(_Read):
    """What every service says of one unit."""

    id: str
    value: FiniteFloat
    meaning: str
    proxy: bool
    simulated: bool
    warnings: list[str]
    model_version: str
    data_version: str


class ConversionPrediction(Prediction):
    """A probability, and whether it stands above the threshold."""

    value: Probability
    threshold: Probability | None = None
    likely: bool | None = None


class Interval(_Read):
    """Where an amount lies with the probability `level`."""

    level: Probability
    low: FiniteFloat
    high: FiniteFloat


class RevenuePrediction(Prediction):
    """An expected amount with its interval and, where the model has two parts, the parts."""

    interval: Interval | None = None
    spend_if_buys: FiniteFloat | None = None
    buy_probability: Probability | None = None


class SegmentationPrediction(Prediction):
    """The nearest segment, and whether the unit is near enough to fit it."""

    value: int
    name: str
    fits: bool
    label: str
    distance: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    map: tuple[FiniteFloat, FiniteFloat]


P = TypeVar("P", bound=Prediction)


class Answered(_Read, Generic[P]):
    """The body of a good answer to `POST /predict`."""

    answer: str
    predictions: list[P]


class Problem(_Read):
    """What a service says when it refuses."""

    code: str
    message: str
    field: str | None = None


class Refusal(_Read):
    """The body of a bad answer."""

    error: Problem


class Example(_Read):
    """`GET /example`: a body for `POST /predict` that works."""

    units: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = []


class Evaluation(_Read):
    """`GET /evaluation`, of which the app draws a part."""


class ScoreCounts(_Read):
    """Holdout scores of those who did and those who did not, counted per bin."""

    edges: list[float]
    positives: list[int]
    negatives: list[int]


class AmountCounts(_Read):
    """Holdout predictions, counted per bin."""

    edges: list[float]
    counts: list[int]


class ConversionEvaluation(Evaluation):
    """How the holdout's chances are spread."""

    scores: ScoreCounts


class RevenueEvaluation(Evaluation):
    """How the holdout's amounts are spread."""

    scores: AmountCounts


class SegmentationEvaluation(Evaluation):
    """Where a sample of the training units lies on the map: x, y and segment."""

    map: list[tuple[float, float, int]]
