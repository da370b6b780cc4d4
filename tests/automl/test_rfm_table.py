"""Classes beside segments."""

import numpy as np
import pytest

from automl.rfm_table import rfm_evaluation
from clickstream.bundle import open_bundle
from clickstream.rfm import rfm_borders


def test_every_customer_is_counted_once_and_all_sales_are_shared_out() -> None:
    rng = np.random.default_rng(0)
    days = rng.uniform(0, 300, 400)
    days[:40] = np.nan
    spend = np.where(np.isnan(days), 0.0, rng.lognormal(4, 1, 400))
    columns = {"days_since_order": days, "orders": rng.geometric(0.5, 400), "spend": spend}
    labels = rng.integers(3, size=400)
    borders = rfm_borders(columns)
    assert borders is not None
    found = rfm_evaluation(borders, columns, labels)
    assert found["without_order"] == 40
    assert sum(one["customers"] for one in found["classes"]) == 360
    assert sum(one["spend_share"] for one in found["classes"]) == pytest.approx(1)
    for one in found["classes"]:
        assert sum(one["in_segment"].values()) == one["customers"]
    assert {key for one in found["classes"] for key in one["in_segment"]} == {"0", "1", "2"}


def test_a_bundle_of_customers_has_borders_and_its_report_the_classes(trained_on_orders) -> None:
    bundle = open_bundle(trained_on_orders / "segmentation")
    described = bundle.manifest.answers["segment"]
    assert described.rfm is not None
    for borders in (described.rfm.recency, described.rfm.frequency, described.rfm.monetary):
        assert len(borders) == 4
        assert borders == sorted(borders)
    found = bundle.evaluation("segment")["rfm"]
    scored = sum(one["customers"] for one in found["classes"])
    assert scored + found["without_order"] == described.evidence.training_rows
    assert "<h3>Recency, frequency and monetary value</h3>" in bundle.report()
