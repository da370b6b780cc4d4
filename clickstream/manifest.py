"""What a bundle says of itself: the models behind `manifest.json`."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = [
    "FORMAT_VERSION",
    "AnswerManifest",
    "CalibrationBin",
    "Complement",
    "Evidence",
    "Input",
    "Interval",
    "IntervalBin",
    "Leak",
    "Manifest",
    "Metric",
    "NamedAfter",
    "NextWindow",
    "Parity",
    "ProductClass",
    "Recommendations",
    "RfmBorders",
    "SegmentProfile",
    "Strategy",
    "Trait",
    "Windows",
]

FORMAT_VERSION = 1
"""Raised whenever an older service could misread a newer bundle."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Input(_Part):
    """One column that a model takes."""

    name: str
    type: Literal["number", "string"]
    unit: str
    description: str
    minimum: float | None = Field(default=None, description="smallest value in training")
    maximum: float | None = Field(default=None, description="largest value in training")
    lowest: float | None = Field(default=None, description="no value can lie below, by its meaning")
    highest: float | None = Field(default=None, description="no value can lie above")
    categories: list[str] | None = Field(default=None, description="values seen in training")
    topic: str | None = Field(
        default=None, description="what it is about; reasons tell of all inputs of a topic at once"
    )


class Metric(_Part):
    """A figure measured on the holdout with its 95 % bootstrap interval."""

    value: float
    low: float
    high: float


class Leak(_Part):
    """An input or a split that gives the label away, and what was done about it."""

    kind: Literal[
        "derived",
        "determines",
        "predicts alone",
        "far ahead",
        "after the cut",
        "split",
        "window",
        "duplicates",
    ]
    columns: list[str] = Field(description="inputs concerned; none where the split leaks")
    reason: str
    action: Literal["dropped", "warned", "blocks release"]


class Evidence(_Part):
    """How many units say yes and no, in training and in the holdout."""

    training_rows: int
    training_units: int | None = Field(
        default=None, description="customers, where some are asked about twice"
    )
    training_positives: int | None = None
    training_negatives: int | None = None
    holdout_rows: int
    holdout_units: int | None = None
    holdout_positives: int | None = None
    holdout_negatives: int | None = None
    split: str


class Windows(_Part):
    """The windows of time in days; None where the source has no such time."""

    target_days: int | None = None
    history_days: int | None = None


class Complement(_Part):
    """What 1 minus a chance says, under a name of its own."""

    name: Literal["abandonment", "churn"]
    meaning: str


class CalibrationBin(_Part):
    """Predicted against observed share of yes among holdout rows of similar score."""

    rows: int
    predicted: float
    observed: float


class IntervalBin(_Part):
    """Quantiles of the residuals (actual minus predicted) of rows of similar prediction."""

    start: float = Field(description="smallest prediction of the bin; the next bin's is its end")
    rows: int
    low: float | None = Field(
        default=None, description="left out where the interval begins at an amount of 0"
    )
    high: float


class Interval(_Part):
    """How far actual amounts lie from predicted ones, on rows the model did not see."""

    level: float
    bins: list[IntervalBin]
    holdout_coverage: float


class Parity(_Part):
    """How far the ONNX graph is from the fitted pipeline over all holdout rows."""

    rows: int
    largest_difference: float
    tolerance: float


class Trait(_Part):
    """What sets a segment apart: its mean against everyone's, in standard deviations."""

    input: str
    difference: float
    typical: float
    typical_overall: float


class RfmBorders(_Part):
    """Borders of the quintiles among training's customers who ordered, ascending, four each."""

    recency: list[float] = Field(description="days since the last order")
    frequency: list[float] = Field(description="orders")
    monetary: list[float] = Field(description="amount bought")


class Strategy(_Part):
    """What to do about the customers of a segment, in a marketer's words."""

    goal: str
    channel: str
    offer: str
    measure: str = Field(description="what tells whether it worked")


class NextWindow(_Part):
    """What training's members of a segment did in the target window that followed."""

    buying_share: float = Field(description="share of them that bought anything; 0 to 1")
    spend_mean: float = Field(description="amount bought per member, zeros included")


