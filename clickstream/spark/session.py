"""Starting Spark, or saying in a sentence what it lacks."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from clickstream.errors import EngineError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

__all__ = ["spark_failures", "spark_session"]

_JAVA = 17

_SETTINGS = {
    # Times are UTC without a zone, as DuckDB has them.
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
}

_ON_ONE_MACHINE = {
    # By its name a machine may have an address that nobody answers.
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
}


@contextmanager
def spark_session(master: str) -> Iterator[SparkSession]:
    """Start Spark, and stop it at the end.

    Parameters
    ----------
    master : str
        Where it runs: `local[*]` for all cores of this machine, or a cluster's URL.

    Raises
    ------
    EngineError
        If pyspark or Java is missing, or what is asked of Spark fails.
    """
    _require_pyspark()
    _require_java()
    with spark_failures(master):
        session = _started(master)
        try:
            yield session
        finally:
            session.stop()


@contextmanager
def spark_failures(master: str) -> Iterator[None]:
    """Turn what Spark raises into a sentence.

    Parameters
    ----------
    master : str
        Where it runs.

    Raises
    ------
    EngineError
        If anything that is asked of Spark inside fails.
    """
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError) as error:
        # What Java raised says more than that the call to it failed.
        said = str(getattr(error, "java_exception", error))
        raise EngineError(f"Spark ({master}) failed: {_in_one_line(said)}") from error


def _started(master: str) -> SparkSession:
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("clickwise").master(master)
    settings = dict(_SETTINGS)
    # Its workers would be another Python otherwise, one without what scoring needs.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    if master.startswith("local"):
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        settings |= _ON_ONE_MACHINE
    return builder.config(map=settings).getOrCreate()


def _in_one_line(text: str) -> str:
    """The first line, and of a Python process of Spark's the last one, which names the error."""
    lines = [line for line in text.splitlines() if line.strip()] or ["it does not say why"]
    return f"{lines[0]} {lines[-1]}" if lines[0].endswith(":") else lines[0]


def _require_pyspark() -> None:
    try:
        import pyspark  # noqa: F401
    except ImportError as error:
        raise EngineError(
            "Spark is not installed in this environment: build its own with `make env-spark`, "
            "and run `.venv-spark/bin/clickwise` with `--engine spark`."
        ) from error


def _require_java() -> None:
    found = _java_version()
    if found is None or found < _JAVA:
        what = "none was found on the PATH or in JAVA_HOME" if found is None else f"found {found}"
        raise EngineError(
            f"Spark needs Java {_JAVA} or newer, but {what}: install one (on Debian "
            f"`apt-get install openjdk-{_JAVA}-jre-headless`) or set JAVA_HOME to where it is."
        )


def _java_version() -> int | None:
    """The Java that Spark would run, as Spark looks for it; None where there is none."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which(str(Path(home) / "bin" / "java") if home else "java")
    if java is None:
        return None
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', told)
    return None if version is None else int(version[1])
