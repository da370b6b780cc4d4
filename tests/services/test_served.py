"""The three real services: that all is wired, not how it behaves."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pyarrow.parquet as pq
import pytest

from tests.services import hand_made, serving

TASKS = list(serving.SERVICES)


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics", "/docs", "/report", "/model"])
def test_pages_are_there(served: dict[str, serving.Server], task: str, path: str) -> None:
    assert served[task].get(path).status_code == 200


@pytest.mark.parametrize("task", TASKS)
def test_the_example_is_answered(served: dict[str, serving.Server], task: str) -> None:
    server = served[task]
    answer = server.post("/predict", json=server.get("/example").json())
    assert answer.status_code == 200
    assert len(answer.json()["predictions"]) == 1


@pytest.mark.parametrize("task", TASKS)
def test_the_docs_are_ours_and_of_this_service(
    served: dict[str, serving.Server], task: str
) -> None:
    docs = served[task].get("/docs.json").json()
    assert docs["info"]["title"] == f"Clickwise {task}"
    assert "/predict" in docs["paths"]


def test_unknown_paths_are_answered_in_our_form(served: dict[str, serving.Server]) -> None:
    answer = served["conversion"].get("/nowhere")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"


def test_predictions_are_counted(served: dict[str, serving.Server]) -> None:
    server = served["revenue"]
    server.post("/predict", json=server.get("/example").json())
    assert 'endpoint="/predict",http_response_code="200"' in server.get("/metrics").text


def test_services_side_by_side_count_each_for_itself(served: dict[str, serving.Server]) -> None:
    body = served["conversion"].get("/example").json()
    for _ in range(3):
        assert served["conversion"].post("/predict", json=body).status_code == 200
    told = {task: server.get("/metrics").text for task, server in served.items()}
    assert 'clickwise_predictions_total{answer="purchase"' in told["conversion"]
    for task in ("revenue", "segmentation"):
        assert 'answer="purchase"' not in told[task]


def test_metrics_tell_phases_bands_and_the_age_of_the_bundle(
    served: dict[str, serving.Server],
) -> None:
    server = served["conversion"]
    server.post("/predict", json=server.get("/example").json() | {"explain": True})
    told = server.get("/metrics").text
    for phase in ("read", "score", "explain", "write"):
        assert f'clickwise_phase_seconds_count{{phase="{phase}"}}' in told
    assert 'clickwise_requests_total{path="/predict",status="200"}' in told
    assert "clickwise_bundle_trained_timestamp_seconds{" in told
    assert "clickwise_batch_requests_bucket" in told


def test_every_answer_carries_the_id_of_its_request(served: dict[str, serving.Server]) -> None:
    url = f"{served['revenue'].url}/model"
    assert httpx.get(url, headers={"X-Request-ID": "one-2"}).headers["x-request-id"] == "one-2"
    assert len(httpx.get(url).headers["x-request-id"]) == 32


def test_a_failed_request_is_one_line_of_json_in_the_log(store: Path, tmp_path: Path) -> None:
    environment = {"CLICKWISE_SERVICE_REQUEST_LOG": "true"}
    target = {"conversion": serving.SERVICES["conversion"]}
    with serving.started(store, target, environment=environment) as servers:
        server = servers["conversion"]
        httpx.get(f"{server.url}/nowhere", headers={"X-Request-ID": "lost"})
    lines = [json.loads(line) for line in server.log.read_text().splitlines() if line[:1] == "{"]
    (line,) = [line for line in lines if line.get("request_id") == "lost"]
    assert (line["status"], line["path"], line["owner"]) == (404, "other", "local")


def test_a_wrong_setting_or_key_ends_the_start_with_a_sentence(store: Path) -> None:
    target = serving.SERVICES["revenue"]
    log = _log_of_refused_start(store, target, {"CLICKWISE_SERVICE_THREADS": "none"})
    assert "CLICKWISE_SERVICE_THREADS" in log
    log = _log_of_refused_start(store, target, {"CLICKWISE_SERVICE_API_KEYS": "my-secret"})
    assert "is not `owner:sha256`" in log
    assert "my-secret" not in log


def test_what_has_begun_is_finished_when_the_service_is_told_to_end(
    store: Path, tmp_path: Path
) -> None:
    environment = {"CLICKWISE_SERVICE_PREDICTION_LOG": str(tmp_path / "log")}
    target = {"conversion": serving.SERVICES["conversion"]}
    first, second = hand_made.SESSION_EVENTS
    unit = {"id": "", "events": [first] * 8 + [second] * 8}
    body = {"units": [unit | {"id": str(number)} for number in range(1_000)]}
    with serving.started(store, target, environment=environment) as servers:
        server = servers["conversion"]
        with ThreadPoolExecutor(1) as callers:
            answer = callers.submit(server.post, "/predict", body)
            while not server.get("/metrics").text.count("clickwise_batch_requests_count 1.0"):
                time.sleep(0.005)
            server.process.terminate()
            assert answer.result().status_code == 200
            assert len(answer.result().json()["predictions"]) == 1_000
    logged = sum(pq.read_metadata(file).num_rows for file in (tmp_path / "log").iterdir())
    assert logged == 1_000


def test_a_damaged_bundle_is_refused_at_start_by_name(store: Path, tmp_path: Path) -> None:
    home = tmp_path / "bentoml"
    shutil.copytree(store / "models", home / "models")
    (file,) = (home / "models" / "clickwise-revenue").glob("*/bundle/*/features.sql")
    file.write_text("SELECT 1")
    log = _log_of_refused_start(home, serving.SERVICES["revenue"])
    assert "BundleError" in log
    assert "customer_spend/features.sql is not the file that was packaged" in log


def test_a_bundle_of_another_task_is_refused_at_start(store: Path, tmp_path: Path) -> None:
    home = tmp_path / "bentoml"
    shutil.copytree(store / "models", home / "models")
    (bundle,) = (home / "models" / "clickwise-revenue").glob("*/bundle")
    shutil.rmtree(bundle)
    hand_made.segment_bundle(bundle)
    log = _log_of_refused_start(home, serving.SERVICES["revenue"])
    assert "holds a segmentation bundle, but a revenue bundle was expected" in log


def test_a_service_without_a_bundle_says_which_is_missing(tmp_path: Path) -> None:
    log = _log_of_refused_start(tmp_path, serving.SERVICES["segmentation"])
    assert "Model clickwise-segmentation:latest could not be found" in log


def _log_of_refused_start(
    home: Path, target: str, environment: Mapping[str, str] | None = None
) -> str:
    """What a server says that ends by itself, at once and not well."""
    server = serving.start(home, target, environment=environment)
    deadline = time.monotonic() + serving.START_SECONDS
    while server.process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.1)
    ended = server.process.poll()
    serving.stop(server)
    assert ended not in (None, 0)
    return server.log.read_text()
