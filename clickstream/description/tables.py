"""The small tables that a description is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

__all__ = [
    "Balance",
    "Bars",
    "Calendar",
    "Correlations",
    "Day",
    "Description",
    "Histogram",
    "Missing",
    "Path",
    "Place",
    "Sample",
    "Step",
    "Visits",
]


@dataclass(frozen=True)
class Missing:
    """How many rows have no value in a column."""

    column: str
    missing: int
    rows: int


@dataclass(frozen=True)
class Histogram:
    """How often values fall into bins of equal width.

    Attributes
    ----------
    of : str
        What is counted by what, for a title.
    value : str
        Name of the value.
    unit : str
        Of the value.
    counted : str
        What a count is of.
    edges : tuple of float
        Bins + 1 edges; a bin holds its lower edge and not its upper one.
    counts : tuple of int
        One per bin.
    above : int
        Values at the last edge or above, which lies just beyond the 99 % quantile.
    missing : int
        Rows without a finite value.
    whole : bool
        Whether the values are whole numbers.
    """

    of: str
    value: str
    unit: str
    counted: str
    edges: tuple[float, ...]
    counts: tuple[int, ...]
    above: int
    missing: int
    whole: bool


@dataclass(frozen=True)
class Bars:
    """The commonest values of a column.

    Attributes
    ----------
    column : str
        Its name.
    counted : str
        What a count is of.
    bars : tuple of (str, int)
        Values and counts, the commonest first.
    others : int
        Rows with another value.
    other_values : int
        How many other values there are.
    missing : int
        Rows without a value.
    """

    column: str
    counted: str
    bars: tuple[tuple[str, int], ...]
    others: int
    other_values: int
    missing: int


@dataclass(frozen=True)
class Correlations:
    """Pearson's correlation of every two columns over all rows; None where one is constant."""

    names: tuple[str, ...]
    values: tuple[tuple[float | None, ...], ...]


@dataclass(frozen=True)
class Sample:
    """Some rows, chosen by a hash of their content or id.

    Attributes
    ----------
    of : str
        What a row is.
    names : tuple of str
        Columns, with their units.
    rows : tuple of tuple of float
        Values; None where missing.
    marked : tuple of bool
        Whether a row says yes: a session that bought, a row with the label.
    mark : str
        What a marked row is; "" where nothing can be marked.
    """

    of: str
    names: tuple[str, ...]
    rows: tuple[tuple[float | None, ...], ...]
    marked: tuple[bool, ...]
    mark: str


@dataclass(frozen=True)
class Visits:
    """All sessions in a few figures.

    Attributes
    ----------
    sessions : int
        How many there are.
    events_mean, events_median : float
        Clicks per session.
    views_mean : float
        Product views per session.
    duration_mean, duration_median : float or None
        Seconds from first to last click; None where the source has no times.
    bounces : float
        Share of sessions of a single click.
    buying : float or None
        Share of sessions with a purchase; None where the log has no purchase at all.
    """

    sessions: int
    events_mean: float
    events_median: float
    views_mean: float
    duration_mean: float | None
    duration_median: float | None
    bounces: float
    buying: float | None


@dataclass(frozen=True)
class Place:
    """What sessions do at a category, or at a product.

    Attributes
    ----------
    name : str
        The category or the product.
    clicks, sessions : int
        Clicks on it, and sessions with at least one.
    entries : int
        Sessions that began with it.
    bounce_rate : float or None
        Share of the sessions that began with it and went no further; None where none did.
    exit_rate : float
        Share of its clicks that were the last of their session.
    """

    name: str
    clicks: int
    sessions: int
    entries: int
    bounce_rate: float | None
    exit_rate: float


@dataclass(frozen=True)
class Step:
    """A step of the funnel and the sessions that reach it, whatever they did before."""

    name: str
    sessions: int


@dataclass(frozen=True)
class Path:
    """The first steps of sessions, and how many sessions begin so."""

    steps: tuple[str, ...]
    sessions: int


@dataclass(frozen=True)
class Balance:
    """How many units say yes, and how many no.

    Attributes
    ----------
    of : {'sessions', 'customers', 'rows'}
        What is counted.
    label : str
        What yes means: `bought`, or a column with its code for yes.
    yes, no : int
        Units; those that say neither are left out.
    """

    of: Literal["sessions", "customers", "rows"]
    label: str
    yes: int
    no: int


@dataclass(frozen=True)
class Calendar:
    """Events by weekday (Monday first) and hour (UTC): seven rows of 24 counts."""

    counts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Day:
    """Events of a date."""

    day: date
    events: int


@dataclass(frozen=True)
class Description:
    """What is in a data set; what does not apply to it is empty or None.

    Attributes
    ----------
    missing : tuple of Missing
        By column.
    histograms : tuple of Histogram
        Of events: prices, session lengths, durations, gaps and order values. Of rows: numbers.
    bars : tuple of Bars
        Of events: their kinds, categories, products and context. Of rows: texts.
    correlations : Correlations or None
        Of sessions, or of the columns of rows.
    sample : Sample or None
        For a plot of pairs.
    visits : Visits or None
        Sessions of a log with views.
    place : str
        What the places are: `category`, or `product` where the log has no categories.
    places : tuple of Place
        Bounces and exits.
    funnel : tuple of Step
        Sessions that view, fill a cart and buy.
    paths : tuple of Path
        How sessions begin.
    calendar : Calendar or None
        Where events have times.
    days : tuple of Day
        Where events have dates.
    balance : tuple of Balance
        Of events with purchases: sessions and customers that bought. Of rows: each label.
    """

    missing: tuple[Missing, ...]
    histograms: tuple[Histogram, ...]
    bars: tuple[Bars, ...]
    correlations: Correlations | None = None
    sample: Sample | None = None
    visits: Visits | None = None
    place: str = "category"
    places: tuple[Place, ...] = ()
    funnel: tuple[Step, ...] = ()
    paths: tuple[Path, ...] = ()
    calendar: Calendar | None = None
    days: tuple[Day, ...] = ()
    balance: tuple[Balance, ...] = ()
