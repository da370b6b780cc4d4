"""Of a long log a search learns from a sample of the customers."""

from __future__ import annotations

from pathlib import Path

import pytest

from automl import sampling
from automl.sampling import keep_sample
from clickstream.cuts import customer_cuts, session_cuts
from clickstream.sources import read_source
from clickstream.tables import Dataset, store

Key = tuple[str, int]


@pytest.fixture
def dataset(shop: Path) -> Dataset:
    return read_source([shop])


def cuts(dataset: Dataset) -> set[Key]:
    found: list[Key] = dataset.connection.execute("SELECT unit_id, cut_index FROM cuts").fetchall()
    assert len(found) == len(set(found))
    return set(found)


def test_a_log_of_usual_length_is_taken_whole(dataset: Dataset) -> None:
    store(dataset.backend, "cuts", session_cuts(dataset.table, "time"))
    before = cuts(dataset)
    assert keep_sample(dataset, "session") == ""
    assert cuts(dataset) == before


def test_a_sample_takes_each_customer_whole(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(dataset.backend, "cuts", session_cuts(dataset.table, "time"))
    before = cuts(dataset)
    monkeypatch.setattr(sampling, "MOST_CUTS", len(before) // 4)
    assert f"a sample of about {len(before) // 4:,} cuts" in keep_sample(dataset, "session")
    kept = cuts(dataset)
    assert kept < before
    assert 0.2 < len(kept) / len(before) < 0.3
    owner = dict(
        dataset.connection.execute(
            "SELECT session_id, coalesce(arg_min_null(customer_id, event_index), session_id) "
            "FROM events GROUP BY session_id"
        ).fetchall()
    )
    drawn = {owner[unit] for unit, _ in kept}
    assert kept == {cut for cut in before if owner[cut[0]] in drawn}


def test_who_is_drawn_at_one_moment_is_drawn_at_the_next(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sampling, "MOST_CUTS", 1_000)
    samples = []
    for moment in ("2025-04-01", "2025-04-02"):
        store(dataset.backend, "cuts", customer_cuts(dataset.table, [moment], 365))
        known = cuts(dataset)
        assert keep_sample(dataset, "customer", moments=2)
        samples.append((known, cuts(dataset)))
    (_, fewer), (_, more) = sorted(samples, key=lambda sample: len(sample[1]))
    in_both = samples[0][0] & samples[1][0]
    # The shares differ a little, and the smaller sample lies in the larger one.
    assert fewer & in_both <= more or more & in_both <= fewer
    assert len(fewer & in_both) > 100
