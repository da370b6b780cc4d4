"""Scoring on Spark says what scoring here says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from pandas.testing import assert_frame_equal

from automl.batch import score_dataset
from automl.spark_scores import score_on_spark
from clickstream.bundle import open_bundle
from clickstream.errors import BundleError, NotAnswerable, SourceError
from clickstream.sources import read_source
from clickstream.spark import hand_over, read_folders
from tests.clickstream.logs import END, event, read_log

CONTEXT = ("country", "device")


@pytest.fixture(scope="module")
def folder(small_shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The log in several Parquet files, a folder for each."""
    out = tmp_path_factory.mktemp("many") / "files [of, *any* name]"
    table = pq.read_table(small_shop)
    size = table.num_rows // 3 + 1
    for part in range(3):
        (out / f"part={part}").mkdir(parents=True)
        pq.write_table(table.slice(part * size, size), out / f"part={part}" / "events.parquet")
    return out


def written(out: Path) -> pd.DataFrame:
    """Scores of a folder, in the order of those made here."""
    return pd.read_parquet(out).sort_values(["answer", "unit_id"], ignore_index=True)


@pytest.mark.parametrize("task", ["conversion", "segmentation"])
def test_scores_are_those_of_duckdb(
    models: Path, small_shop: Path, session, tmp_path: Path, task: str
) -> None:
    bundle, dataset = open_bundle(models / task), read_source([small_shop])
    expected = score_dataset(bundle, dataset)
    log = hand_over(dataset, session.newSession(), tmp_path)
    found = score_on_spark(bundle, log, tmp_path / "scores")
    assert found.rows == expected.num_rows > 500
    assert found.columns == expected.column_names
    assert found.answers == list(bundle.manifest.answers)
    assert_frame_equal(written(tmp_path / "scores"), expected.to_pandas(), rtol=1e-6)


def test_a_folder_of_many_files_is_scored_without_duckdb(
    models: Path, small_shop: Path, folder: Path, session, tmp_path: Path
) -> None:
    bundle = open_bundle(models / "segmentation")
    log = read_folders([folder], session.newSession(), CONTEXT)
    score_on_spark(bundle, log, tmp_path / "scores {of} it")
    expected = score_dataset(bundle, read_source([small_shop])).to_pandas()
    assert_frame_equal(written(tmp_path / "scores {of} it"), expected, rtol=1e-6)


def test_a_folder_of_anything_else_is_refused(session, tmp_path: Path) -> None:
    pd.DataFrame({"session_id": ["s1"], "price": [1.0]}).to_parquet(tmp_path / "rows.parquet")
    with pytest.raises(SourceError, match="has no column customer_id, event_index, event_time"):
        read_folders([tmp_path], session, CONTEXT)


def test_a_log_without_a_unit_leaves_no_folder(models: Path, session, tmp_path: Path) -> None:
    dataset = read_log(
        tmp_path / "log.csv", [event("s1", 1, "purchase"), END | {"event_type": "return"}]
    )
    log = hand_over(dataset, session.newSession(), tmp_path)
    with pytest.raises(NotAnswerable, match=r"No unit of the data can be scored for purchase\."):
        score_on_spark(open_bundle(models / "conversion"), log, tmp_path / "scores")
    assert not (tmp_path / "scores").exists()


def test_a_bundle_without_a_query_for_spark_is_to_be_trained_again(
    models: Path, tmp_path: Path
) -> None:
    shutil.copytree(models / "conversion", tmp_path / "old")
    bundle = open_bundle(tmp_path / "old")
    (tmp_path / "old" / "purchase" / "features.spark.sql").unlink()
    with pytest.raises(BundleError, match="Train again"):
        bundle.spark_sql("purchase")
