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
    "ConversionPrediction",
    "Evidence",
    "Example",
    "Input",
    "Interval",
    "Model",
    "Prediction",
    "Problem",
    "RevenuePrediction",
    "Scope",
    "SegmentProfile",
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


class Metric(_Read):
    """A figure on the holdout with its 95 % interval."""

    value: float
    low: float
    high: float


class Input(_Read):
    """One column that a model takes."""

    name: str
    type: Literal["number", "string"]
    unit: str
    description: str
    minimum: float | None = None
    maximum: float | None = None
    categories: list[str] | None = None

    @property
    def seen(self) -> str:
        """What training saw of it."""
        if self.categories is not None:
            return ", ".join(self.categories)
        if self.minimum is None or self.maximum is None:
            return ""
        return f"{self.minimum:g} – {self.maximum:g}"


class Windows(_Read):
    """The windows of time in days; None where the data has no such time."""

    target_days: int | None = None
    history_days: int | None = None


class Complement(_Read):
    """What 1 minus a chance says, under a name of its own."""

    name: Literal["abandonment", "churn"]
    meaning: str


class Trait(_Read):
    """One of the inputs that set a segment apart, in standard deviations and in its own unit."""

    input: str
    difference: float
    typical: float
    typical_overall: float


class Strategy(_Read):
    """What marketing may do about a segment."""

    goal: str
    channel: str
    offer: str
    measure: str


class NextWindow(_Read):
    """What a segment did in the window after the one that made it."""

    buying_share: float
    spend_mean: float


class SegmentProfile(_Read):
    """One segment as the training data shows it.

    `moves` has, by the number of the segment one window later (or `gone`), the share that went
    there.
    """

    segment: int
    name: str = ""
    size: int
    share: float
    revenue_share: float | None = None
    traits: list[Trait] = []
    strategy: Strategy | None = None
    next_window: NextWindow | None = None
    moves: dict[str, float] = {}


class Calibration(_Read):
    """Rows of similar chances: what was said of them, and what came of it."""

    predicted: float
    observed: float
    rows: int


class IntervalBounds(_Read):
    """How an amount's interval was made and how often it held."""

    level: float
    holdout_coverage: float


class Leak(_Read):
    """An input that gave the label away, and what was done about it."""

    columns: list[str]
    kind: str
    reason: str
    action: str


class Evidence(_Read):
    """How many rows training had, and how many units said yes and no where that is asked."""

    split: str = ""
    holdout_rows: int | None = None
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
    family: str = ""
    members: int = 1
    label: str | None = None
    threshold: float | None = None
    threshold_rule: str | None = None
    calibration: list[Calibration] = []
    calibration_method: str | None = None
    interval: IntervalBounds | None = None
    baseline: str = ""
    metrics: dict[str, Metric] = {}
    baseline_metrics: dict[str, Metric] = {}
    leaks: list[Leak] = []
    warnings: list[str] = []
    segments: list[SegmentProfile] = []
    segments_as_of: str | None = None


class AnswerRun(_Read):
    """How an answer's search went: seconds by family."""

    search_seconds: float | None = None
    seconds_by_family: dict[str, float] = {}


class Run(_Read):
    """When and how a bundle was made."""

    started: str = ""
    seconds: float | None = None
    engine: str = ""
    machine: str = ""
    commit: str | None = None
    answers: dict[str, AnswerRun] = {}


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
    recommendations: dict[str, Any] | None = None
    versions: dict[str, str] = {}
    seed: int | None = None
    run: Run = Run()

    @property
    def names(self) -> list[str]:
        """Names of the answers, the default first."""
        return sorted(self.answers, key=lambda name: name != self.default_answer)

    @property
    def answer(self) -> Answer:
        """The manifest of the answer that the app asks for: the task's default."""
        return self.answers[self.default_answer]


class Reason(_Read):
    """What one topic of inputs did to a prediction, and the values of those inputs."""

    topic: str
    effect: float
    values: dict[str, float | str] = {}


class Prediction(_Read):
    """What every service says of one unit, with `base` and `reasons` where they were asked for."""

    id: str
    value: FiniteFloat
    meaning: str
    proxy: bool
    simulated: bool
    warnings: list[str]
    model_version: str
    data_version: str
    base: float | None = None
    reasons: list[Reason] = []


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


class Rfm(_Read):
    """Recency, frequency and monetary value from 1 to 5, and the class that they make."""

    recency: int
    frequency: int
    monetary: int
    name: str


class SegmentationPrediction(Prediction):
    """The nearest segment, and whether the unit is near enough to fit it."""

    value: int
    name: str
    fits: bool
    label: str
    distance: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    map: tuple[FiniteFloat, FiniteFloat]
    rfm: Rfm | None = None


class NextProduct(_Read):
    """A product that somebody may want next, and why."""

    product_id: str
    reason: str


class Recommendation(_Read):
    """The products for one unit."""

    id: str
    products: list[NextProduct]


class Recommended(_Read):
    """The body of a good answer to `POST /recommend`."""

    recommendations: list[Recommendation]


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
