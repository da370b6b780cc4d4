from __future__ import annotations

from clickstream.leaks import derived_leaks


def test_a_declared_column_is_dropped_with_its_reason() -> None:
    (leak,) = derived_leaks({"PageValues": "made from revenue"})
    assert (leak.kind, leak.columns, leak.reason, leak.action) == (
        "derived",
        ["PageValues"],
        "made from revenue",
        "dropped",
    )
