"""Starts real BentoML servers on loopback and ends them, and packages for them."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
SERVICES = {
    "conversion": "services.conversion.service:Conversion",
    "revenue": "services.revenue.service:Revenue",
    "segmentation": "services.segmentation.service:Segmentation",
}
START_SECONDS = 60.0
STOP_SECONDS = 20.0


@dataclass(frozen=True)
class Server:
    """A server that is up."""

    process: subprocess.Popen[bytes]
    url: str
    log: Path

    def get(self, path: str) -> httpx.Response:
        return httpx.get(f"{self.url}{path}", timeout=30)

    def post(self, path: str, json: object) -> httpx.Response:
        return httpx.post(f"{self.url}{path}", json=json, timeout=30)


def surroundings(home: Path) -> dict[str, str]:
    """An environment that has a model store of its own, asks nobody, and reports nothing."""
    kept = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    nowhere = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    own = {"BENTOML_HOME": str(home), "BENTOML_DO_NOT_TRACK": "true", "NO_PROXY": "127.0.0.1"}
    return kept | nowhere | own


def run(home: Path, code: str, *arguments: str) -> str:
    """Run Python in a process of its own, since BentoML reads BENTOML_HOME once, at import."""
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=surroundings(home), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise AssertionError(done.stderr)
    return done.stdout.strip()


def store(home: Path, bundles: Sequence[Path]) -> list[str]:
    """Store bundles one after the other; gives their tags."""
    code = (
        "import sys, pathlib; from automl.packaging import store_bundle\n"
        "for path in sys.argv[1:]: print(store_bundle(pathlib.Path(path)))"
    )
    return run(home, code, *map(str, bundles)).splitlines()


def build(home: Path, tasks: Sequence[str]) -> list[str]:
    """Build Bentos one after the other; gives their tags."""
    code = (
        "import sys, pathlib; from automl.packaging import build_bento\n"
        "for task in sys.argv[2:]: print(build_bento(task, pathlib.Path(sys.argv[1])))"
    )
    return run(home, code, str(ROOT), *tasks).splitlines()


@contextlib.contextmanager
def started(
    home: Path,
    targets: Mapping[str, str],
    python: Path | None = None,
    folder: Path = ROOT,
    environment: Mapping[str, str] | None = None,
) -> Iterator[dict[str, Server]]:
    """Serve targets (modules or tags), all at once, until the block ends."""
    servers: dict[str, Server] = {}
    try:
        for name, target in targets.items():
            servers[name] = start(home, target, python, folder, environment)
        for server in servers.values():
            await_ready(server)
        yield servers
    finally:
        for server in servers.values():
            stop(server)


def start(
    home: Path,
    target: str,
    python: Path | None = None,
    folder: Path = ROOT,
    environment: Mapping[str, str] | None = None,
    port: int | None = None,
) -> Server:
    """Start a server without waiting for it."""
    port = port or _free_port()
    command = [str(python or sys.executable), "-m", "bentoml", "serve", target]
    command += ["--host", "127.0.0.1", "--port", str(port)]
    log = home / f"serve-{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=surroundings(home) | dict(environment or {}),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Server(process, f"http://127.0.0.1:{port}", log)


def await_ready(server: Server) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            break
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"{server.url}/readyz", timeout=5).status_code == 200:
                return
        time.sleep(0.1)
    raise AssertionError(f"{server.url} did not get ready:\n{server.log.read_text()}")


def stop(server: Server) -> None:
    """End a server and whatever it started."""
    server.process.terminate()
    try:
        server.process.wait(STOP_SECONDS)
    finally:
        # Only what this server started is in its session, and none of it may stay.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.process.pid, signal.SIGKILL)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
