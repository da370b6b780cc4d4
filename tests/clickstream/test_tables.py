from __future__ import annotations

from clickstream.loading import EVENT_TYPES
from clickstream.tables import CLICK_TYPES, EVENT_KINDS, RowCounts, event_schema
from tests.clickstream.logs import END


def test_canonical_events_have_the_columns_and_types_that_services_load(read) -> None:
    dataset = read([END])
    described = dataset.connection.execute("DESCRIBE events").fetchall()
    types = {name: kind for name, kind, *_ in described}
    assert types == EVENT_TYPES | dict.fromkeys(dataset.context_columns, "VARCHAR")
    assert list(event_schema(dataset.context_columns)) == list(types)


def test_a_return_is_an_event_but_no_click() -> None:
    assert set(EVENT_KINDS) - set(CLICK_TYPES) == {"return"}


def test_counts_are_balanced_if_every_row_read_is_kept_or_quarantined() -> None:
    assert RowCounts(10, 7, {"no time": 1, "no price": 2}).balanced()
    assert not RowCounts(10, 7, {"no time": 1}).balanced()
