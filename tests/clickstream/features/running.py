"""Feature sets run over a data set, with lookups that were learned from it."""

from __future__ import annotations

from datetime import datetime

import pandas as pd

from clickstream.cuts import session_bounds
from clickstream.features import FeatureSet, features_sql, session_features
from clickstream.lookups import learn_lookups
from clickstream.tables import Dataset, store
from tests.clickstream.logs import frame

CONTEXT = ("country", "device")
HISTORY = 60
MOMENTS = [datetime(2025, month, 1) for month in (2, 3, 4, 5)]


def features_of(dataset: Dataset, features: FeatureSet) -> pd.DataFrame:
    """Rows of a feature set in an order of their own."""
    return frame(dataset, f"FROM ({features_sql(features)}) ORDER BY unit_id, cut_index")


def learn(dataset: Dataset, moments: list[datetime] = MOMENTS) -> None:
    """Store the lookups of a data set as of some moments."""
    store(dataset.backend, "bounds", session_bounds(dataset.table))
    learn_lookups(dataset.backend, moments)


def every_session_feature(history_days: int = HISTORY) -> FeatureSet:
    """All that there is of a session with times in a shop that knows its customers."""
    return session_features(
        CONTEXT, "time", ["shoes", "shirts"], history_days=history_days, lookups=True
    )
