"""The app's own models of `GET /evaluation`: what its pages draw of each model's holdout."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

from ui.models import Metric

__all__ = [
    "Abandonment",
    "Backtest",
    "Candidate",
    "ClassEvaluation",
    "ConversionEvaluation",
    "Decile",
    "Effect",
    "Evaluation",
    "Importance",
    "PriceEffect",
    "RevenueEvaluation",
    "Rfm",
    "SegmentationEvaluation",
    "Thresholds",
    "Week",
]


class _Read(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class ScoreCounts(_Read):
    """Holdout scores of those who did and those who did not, counted per bin."""

    edges: list[float]
    positives: list[int]
    negatives: list[int]


class AmountCounts(_Read):
    """Holdout predictions, counted per bin."""

    edges: list[float]
    counts: list[int]


class Candidate(_Read):
    """The best of one family of models."""

    family: str
    trials: int
    validation_loss: float | None = None
    holdout_loss: float | None = None
    silhouette: float | None = None
    failure: str | None = None


class InputImportance(_Read):
    """By how much the loss rises where an input is shuffled."""

    name: str
    rise: float
    standard_error: float


class Importance(_Read):
    """The inputs by importance, and the loss that rises."""

    loss_name: str
    loss: float
    rows: int
    inputs: list[InputImportance]


class Effect(_Read):
    """How the prediction moves with one input, all others left as they are.

    A number has rising `values`, a text its commonest `levels`.
    """

    name: str
    values: list[float] = []
    levels: list[str] = []
    effects: list[float]


class Effects(_Read):
    """Effect curves of important inputs around the mean prediction."""

    mean: float
    rows: int
    inputs: list[Effect]


class PriceChange(_Read):
    """The mean prediction if all prices were another share higher or lower."""

    share: float
    mean: float


class PriceEffect(_Read):
    """How the prediction goes with the level of prices; without an effect, why there is none."""

    effect: Effect | None = None
    mean: float | None = None
    changes: list[PriceChange] = []
    reason: str | None = None
    remark: str = ""


class Origin(_Read):
    """One step of a backtest: trained before a moment, tested after it."""

    at: str
    training_rows: int
    test_rows: int
    metrics: dict[str, Metric]


class Backtest(_Read):
    """Figures from several moments of the past; without any, why there are none."""

    origins: list[Origin] = []
    reason: str | None = None


class Evaluation(_Read):
    """What evaluations of all answers with a label share."""

    leaderboard: list[Candidate] = []
    importance: Importance | None = None
    effects: Effects | None = None
    price_effect: PriceEffect | None = None
    backtest: Backtest | None = None


class Roc(_Read):
    """Shares of those who did and those who did not that stand above each threshold."""

    false_positive_rate: list[float]
    true_positive_rate: list[float]


class PrecisionRecall(_Read):
    """The precision at which each recall is reached."""

    precision: list[float]
    recall: list[float]


class Thresholds(_Read):
    """How many rows stand at or above each threshold, by what they did."""

    threshold: list[float]
    true_positives: list[int]
    false_positives: list[int]


class Gain(_Read):
    """What a share of the rows holds, those of the highest chance first."""

    share_of_rows: float
    gain: float
    lift: float
    cumulative_lift: float


class ClickQuality(_Read):
    """Quality where as many clicks were seen."""

    clicks: int
    rows: int
    share_of_yes: float
    roc_auc: float
    roc_auc_low: float
    roc_auc_high: float


class Abandonment(_Read):
    """1 minus the chance, on the holdout's sessions with something in their cart."""

    sessions: int
    rows: int
    abandoned: int
    bought: int
    metrics: dict[str, Metric]
    baseline_metrics: dict[str, Metric]


class ConversionEvaluation(Evaluation):
    """How good chances are."""

    scores: ScoreCounts
    roc: Roc | None = None
    precision_recall: PrecisionRecall | None = None
    thresholds: Thresholds | None = None
    gains: list[Gain] = []
    confusion: list[list[int]] = []
    by_clicks: list[ClickQuality] = []
    abandonment: Abandonment | None = None


class Decile(_Read):
    """A tenth of the rows by predicted amount: what was said, and what came."""

    rows: int
    predicted: float
    actual: float
    actual_low: float
    actual_high: float


class Week(_Read):
    """A week's sums over its units, each as it was asked about first."""

    week: str
    units: int
    predicted: float
    actual: float


class Total(_Read):
    """Sums over the holdout."""

    predicted: float
    actual: float


class RevenueEvaluation(Evaluation):
    """How good amounts are."""

    scores: AmountCounts
    deciles: list[Decile] = []
    points: list[tuple[float, float]] = []
    weeks: list[Week] = []
    total: Total | None = None
    forecasts: dict[str, dict[str, Metric]] = {}


class ClassEvaluation(Evaluation):
    """How well one of several classes is foretold.

    `confusion` counts the holdout's rows by their class, and within it by the class said.
    """

    classes: list[str] = []
    confusion: list[list[int]] = []


class Profiles(_Read):
    """Segments by their inputs: standardised differences and typical values."""

    inputs: list[str]
    segments: list[int]
    differences: list[list[float]]
    typical: list[list[float]]


class RfmClass(_Read):
    """A class of RFM scores and its customers in each segment."""

    name: str
    meaning: str
    customers: int
    spend_share: float
    in_segment: dict[str, int]


class Rfm(_Read):
    """RFM classes against segments."""

    classes: list[RfmClass]
    without_order: int


class Clustering(_Read):
    """One candidate of the search for segments."""

    family: str
    segments: int
    chosen: bool = False
    silhouette: float | None = None
    davies_bouldin: float | None = None
    stability: float | None = None
    out_of_time: float | None = None
    noise_share: float | None = None
    broken: list[str] = []
    config: dict[str, Any] = {}


class SegmentationEvaluation(Evaluation):
    """Where a sample of the training units lies on the map (x, y, segment), and the profiles."""

    map: list[tuple[float, float, int]]
    names: dict[str, str] = {}
    sizes: dict[str, int] = {}
    profiles: Profiles | None = None
    rfm: Rfm | None = None
    candidates: list[Clustering] = []
    notes: list[str] = []
