"""Forecasts that need no search stand beside the winner."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from automl.forecasts import last_window_spend, lifetime_value_spend, orders_before
from clickstream.sources import read_source
from clickstream.units import end_of_log


def test_last_windows_spend_is_what_was_bought_in_it() -> None:
    moment = datetime(2026, 3, 31)
    orders = pd.DataFrame(
        {
            "customer_id": ["a", "a", "a", "b"],
            "time": pd.to_datetime(["2026-03-02", "2026-03-03", "2026-03-30", "2026-03-01"]),
            "amount": [100.0, 5.0, 7.5, 3.0],
        }
    )
    asked = np.array(["b", "a", "nobody"], dtype=object)
    assert last_window_spend(orders, moment, asked, 28).tolist() == [0.0, 12.5, 0.0]


def test_bg_nbd_expects_most_of_who_orders_often_and_nothing_of_nobody(orders: Path) -> None:
    log = read_source([orders])
    moment = end_of_log(log) - timedelta(days=90)
    before = orders_before(log, moment)
    groups = [f"c{number}" for number in range(220)], [f"c{number}" for number in range(220, 600)]
    regulars, others = (
        lifetime_value_spend(before, moment, np.array(group), days=90) for group in groups
    )
    ((spent,),) = log.connection.execute(
        "SELECT sum(price * quantity)::DOUBLE FROM events WHERE event_type = 'purchase' "
        "AND event_time >= ? AND customer_id IS NOT NULL",
        [moment],
    ).fetchall()
    assert regulars.mean() > 2 * others.mean() > 0
    assert regulars.sum() + others.sum() == pytest.approx(spent, rel=0.5)
    nobody = lifetime_value_spend(before, moment, np.array(["nobody known"]), days=90)
    assert nobody.tolist() == [0.0]
