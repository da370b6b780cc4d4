"""The three real services: that all is wired, not how it behaves."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

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


def _log_of_refused_start(home: Path, target: str) -> str:
    """What a server says that ends by itself, at once and not well."""
    server = serving.start(home, target)
    deadline = time.monotonic() + serving.START_SECONDS
    while server.process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.1)
    ended = server.process.poll()
    serving.stop(server)
    assert ended not in (None, 0)
    return server.log.read_text()
