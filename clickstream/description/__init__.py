"""What is in a data set: small tables of aggregates that the engine computes, for pages to draw."""

from clickstream.description.describing import describe
from clickstream.description.filtering import Filter, count_filtered
from clickstream.description.tables import (
    Balance,
    Bars,
    Calendar,
    Correlations,
    Day,
    Description,
    Histogram,
    Missing,
    Path,
    Place,
    Sample,
    Step,
    Visits,
)

__all__ = [
    "Balance",
    "Bars",
    "Calendar",
    "Correlations",
    "Day",
    "Description",
    "Filter",
    "Histogram",
    "Missing",
    "Path",
    "Place",
    "Sample",
    "Step",
    "Visits",
    "count_filtered",
    "describe",
]
