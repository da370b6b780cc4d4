import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import clickstream.simulator
from clickstream.errors import SourceError
from clickstream.simulator import simulate
from clickstream.sources import read_source
from clickstream.versions import data_version


def test_the_package_offers_what_it_says():
    assert clickstream.simulator.__all__ == ["Simulation", "simulate"]


def test_columns_are_the_canonical_ones(log):
    schema = pq.read_schema(log.events_path)
    assert schema.field("event_time").type == pa.timestamp("us", tz="UTC")
    assert schema.field("price").type == pa.decimal128(10, 2)
    assert schema.field("event_index").type == schema.field("quantity").type == pa.int32()
    strings = [field.name for field in schema if field.type == pa.string()]
    assert strings == [
        "session_id", "customer_id", "event_type", "product_id", "category", "description",
        "country", "device",
    ]  # fmt: skip
    assert log.events.notna().all(axis=None)
    assert (log.events["description"].str.split().str.len() >= 3).all()


def test_truth_has_one_row_per_cut(log):
    schema = pq.read_schema(log.truth_path)
    assert schema.names == [
        "session_id", "customer_id", "cut_index", "purchase_probability", "purchase",
    ]  # fmt: skip
    assert not log.truth.duplicated(["session_id", "cut_index"]).any()


def test_files_say_that_they_are_simulated(log):
    for path in (log.events_path, log.truth_path):
        content = json.loads(pq.read_schema(path).metadata[b"clickwise.simulated"])
        assert content == {"seed": 11, "events": 100_000, "version": 1}


def test_a_name_that_ends_in_csv_makes_the_same_table_as_csv(tmp_path):
    for name in ("shop.parquet", "shop.csv"):
        simulate(2_000, tmp_path / name, seed=3)
    assert (tmp_path / "shop.csv").read_bytes().startswith(b'"session_id","customer_id"')
    as_parquet, as_csv = (read_source([tmp_path / name]) for name in ("shop.parquet", "shop.csv"))
    assert as_csv.source == as_parquet.source == "simulated"
    assert data_version(as_csv) == data_version(as_parquet)


def test_counts_are_those_of_the_file(log):
    assert log.counts.events == len(log.events) >= 100_000
    assert log.counts.customers == log.events["customer_id"].nunique()
    assert log.counts.sessions == log.events["session_id"].nunique()
    assert log.counts.purchases == (log.events["event_type"] == "purchase").sum()


def test_the_same_seed_gives_the_same_content_and_another_seed_another(tmp_path):
    tables = []
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        simulate(3_000, tmp_path / name, seed=seed, truth=tmp_path / f"{name}-truth")
        tables.append([pq.read_table(tmp_path / file) for file in (name, f"{name}-truth")])
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert tables[0][1].equals(tables[1][1])
    assert not tables[0][0].equals(tables[2][0])


def test_truth_changes_nothing_in_the_log(log, tmp_path):
    simulate(100_000, tmp_path / "shop.parquet", seed=11)
    assert (tmp_path / "shop.parquet").read_bytes() == log.events_path.read_bytes()


def test_a_larger_log_begins_with_the_smaller_one_in_whole_histories(log, tmp_path):
    small = simulate(2_000, tmp_path / "small", seed=11, truth=tmp_path / "small-truth")
    events, truth = pq.read_table(tmp_path / "small"), pq.read_table(tmp_path / "small-truth")
    assert events.equals(pq.read_table(log.events_path).slice(0, len(events)))
    assert truth.equals(pq.read_table(log.truth_path).slice(0, len(truth)))
    following = log.events["customer_id"].iloc[len(events)]
    assert following not in events["customer_id"].to_pylist()
    assert set(truth["session_id"].to_pylist()) <= set(events["session_id"].to_pylist())
    assert small.events == len(events)


def test_blocks_are_joined_without_a_seam(tmp_path):
    seen: list[int] = []
    path = tmp_path / "shop.parquet"
    counts = simulate(150_000, path, truth=tmp_path / "truth.parquet", progress=seen.append)
    assert len(seen) == pq.ParquetFile(path).num_row_groups == 2
    assert seen == sorted(seen)
    assert seen[-1] == counts.events
    ids = pq.read_table(path, columns=["session_id", "customer_id"]).to_pandas()
    assert ids["customer_id"].is_monotonic_increasing
    assert ids["session_id"].is_monotonic_increasing
    assert ids["session_id"].nunique() == counts.sessions
    truth = pq.read_table(tmp_path / "truth.parquet").to_pandas()
    owners = ids.drop_duplicates().set_index("session_id")["customer_id"]
    assert (owners.loc[truth["session_id"]].to_numpy() == truth["customer_id"]).all()


@pytest.mark.parametrize("events", [0, -5])
def test_no_events_are_refused(tmp_path, events):
    with pytest.raises(SourceError, match=f"cannot simulate {events} events"):
        simulate(events, tmp_path / "shop.parquet")


def test_places_that_cannot_be_written_are_refused(tmp_path):
    with pytest.raises(SourceError, match="no folder"):
        simulate(10, tmp_path / "nowhere" / "shop.parquet")
    with pytest.raises(SourceError, match="it is a folder"):
        simulate(10, tmp_path)
    with pytest.raises(SourceError, match="name two files"):
        simulate(10, tmp_path / "shop.parquet", truth=tmp_path / "shop.parquet")
    with pytest.raises(SourceError, match="cannot write"):
        simulate(10, Path("/proc/shop.parquet"))


def test_a_run_that_is_broken_off_leaves_no_file(tmp_path):
    def stop(events: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulate(10, tmp_path / "shop.parquet", truth=tmp_path / "truth", progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_rates_are_those_of_a_web_shop(log):
    kinds = log.events.groupby(["session_id", "event_type"]).size().unstack(fill_value=0)
    visits = kinds[kinds["return"] == 0]
    carts, orders = visits["cart"] > 0, visits["purchase"] > 0
    clicks = visits.sum(axis=1)
    assert 5 < clicks.mean() < 7
    assert clicks.quantile(0.99) > 4 * clicks.mean()
    assert 0.04 < orders.mean() < 0.09
    assert 0.60 < 1 - orders.sum() / carts.sum() < 0.75
    assert 0.05 < kinds["return"].sum() / kinds["purchase"].sum() < 0.20
