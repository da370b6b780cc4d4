"""What Spark lacks is said in a sentence before anything starts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyarrow import RecordBatch

from clickstream.errors import EngineError
from clickstream.spark import read_folders, spark_session
from clickstream.spark.session import spark_failures
from tests.spark import java


def started() -> None:
    with spark_session("local[2]"):
        raise AssertionError("Spark started")


def test_without_java_the_way_out_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineError, match=r"none was found .* `apt-get install openjdk-17-jre"):
        started()


@pytest.mark.parametrize("version", ["1.8.0_392", "11.0.21"])
def test_an_older_java_is_told_from_one_that_will_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "java"
    program.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(EngineError, match=f"found {version.split('.')[0]}: install one"):
        started()


def test_without_any_java_the_tests_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(java, "_found", lambda: False)
    monkeypatch.setattr(java, "apt_install", lambda *packages: None)
    with pytest.raises(RuntimeError, match="apt-get install openjdk-17-jre-headless"):
        java.require_java()


def test_what_spark_cannot_do_is_one_line(session, tmp_path: Path) -> None:
    with pytest.raises(EngineError) as failed, spark_failures("local[2]"):
        read_folders([tmp_path], session, ())
    assert str(failed.value).startswith("Spark (local[2]) failed: ")
    assert "Unable to infer schema for Parquet" in str(failed.value)
    assert "\n" not in str(failed.value)


def test_what_fails_in_a_process_of_sparks_is_named(session) -> None:
    def fail(batches: Iterator[RecordBatch]) -> Iterator[RecordBatch]:
        raise ValueError("no such batch")
        yield from batches

    named = pytest.raises(EngineError, match=r"Python worker: ValueError: no such batch$")
    with named, spark_failures("local[2]"):
        session.range(3).mapInArrow(fail, "id long").collect()
