"""Kills workers of a service under load, and watches its memory; `make chaos`.

`python load_tests/chaos.py [--seconds 600] [--users 50] [--every 30]`. Exit code 0 only if no
answer was wrong, 99.9 % were right with one retry, and memory grew by no more than it may.
"""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import httpx
import psutil

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parent
TARGET = "services.conversion.service:Conversion"
WORKER = "_bentoml_impl.worker.service"
WORKERS = 2
START_SECONDS = 90.0
STOP_SECONDS = 30.0
WARM_SECONDS = 20.0
MOST_GROWTH = 0.05
BODIES = 20
MIB = 2**20


@dataclass(frozen=True)
class Service:
    """A service with two workers."""

    url: str
    process: subprocess.Popen[bytes]

    def workers(self) -> list[psutil.Process]:
        """Its workers that are alive."""
        found = []
        for child in psutil.Process(self.process.pid).children(recursive=True):
            try:
                if WORKER in " ".join(child.cmdline()):
                    found.append(child)
            except psutil.NoSuchProcess:
                continue
        return found

    def memory(self) -> float:
        """MiB of all workers together."""
        return sum(worker.memory_info().rss for worker in self.workers()) / MIB


@contextmanager
def service(folder: Path) -> Iterator[Service]:
    """Serve the conversion bundle packaged last, on loopback.

    Parameters
    ----------
    folder : Path
        For the configuration, since no option of the command sets the number of workers.
    """
    configuration = folder / "bentoml.yaml"
    workers = f"services:\n  clickwise-conversion:\n    workers: {WORKERS}\n"
    configuration.write_text(workers, encoding="utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "bentoml", "serve", TARGET]
    command += ["--host", "127.0.0.1", "--port", str(port)]
    quiet = {
        "BENTOML_DO_NOT_TRACK": "true",
        "BENTOML_CONFIG": str(configuration),
        "BENTOML_CONFIG_OPTIONS": "api_server.logging.access.enabled=false",
    }
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | quiet,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    found = Service(f"http://127.0.0.1:{port}", process)
    try:
        _await_workers(found)
        yield found
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def _await_workers(found: Service) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and found.process.poll() is None:
        try:
            ready = httpx.get(f"{found.url}/readyz", timeout=5).status_code == 200
        except httpx.TransportError:
            ready = False
        if ready and len(found.workers()) == WORKERS:
            return
        time.sleep(0.2)
    raise click.ClickException("The service did not start; package a conversion bundle first.")


def known_answers(url: str) -> list[tuple[dict[str, Any], list[float]]]:
    """Bodies, and the values that are right for each.

    Parameters
    ----------
    url : str
        Of a service that nobody disturbs yet.
    """
    example = httpx.get(f"{url}/example?units={BODIES}", timeout=30).json()
    kind = "units" if "units" in example else "rows"
    found = []
    for entry in example[kind]:
        body = example | {kind: [entry]}
        answer = httpx.post(f"{url}/predict", json=body, timeout=30).json()
        found.append((body, [one["value"] for one in answer["predictions"]]))
    return found


@contextmanager
def callers(
    url: str, folder: Path, users: int, seconds: float
) -> Iterator[subprocess.Popen[bytes]]:
    """Call a service until the time is over or the block ends.

    Parameters
    ----------
    url : str
        Whom.
    folder : Path
        With `known.json`; `found.json` will be there in the end.
    users : int
        At the same time.
    seconds : float
        How long.
    """
    command = [sys.executable, "-m", "locust", "--headless", "--only-summary"]
    command += ["--locustfile", str(FOLDER / "chaos_users.py"), "--host", url]
    command += ["--users", str(users), "--spawn-rate", str(users)]
    command += ["--run-time", f"{seconds:.0f}s", "--stop-timeout", "15", "--loglevel", "ERROR"]
    files = {
        "CHAOS_KNOWN": str(folder / "known.json"),
        "CHAOS_FOUND": str(folder / "found.json"),
    }
    process = subprocess.Popen(
        command, env=os.environ | files, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield process
        process.wait()
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()


def kill_workers(found: Service, process: subprocess.Popen[bytes], every: float) -> int:
    """Kill one worker after the other until the callers are done.

    Parameters
    ----------
    found : Service
        Whose.
    process : Popen
        The callers.
    every : float
        Seconds between two.

    Returns
    -------
    int
        How many were killed.
    """
    choice, killed = random.Random(7), 0
    while True:
        try:
            process.wait(every)
        except subprocess.TimeoutExpired:
            alive = found.workers()
            if len(alive) == WORKERS:
                choice.choice(alive).kill()
                killed += 1
            continue
        return killed


def _under_fire(users: int, seconds: float, every: float, folder: Path) -> bool:
    with service(folder) as found:
        known = known_answers(found.url)
        (folder / "known.json").write_text(json.dumps(known), encoding="utf-8")
        with callers(found.url, folder, users, seconds) as process:
            killed = kill_workers(found, process, every)
    counts = json.loads((folder / "found.json").read_text(encoding="utf-8"))
    asked = counts["right"] + counts["wrong"] + counts["lost"]
    click.echo(
        f"{users} users, {seconds:.0f} s, {killed} workers killed: {asked:,} questions, "
        f"{counts['wrong']} answered wrong, {counts['lost']} not answered even when asked again, "
        f"{counts['again']} asked again, {counts['right'] / max(asked, 1):.4%} right."
    )
    return process.returncode == 0 and killed > 0


def _memory(users: int, seconds: float, folder: Path) -> bool:
    with (
        service(folder) as found,
        callers(found.url, folder, users, seconds + WARM_SECONDS) as process,
    ):
        time.sleep(WARM_SECONDS)
        before = found.memory()
        time.sleep(max(seconds - 5, 0))
        after = found.memory()
    growth = after / before - 1
    click.echo(
        f"{users} users, {seconds:.0f} s after {WARM_SECONDS:.0f} s to warm up: {WORKERS} workers "
        f"hold {before:.0f} MiB, then {after:.0f} MiB ({growth:+.1%})."
    )
    return process.returncode == 0 and growth <= MOST_GROWTH


@click.command()
@click.option("--seconds", default=600.0, show_default=True, help="How long each part lasts.")
@click.option("--users", default=50, show_default=True, help="Callers at the same time.")
@click.option("--every", default=30.0, show_default=True, help="Seconds between two kills.")
@click.option("--no-memory", is_flag=True, help="Leave out the part that watches memory.")
def main(seconds: float, users: int, every: float, no_memory: bool) -> None:
    """Kill workers under load, and watch memory."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        good = _under_fire(users, seconds, every, folder)
        if not no_memory:
            good &= _memory(users, seconds, folder)
    click.echo("Chaos: all as it has to be." if good else "Chaos: not as it has to be, see above.")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
