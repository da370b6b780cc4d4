"""What is in a data set: small tables of aggregates that the engine computes, for pages to draw."""

from clickstream.description.describing import describe
from clickstream.description.tables import (
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
    "describe",
]
