"""Pandas and DuckDB make the same rows, so that their times compare."""

from __future__ import annotations

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from benchmarks.pandas_events import read_events
from benchmarks.pandas_features import session_rows
from benchmarks.session_features import features_query, learn
from clickstream.cuts import session_cuts
from clickstream.lookups import LOOKUPS
from clickstream.simulator import simulate
from clickstream.sources import read_source
from clickstream.tables import store
from tests.clickstream.logs import frame

KEY = ["unit_id", "cut_index"]
HISTORY = 40
"""Days, so that some of what a customer did lies further back."""
QUOTIENTS = [
    "revisit_rate",
    "price_mean",
    "price_to_category",
    "price_to_category_mean",
    "price_to_category_before",
    "exit_rate",
    "step_share",
    "step_exit_rate",
    "next_price",
    "top_category_share",
    "back_and_forth",
    "gap_mean",
    "price_mean_before",
    "buying_share_before",
    "days_since_event",
    "days_since_order",
]
ENTROPY = "category_entropy"
"""DuckDB adds it up in decimals of twelve places."""

Rows = tuple[pd.DataFrame, pd.DataFrame]


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """Rows of DuckDB and of pandas, ordered alike."""
    shop = tmp_path_factory.mktemp("shop") / "shop.parquet"
    simulate(20_000, shop, seed=3)
    dataset = read_source([shop])
    categories = learn(dataset)
    store(dataset.backend, "cuts", session_cuts(dataset.table, "time"))
    duck = frame(dataset, features_query(dataset, categories, HISTORY))
    lookups = {name: frame(dataset, f"FROM {name}") for name in LOOKUPS}
    pandas = session_rows(read_events(shop), lookups, categories, HISTORY)
    assert set(pandas.columns) == set(duck.columns)
    # Counts are integers in pandas and its texts are categories.
    pandas = pandas[list(duck.columns)].astype(duck.dtypes)
    return tuple(made.sort_values(KEY, ignore_index=True) for made in (duck, pandas))


def test_counts_and_order_statistics_are_equal(rows: Rows) -> None:
    duck, pandas = (made.drop(columns=[*QUOTIENTS, ENTROPY]) for made in rows)
    assert_frame_equal(pandas, duck, check_exact=True)


def test_quotients_are_equal_but_for_the_last_digits(rows: Rows) -> None:
    duck, pandas = (made[QUOTIENTS] for made in rows)
    assert_frame_equal(pandas, duck, check_exact=False, rtol=1e-9, atol=0)


def test_entropies_are_equal_to_the_places_that_duckdb_keeps(rows: Rows) -> None:
    duck, pandas = (made[[ENTROPY]] for made in rows)
    assert_frame_equal(pandas, duck, check_exact=False, rtol=1e-9, atol=1e-11)


def test_the_log_has_what_the_features_tell_apart(rows: Rows) -> None:
    duck, _ = rows
    numbers = duck.drop(columns=KEY).select_dtypes("number")
    assert len(duck) > 10_000
    # Nobody in the simulated shop looks at a product twice in a row.
    assert list(numbers.columns[numbers.nunique() == 1]) == ["view_again"]
    assert duck.days_since_event.max() > HISTORY - 1
    assert (duck.sessions_before == 0).any()
    assert (duck.step_share > 0).any()
    assert duck[["first_cart", "days_since_order", "exit_rate", "step_share"]].isna().any().all()
