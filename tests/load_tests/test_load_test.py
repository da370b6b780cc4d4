from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.ui import standins
from ui.models import Task

ROOT = Path(__file__).parents[2]


def _run(urls: Mapping[Task, str], html: Path, *options: str) -> subprocess.CompletedProcess[str]:
    nobody = "http://127.0.0.1:9"
    where = {f"CLICKWISE_{task.upper()}_URL": urls.get(task, nobody) for task in Task}
    command = [
        sys.executable,
        "load_tests/run.py",
        "--seconds",
        "2",
        "--users",
        "5",
        "--html",
        str(html),
    ]
    command += options
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | where, capture_output=True, text=True, check=False
    )


def _all_answers(**changes: Any) -> standins.Route:
    described = standins.model(Task.REVENUE)

    def route(body: dict[str, Any]) -> standins.Reply:
        made = [standins.prediction(described, unit) | changes for unit in body["units"]]
        return standins.ok({"answer": "session_spend", "predictions": made})

    return route


def _drifting() -> standins.Route:
    """Right in form and range, but every answer differs a little from the one before."""
    described, calls = standins.model(Task.REVENUE), iter(range(10**9))

    def route(body: dict[str, Any]) -> standins.Reply:
        drift = 1e-6 * next(calls)
        made = [standins.prediction(described, unit) for unit in body["units"]]
        made = [one | {"value": one["value"] + drift} for one in made]
        return standins.ok({"answer": "session_spend", "predictions": made})

    return route


def test_right_answers_pass_and_a_table_stands_at_the_end(tmp_path: Path) -> None:
    with standins.served(standins.three()) as urls:
        done = _run(urls, tmp_path / "load.html")
    assert "<html" in (tmp_path / "load.html").read_text()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "every answer was right" in done.stdout
    for task in Task:
        assert f"{task} /predict" in done.stdout + done.stderr


WRONG = {
    "values that drift": (_drifting(), "first answer to the same body"),
    "other ids": (_all_answers(id="visit-9"), "ids ['visit-9'"),
    "an interval that ends before it begins": (
        _all_answers(interval={"level": 0.9, "low": 2.0, "high": 1.0}),
        "ends before it begins",
    ),
    "a prediction without a value": (_all_answers(value=None), "without its numbers"),
    "no JSON": (lambda body: (200, b"hello"), "wrong answer"),
    "an error": (lambda body: standins.refused(500, "internal_error", "Oops."), "status 500"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_answer_fails_however_fast(what: str, tmp_path: Path) -> None:
    route, said = WRONG[what]
    services = standins.three()
    services[Task.REVENUE].routes["/predict"] = route
    with standins.served(services) as urls:
        done = _run(urls, tmp_path / "load.html")
    assert done.returncode != 0
    assert said in done.stdout + done.stderr


def test_a_slow_service_fails_by_name(tmp_path: Path) -> None:
    services = standins.three()

    def slow(body: dict[str, Any]) -> standins.Reply:
        time.sleep(0.3)
        return services[Task.REVENUE].answer(body)

    services[Task.REVENUE].routes["/predict"] = slow
    with standins.served(services) as urls:
        done = _run(urls, tmp_path / "load.html", "--limit-ms", "200")
    assert done.returncode != 0
    assert "revenue /predict is slow" in done.stdout + done.stderr
    assert "conversion /predict is slow" not in done.stdout + done.stderr


def test_a_service_that_is_down_fails(tmp_path: Path) -> None:
    services = standins.three()
    del services[Task.REVENUE]
    with standins.served(services) as urls:
        done = _run(urls, tmp_path / "load.html")
    assert done.returncode != 0
    assert "revenue /example" in done.stdout + done.stderr
