"""What `/metrics` tells Prometheus, over all workers of a service."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from prometheus_client import Counter, Gauge, Histogram

__all__ = [
    "count_batch",
    "count_predictions",
    "count_request",
    "log_failed",
    "log_written",
    "phase",
    "set_bundle",
]

_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


def _keep_apart() -> None:
    """Give the workers of this service a folder of their own for what they count.

    BentoML has one folder per BENTOML_HOME, which every service that starts empties and all of
    them count in: services side by side would tell each other's numbers, or lose theirs.
    """
    variable = "PROMETHEUS_MULTIPROC_DIR"
    if variable not in os.environ:
        return
    server = psutil.Process(os.getppid())
    name = f"clickwise-metrics-{server.pid}-{server.create_time():.0f}"
    folder = Path(tempfile.gettempdir()) / name
    folder.mkdir(exist_ok=True)
    os.environ[variable] = str(folder)


# Before any metric is made: each opens its file then.
_keep_apart()

_REQUESTS = Counter("clickwise_requests", "Requests answered.", ["path", "status"])
_REQUEST_SECONDS = Histogram(
    "clickwise_request_seconds", "From the first byte to the last.", ["path"], buckets=_SECONDS
)
_PHASE_SECONDS = Histogram(
    "clickwise_phase_seconds",
    "Parts of a prediction: reading, scoring with the wait for it, reasons, writing.",
    ["phase"],
    buckets=_SECONDS,
)
_BATCH = Histogram(
    "clickwise_batch_requests",
    "Requests that one pass through query and graph answered.",
    buckets=(1, 2, 4, 8, 16, 32, 64, 128),
)
_PREDICTIONS = Counter("clickwise_predictions", "Predictions by band.", ["answer", "band"])
_WARNED = Counter("clickwise_predictions_warned", "Predictions with warnings.", ["answer"])
_TRAINED = Gauge(
    "clickwise_bundle_trained_timestamp_seconds",
    "When the bundle that is served was trained, in seconds since 1970.",
    ["model_version"],
    multiprocess_mode="mostrecent",
)
_LOGGED = Counter("clickwise_prediction_log_rows", "Rows written to the prediction log.")
_LOST = Counter("clickwise_prediction_log_lost_rows", "Rows that could not be written to it.")


def count_request(path: str, status: int, seconds: float) -> None:
    """Count an answered request.

    Parameters
    ----------
    path : str
        One of few.
    status : int
        0 where the caller hung up.
    seconds : float
        What it took.
    """
    _REQUESTS.labels(path, status).inc()
    _REQUEST_SECONDS.labels(path).observe(seconds)


@contextmanager
def phase(name: str) -> Iterator[None]:
    """Measure a part of a prediction.

    Parameters
    ----------
    name : {'read', 'score', 'explain', 'write'}
        Which.
    """
    began = time.perf_counter()
    try:
        yield
    finally:
        _PHASE_SECONDS.labels(name).observe(time.perf_counter() - began)


def count_batch(requests: int) -> None:
    """Count a pass through query and graph.

    Parameters
    ----------
    requests : int
        That it answered.
    """
    _BATCH.observe(requests)


def count_predictions(answer: str, bands: Iterable[str], warned: int) -> None:
    """Count predictions by band.

    Parameters
    ----------
    answer : str
        Which question they answer.
    bands : iterable of str
        The band of each, of few.
    warned : int
        How many have a warning of their own.
    """
    for band in bands:
        _PREDICTIONS.labels(answer, band).inc()
    _WARNED.labels(answer).inc(warned)


def set_bundle(model_version: str, trained: float) -> None:
    """Say which bundle is served.

    Parameters
    ----------
    model_version : str
        Its model's version.
    trained : float
        Seconds since 1970.
    """
    _TRAINED.labels(model_version).set(trained)


def log_written(rows: int) -> None:
    """Count rows of the prediction log.

    Parameters
    ----------
    rows : int
        That were written.
    """
    _LOGGED.inc(rows)


def log_failed(rows: int) -> None:
    """Count rows that the prediction log lost.

    Parameters
    ----------
    rows : int
        That could not be written, or found no room.
    """
    _LOST.inc(rows)
