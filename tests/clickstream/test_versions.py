from __future__ import annotations

import pytest

from clickstream.versions import data_version
from tests.clickstream.logs import event

ROWS = [event("s1", 1), event("s1", 2, "cart"), event("s2", 1, category="")]


def test_the_version_is_a_sha256_of_the_content_and_not_of_its_order(read) -> None:
    version = data_version(read(ROWS))
    assert len(version) == 64
    assert int(version, 16) >= 0
    assert data_version(read(ROWS[::-1])) == version
    assert data_version(read(ROWS)) == version


@pytest.mark.parametrize(
    "change",
    [
        {"price": "10.01"},
        {"quantity": 2},
        {"category": ""},
        {"category": "NULL"},
        {"category": "hat"},
        {"event_time": "2026-03-02T12:01:00.000001Z"},
        {"customer_id": "c2"},
        {"country": "DK"},
    ],
    ids=str,
)
def test_any_changed_value_is_another_version(read, change) -> None:
    changed = [event("s1", 1) | change, *ROWS[1:]]
    assert data_version(read(changed)) != data_version(read(ROWS))


def test_missing_is_not_the_word_null(read) -> None:
    words = [event("s1", 1, category="NULL")]
    assert data_version(read(words)) != data_version(read([event("s1", 1, category="")]))


def test_values_do_not_trade_places_between_columns(read) -> None:
    here = [event("s1", 1, country="phone', 'phone", device="x")]
    there = [event("s1", 1, country="phone", device="phone', 'x")]
    assert data_version(read(here)) != data_version(read(there))


def test_a_row_more_is_another_version(read) -> None:
    assert data_version(read([*ROWS, event("s3", 1)])) != data_version(read(ROWS))
