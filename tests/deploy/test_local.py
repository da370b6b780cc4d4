from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.services import hand_made, serving

ROOT = Path(__file__).parents[2]
NAMES = ("conversion", "revenue", "segmentation", "app")
READY_SECONDS = 120.0
STOP_SECONDS = 60.0


@pytest.fixture(scope="module")
def full_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model store with a bundle for each service."""
    folder = tmp_path_factory.mktemp("full")
    made = [
        hand_made.purchase_bundle(folder / "conversion"),
        hand_made.spend_bundle(folder / "revenue"),
        hand_made.segment_bundle(folder / "segmentation"),
    ]
    serving.store(folder / "bentoml", [bundle.path for bundle in made])
    return folder / "bentoml"


@pytest.fixture(scope="module")
def small_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model store with conversion's bundle alone."""
    folder = tmp_path_factory.mktemp("small")
    bundle = hand_made.purchase_bundle(folder / "conversion")
    serving.store(folder / "bentoml", [bundle.path])
    return folder / "bentoml"


def _free_ports() -> dict[str, str]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in NAMES]
    ports = [str(one.getsockname()[1]) for one in sockets]
    for one in sockets:
        one.close()
    return {f"CLICKWISE_{name.upper()}_PORT": port for name, port in zip(NAMES, ports, strict=True)}


@contextmanager
def _runner(store: Path, *options: str, **more: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-u", "deploy/local.py", *options]
    environment = os.environ | _free_ports() | {"BENTOML_HOME": str(store)} | more
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as runner:
        try:
            yield runner
        finally:
            if runner.poll() is None:
                runner.terminate()
                runner.wait(STOP_SECONDS)


def _read_until_ready(runner: subprocess.Popen[str]) -> str:
    return _read_until(runner, "Ready.")


def _read_until(runner: subprocess.Popen[str], wanted: str) -> str:
    assert runner.stdout is not None
    said = ""
    for line in runner.stdout:
        said += line
        if wanted in line:
            return said
    raise AssertionError(f"the runner ended before it said {wanted!r}:\n{said}")


def _finish(runner: subprocess.Popen[str]) -> str:
    said, _ = runner.communicate(timeout=READY_SECONDS)
    return said


def _left(store: Path) -> list[psutil.Process]:
    """Processes that were started with this model store."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("BENTOML_HOME") == str(store):
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            # It has just ended, or is somebody else's.
            continue
    return found


def _none_left(store: Path) -> bool:
    deadline = time.monotonic() + 5.0
    while _left(store) and time.monotonic() < deadline:
        time.sleep(0.1)
    return not _left(store)


def test_the_smoke_round_is_right_and_leaves_nothing_behind(full_store: Path) -> None:
    with _runner(full_store, "--smoke") as runner:
        said = _finish(runner)
    assert runner.returncode == 0, said
    assert "The smoke round is right." in said
    assert _none_left(full_store)


def test_the_smoke_round_wants_all_three(small_store: Path) -> None:
    with _runner(small_store, "--smoke", "--no-app") as runner:
        said = _finish(runner)
    assert runner.returncode == 1
    assert "revenue is left out: no clickwise-revenue is in the model store" in said
    assert "WRONG" in said
    assert _none_left(small_store)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_everything(small_store: Path, number: signal.Signals) -> None:
    with _runner(small_store, "--no-app") as runner:
        said = _read_until_ready(runner)
        assert "conversion    http://127.0.0.1:" in said
        assert len(_left(small_store)) > 2, "the runner, a service and its worker"
        runner.send_signal(number)
        said = _finish(runner)
    assert runner.returncode == 0, said
    assert number.name in said
    assert _none_left(small_store)


def test_a_signal_while_starting_ends_everything(small_store: Path) -> None:
    with _runner(small_store, "--no-app") as runner:
        assert runner.stdout is not None
        for line in runner.stdout:
            if line.startswith("Starting"):
                break
        runner.send_signal(signal.SIGINT)
        _finish(runner)
    assert runner.returncode == 0
    assert _none_left(small_store)


def test_when_a_service_dies_it_is_named_and_the_others_stay(small_store: Path) -> None:
    with _runner(small_store) as runner:
        _read_until_ready(runner)
        children = {
            "streamlit" in " ".join(child.cmdline()): child
            for child in psutil.Process(runner.pid).children()
        }
        service, app = children[False], children[True]
        service.kill()
        said = _read_until(runner, "stay up")
        assert app.is_running()
        runner.send_signal(signal.SIGTERM)
        _finish(runner)
    assert runner.returncode == 0
    assert "conversion ended by itself with exit code -9" in said
    assert "1 of 2 stay up." in said
    assert _none_left(small_store), "the service's worker is an orphan, and ended all the same"


def test_a_taken_port_is_said_before_anything_starts(small_store: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with _runner(small_store, CLICKWISE_CONVERSION_PORT=port) as runner:
            said = _finish(runner)
    assert runner.returncode == 2
    assert f"Port {port}, which conversion wants, is in use" in said
    assert "CLICKWISE_CONVERSION_PORT" in said
    assert "Starting" not in said


def test_a_service_that_does_not_get_ready_is_named_with_its_log(small_store: Path) -> None:
    with _runner(small_store, "--no-app", "--patience", "0.1") as runner:
        said = _finish(runner)
    assert runner.returncode == 1
    assert "conversion was not ready within 0.1 s" in said
    assert _none_left(small_store)


def test_without_any_bundle_there_is_nothing_to_serve(tmp_path: Path) -> None:
    with _runner(tmp_path) as runner:
        said = _finish(runner)
    assert runner.returncode == 2
    assert "No bundle is stored" in said


def test_a_setting_that_makes_no_sense_is_named(tmp_path: Path) -> None:
    with _runner(tmp_path, CLICKWISE_APP_PORT="abc") as runner:
        output = _finish(runner)
        assert runner.returncode == 2
    assert "CLICKWISE_APP_PORT is 'abc'" in output
    assert "Traceback" not in output
