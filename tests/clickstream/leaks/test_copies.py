"""Copies under other names are found; what is alike by chance is not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import numpy as np
import pytest

from clickstream.leaks import copied_row_leaks, copied_session_leaks
from clickstream.manifest import Leak
from clickstream.scoring import FeatureBatch
from clickstream.tables import Dataset
from tests.clickstream.conftest import Read
from tests.clickstream.logs import Event, event


def session(name: str, seed: int, clicks: int = 6, day: int = 1) -> list[Event]:
    """Clicks on products and at moments that only the seed decides."""
    random = np.random.default_rng(seed)
    moment = datetime(2026, 3, day)
    events = []
    for index in range(1, clicks + 1):
        moment += timedelta(seconds=int(random.integers(1, 300)))
        product = f"p{random.integers(0, 50)}"
        events.append(event(name, index, product_id=product, event_time=f"{moment.isoformat()}Z"))
    return events


def sides(dataset: Dataset, training: Iterable[str], holdout: Iterable[str]) -> list[Leak]:
    return copied_session_leaks(dataset.connection, set(training), set(holdout), timed=True)


def test_a_session_under_another_id_and_date_is_found_across_the_split(read: Read) -> None:
    log = [*session("s1", 1), *session("s2", 2), *session("t1", 1, day=9), *session("t2", 3)]
    (leak,) = sides(read(log), ["s1", "s2"], ["t1", "t2"])
    assert (leak.kind, leak.action) == ("duplicates", "blocks release")
    assert leak.reason.startswith("1 of 2 sessions of the holdout have a twin in training")
    assert "such as 't1'" in leak.reason


def test_a_log_joined_to_a_copy_of_itself_is_found_on_one_side(read: Read) -> None:
    log = [*session("s1", 1), *session("s2", 2), *session("t1", 1), *session("t2", 2)]
    (leak,) = sides(read(log), ["s1", "t1"], ["s2", "t2"])
    assert (leak.kind, leak.action) == ("duplicates", "warned")
    assert "counted twice" in leak.reason


def test_short_sessions_are_alike_by_chance(read: Read) -> None:
    log = [*session("s1", 1, clicks=4), *session("t1", 1, clicks=4, day=9)]
    assert sides(read(log), ["s1"], ["t1"]) == []


def test_without_times_a_copy_needs_more_events(read: Read) -> None:
    for clicks, copies in ((8, 0), (12, 1)):
        log = read([*session("s1", 1, clicks), *session("t1", 1, clicks, day=9)])
        found = copied_session_leaks(log.connection, ["s1"], ["t1"], timed=False)
        assert len(found) == copies


def test_the_same_products_at_other_times_are_no_copy(read: Read) -> None:
    late = session("t1", 1, day=9)
    late[3]["event_time"] = late[2]["event_time"]
    assert sides(read([*session("s1", 1), *late]), ["s1"], ["t1"]) == []


def test_a_few_copies_among_many_are_warned_of(read: Read) -> None:
    log = [*session("s1", 1), *session("t1", 1, day=9)]
    (leak,) = sides(read(log), ["s1"], ["t1", *(f"t{n}" for n in range(2, 300))])
    assert leak.action == "warned"
    assert "too few to move its figures" in leak.reason


@pytest.mark.parametrize("file", ["eshop2008/e-shop clothing 2008.csv", "rees46/2019-Oct.csv"])
def test_no_session_of_a_real_log_is_a_copy(real_data, file: str) -> None:
    from clickstream.sources import read_source

    dataset = read_source([real_data(file)])
    ids = sorted(dataset.table.session_id.to_pyarrow().unique().to_pylist())
    timed = dataset.time_resolution == "time"
    leaks = copied_session_leaks(dataset.connection, ids[::2], ids[1::2], timed=timed)
    assert leaks == []


def rows(size: int, columns: int = 8, values: int = 9) -> FeatureBatch:
    numbers = np.random.default_rng(size).integers(0, values, (size, columns)).astype(np.float32)
    return FeatureBatch([str(n) for n in range(size)], numbers, np.empty((size, 0), object))


def copied(of: FeatureBatch, number: int, among: FeatureBatch) -> FeatureBatch:
    numbers = np.vstack([of.numeric[:number], among.numeric[number:]])
    return FeatureBatch(among.unit_ids, numbers, among.categorical)


def test_rows_of_the_holdout_that_training_holds_are_found() -> None:
    training, holdout = rows(800), rows(200)
    label = np.zeros(800)
    (leak,) = copied_row_leaks(training, label, copied(training, 40, holdout), np.zeros(200))
    assert (leak.kind, leak.action) == ("duplicates", "blocks release")
    assert "of 200 rows of the holdout have a twin in training with the same" in leak.reason
    assert int(leak.reason.split()[0]) >= 35
    (leak,) = copied_row_leaks(training, label, copied(training, 1, holdout), np.zeros(200))
    assert leak.action == "warned"
    assert copied_row_leaks(training, label, holdout, np.zeros(200)) == []


def test_rows_that_differ_in_their_label_are_no_copies() -> None:
    training, holdout = rows(800), rows(200)
    assert (
        copied_row_leaks(training, np.zeros(800), copied(training, 40, holdout), np.ones(200)) == []
    )


def test_a_number_of_each_row_does_not_hide_a_copy() -> None:
    training, holdout = rows(800), rows(200)
    planted = copied(training, 40, holdout)
    numbered = [
        FeatureBatch(
            batch.unit_ids,
            np.column_stack([batch.numeric, np.arange(start, start + len(batch.unit_ids))]),
            batch.categorical,
        )
        for start, batch in ((0, training), (800, planted))
    ]
    (leak,) = copied_row_leaks(numbered[0], np.zeros(800), numbered[1], np.zeros(200))
    assert int(leak.reason.split()[0]) >= 35, "a row at the commonest values is no evidence"


def test_rows_of_few_values_are_alike_by_chance() -> None:
    training, holdout = rows(800, columns=4, values=3), rows(200, columns=4, values=3)
    assert copied_row_leaks(training, np.zeros(800), holdout, np.zeros(200)) == []


def test_ordinary_rows_are_alike_by_chance() -> None:
    ordinary = [
        FeatureBatch(batch.unit_ids, batch.numeric * (batch.numeric > 7), batch.categorical)
        for batch in (rows(800), rows(200))
    ]
    assert copied_row_leaks(ordinary[0], np.zeros(800), ordinary[1], np.zeros(200)) == []


def test_rows_that_one_value_decides_are_alike_by_chance() -> None:
    def made(size: int) -> FeatureBatch:
        one = np.random.default_rng(size).integers(0, 400, size).astype(np.float32)
        numbers = np.column_stack([one, one**2, np.sqrt(one), np.zeros((size, 4))])
        return FeatureBatch([str(n) for n in range(size)], numbers, np.empty((size, 0), object))

    assert copied_row_leaks(made(800), np.zeros(800), made(200), np.zeros(200)) == []