class SegmentProfile(_Part):
    """One segment as the training data shows it."""

    segment: int
    name: str = Field(description="no other segment of the answer has the same")
    size: int
    share: float
    revenue_share: float | None = Field(
        default=None, description="of all that was bought within the history; 0 to 1"
    )
    traits: list[Trait]
    strategy: Strategy
    next_window: NextWindow | None = Field(
        default=None, description="none where segments are not of customers who buy"
    )
    moves: dict[str, float] = Field(
        default_factory=dict,
        description="share of its members by the segment that they are nearest to one target "
        "window later; `gone` where they are not seen any more",
    )


class ProductClass(_Part):
    """A category that a customer may spend most on."""

    name: str
    share: float = Field(description="of training's cases, 0 to 1")


class NamedAfter(_Part):
    """What is recommended after one product."""

    product: str
    named: list[str] = Field(description="the first of what `/recommend` names, the best first")


class Recommendations(_Part):
    """How often the next product of a session is among those that `/recommend` names first."""

    action: Literal["view", "purchase"] = Field(
        description="what was learned from and judged: views, or purchases of a log without views"
    )
    products: int = Field(description="that are known")
    split: str
    sessions: int = Field(description="of the holdout, whose last product was to be foretold")
    metrics: dict[str, Metric] = Field(
        description="hit rate and mean reciprocal rank among the first 5 and 20"
    )
    baselines: dict[str, dict[str, Metric]] = Field(
        description="the same of popular products, of all and of the last product's category, and "
        "of what was viewed before"
    )
    examples: list[NamedAfter] = Field(
        default=[], description="of popular products, each with its category where it has one"
    )


class AnswerManifest(_Part):
    """Everything a service or a reader must know of one answer."""

    scope: Literal["session", "customer", "row"]
    meaning: str
    complement: Complement | None = None
    status: Literal["yes", "proxy"]
    status_reason: str
    label: str | None = None
    family: str
    members: int = Field(default=1, description="models averaged, alike but for their seeds")
    inputs: list[Input]
    windows: Windows
    cuts: list[int] | None = Field(
        default=None,
        description="clicks at which sessions were cut to learn and judge; none where all were",
    )
    evidence: Evidence
    threshold: float | None = None
    threshold_rule: str | None = Field(
        default=None, description="how the threshold was chosen: f1, precision=0.5 or cost=2,40"
    )
    calibration: list[CalibrationBin] = []
    calibration_method: Literal["none", "sigmoid", "isotonic"] | None = Field(
        default=None, description="how chances were calibrated, on rows no model saw"
    )
    interval: Interval | None = None
    metrics: dict[str, Metric]
    baseline: str
    baseline_metrics: dict[str, Metric]
    parity: Parity
    leaks: list[Leak] = []
    warnings: list[str] = []
    segments: list[SegmentProfile] = []
    segments_as_of: datetime | None = Field(
        default=None, description="when customers were as their segments describe them"
    )
    rfm: RfmBorders | None = None
    classes: list[ProductClass] = Field(
        default=[], description="what the columns of the output `value` are chances of"
    )


class Manifest(_Part):
    """`manifest.json` of a bundle."""

    format_version: int
    task: Literal["conversion", "revenue", "segmentation"]
    source: str
    simulated: bool
    mapping: dict[str, Any] | None = Field(
        default=None, description="how the file was read, for other files of its shape"
    )
    input_kind: Literal["events", "rows"]
    time_resolution: Literal["time", "date", "none"]
    context_columns: list[str]
    data_version: str
    default_answer: str | None = Field(
        default=None,
        description="which is meant where none is named; null where a bundle only recommends",
    )
    answers: dict[str, AnswerManifest]
    recommendations: Recommendations | None = None
    refused: dict[str, str] = Field(
        default_factory=dict,
        description="answers of this task that were not packaged, and why; also `recommendations`",
    )
    versions: dict[str, str]
    seed: int
    files: dict[str, str]
    run: dict[str, Any]

    @property
    def model_version(self) -> str:
        """Short hash of all that the run itself did not leave: same model, same version."""
        lasting = self.model_dump(mode="json", exclude={"run"})
        text = json.dumps(lasting, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:12]
