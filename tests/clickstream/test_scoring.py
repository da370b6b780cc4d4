"""Scoring units as `POST /predict` brings them."""

from __future__ import annotations

import copy
import random
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clickstream.bundle import open_bundle
from clickstream.errors import InputError
from clickstream.scoring import Scorer
from clickstream.sources import read_source
from clickstream.units import customer_units, session_units

Unit = dict[str, Any]


@pytest.fixture(scope="module")
def conversion(trained: Path) -> Scorer:
    return Scorer(open_bundle(trained / "conversion"))


@pytest.fixture(scope="module")
def segmentation(trained: Path) -> Scorer:
    return Scorer(open_bundle(trained / "segmentation"))


@pytest.fixture(scope="module")
def sent(shop: Path) -> list[Unit]:
    return [unit for unit in session_units(read_source([shop]), 60, 365) if len(unit["events"]) > 3]


@pytest.fixture
def units(sent: list[Unit]) -> list[Unit]:
    return copy.deepcopy(sent)


def values(scorer: Scorer, units: list[Unit]) -> np.ndarray:
    return scorer.predict_units(units).outputs["value"].ravel()


def test_chances_lie_between_0_and_1_and_amounts_at_or_above_0(trained, conversion, units) -> None:
    chances = values(conversion, units)
    assert ((chances > 0) & (chances < 1)).all()
    assert len(set(chances)) > 10
    assert (values(Scorer(open_bundle(trained / "revenue")), units) >= 0).all()


def test_answers_come_in_the_order_asked_and_do_not_depend_on_company(conversion, units) -> None:
    together = values(conversion, units)
    back = conversion.predict_units(units[::-1])
    assert back.unit_ids == [unit["id"] for unit in units[::-1]]
    np.testing.assert_array_equal(back.outputs["value"].ravel(), together[::-1])
    alone = [values(conversion, [unit])[0] for unit in units[:5]]
    # A graph adds up in another order for one row than for many, in single precision.
    np.testing.assert_allclose(alone, together[:5], rtol=1e-6, atol=1e-6)


def test_events_may_come_in_any_order_if_they_say_their_places(conversion, units) -> None:
    expected = values(conversion, units)
    for unit in units:
        random.Random(0).shuffle(unit["events"])
    np.testing.assert_array_equal(values(conversion, units), expected)


def test_without_places_events_stand_in_the_order_sent(conversion, units) -> None:
    expected = values(conversion, units)
    for unit in units:
        for event in unit["events"]:
            del event["event_index"]
    np.testing.assert_array_equal(values(conversion, units), expected)


def test_a_time_is_the_same_moment_in_every_zone(conversion, units) -> None:
    expected = values(conversion, units)
    tokyo = timezone(timedelta(hours=9))
    for unit in units:
        for event in unit["events"]:
            moment = datetime.fromisoformat(event["event_time"])
            event["event_time"] = moment.astimezone(tokyo).isoformat()
    np.testing.assert_array_equal(values(conversion, units), expected)


def test_a_quantity_that_is_left_out_is_one(conversion, units) -> None:
    for unit in units:
        for event in unit["events"]:
            event["quantity"] = 1
    expected = values(conversion, units)
    for unit in units:
        for event in unit["events"]:
            del event["quantity"]
    np.testing.assert_array_equal(values(conversion, units), expected)


def test_ids_of_the_unit_change_nothing(conversion, units) -> None:
    expected = values(conversion, units)
    renamed = [unit | {"id": f"'; DROP TABLE events; -- {n}"} for n, unit in enumerate(units)]
    np.testing.assert_array_equal(values(conversion, renamed), expected)


def test_an_id_that_is_sent_twice_is_refused(conversion, units) -> None:
    with pytest.raises(InputError, match=f"unit id '{units[0]['id']}' is sent twice"):
        conversion.predict_units([*units, units[0]])


def test_a_unit_without_an_event_up_to_its_moment_is_refused(segmentation, shop) -> None:
    unit = customer_units(read_source([shop]), 1, 365)[0]
    late = unit | {"as_of": "2024-01-01T00:00:00Z"}
    with pytest.raises(InputError, match="has no event up to the moment"):
        segmentation.predict_units([late])


def test_events_from_the_moment_on_do_not_count(segmentation, shop) -> None:
    unit = customer_units(read_source([shop]), 1, 365)[0]
    later = [event | {"event_time": unit["as_of"], "price": 9_999.0} for event in unit["events"]]
    before = segmentation.predict_units([unit]).outputs
    after = segmentation.predict_units([unit | {"events": [*unit["events"], *later]}]).outputs
    for name, expected in before.items():
        np.testing.assert_array_equal(after[name], expected)


def test_values_unlike_those_in_training_are_warned_of(conversion, units) -> None:
    assert conversion.predict_units(units).warnings == [[] for _ in units]
    odd = copy.deepcopy(units[0])
    odd["events"][-1] |= {"price": 1e6, "country": "Atlantis"}
    found = conversion.predict_units([units[1], odd])
    assert found.warnings[0] == []
    assert "country_last 'Atlantis' was not seen in training" in found.warnings[1]
    assert any(said.startswith("price_max is 1e+06, outside the") for said in found.warnings[1])
