"""The whole application as a user runs it: three real services and the app, on free ports."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.services import serving

__all__ = ["App", "Application", "app", "services", "started"]

ROOT = Path(__file__).parents[2]
STOP_SECONDS = 30.0


@dataclass(frozen=True)
class App:
    """The app, which runs."""

    url: str
    process: subprocess.Popen[bytes]


@dataclass(frozen=True)
class Application:
    """What runs."""

    url: str
    services: dict[str, serving.Server]
    home: Path

    def stop(self, task: str) -> None:
        """Stop one service."""
        serving.stop(self.services[task])

    def start(self, task: str) -> None:
        """Start a service that was stopped, where it was."""
        port = httpx.URL(self.services[task].url).port
        again = serving.start(self.home, serving.SERVICES[task], port=port)
        # Whoever started all ends what stands here.
        self.services[task] = again
        serving.await_ready(again)


@contextmanager
def started(bundles: Path, folder: Path) -> Iterator[Application]:
    """Start the services on bundles (`bundles/<task>`) and the app beside them.

    A model store of their own is made in `folder`.
    """
    home = folder / "bentoml"
    with services(bundles, home) as servers, app(servers, folder / "app.log") as one:
        yield Application(one.url, servers, home)


@contextmanager
def services(bundles: Path, home: Path) -> Iterator[dict[str, serving.Server]]:
    """Start the services on bundles (`bundles/<task>`), which are stored in `home`."""
    serving.store(home, [bundles / task for task in serving.SERVICES])
    with serving.started(home, serving.SERVICES) as servers:
        yield servers


@contextmanager
def app(services: Mapping[str, serving.Server], log: Path) -> Iterator[App]:
    """Start the app beside services, and end it."""
    port = _free_port()
    command = [sys.executable, "-m", "streamlit", "run", "ui/app.py", "--server.headless=true"]
    command += [f"--server.port={port}", "--server.address=127.0.0.1"]
    command += ["--server.fileWatcherType=none"]
    where = {f"CLICKWISE_{task.upper()}_URL": one.url for task, one in services.items()}
    where["CLICKWISE_STATUS_TIMEOUT"] = "30"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | where, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        _await_health(f"http://127.0.0.1:{port}", process, log)
        yield App(f"http://127.0.0.1:{port}", process)
    finally:
        process.terminate()
        process.wait(STOP_SECONDS)


def _await_health(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        if process.poll() is not None:
            break
        with suppress(httpx.TransportError):
            if httpx.get(f"{url}/_stcore/health", trust_env=False).text == "ok":
                return
        time.sleep(0.1)
    raise AssertionError(f"the app did not get ready:\n{log.read_text()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
