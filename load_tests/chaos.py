"""What services have to bear: killed workers under load, hours of it, and odd requests.

`benchmarks.chaos`, which `make chaos` runs, says what came of it.
"""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import httpx
import psutil

from load_tests.fuzz import fuzz

__all__ = ["Attack", "kills", "memory", "odd"]

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parent
TASKS = ("conversion", "revenue", "segmentation")
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


@dataclass(frozen=True)
class Attack:
    """What the services have to bear.

    Attributes
    ----------
    seconds, every : float
        How long each part lasts, and what lies between two kills.
    users : int
        Callers at the same time.
    cases : int
        Odd requests to each path at most.
    folder : Path
        For files in between.
    wrong : list of str
        What was not as it has to be, a sentence each.
    """

    seconds: float
    every: float
    users: int
    cases: int
    folder: Path
    wrong: list[str] = field(default_factory=list)


@contextmanager
def service(folder: Path, task: str = "conversion") -> Iterator[Service]:
    """Serve a task's bundle packaged last, on loopback.

    Parameters
    ----------
    task : str, default "conversion"
        Whose.
    folder : Path
        For the configuration, since no option of the command sets the number of workers.
    """
    configuration = folder / "bentoml.yaml"
    workers = f"services:\n  clickwise-{task}:\n    workers: {WORKERS}\n"
    configuration.write_text(workers, encoding="utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "bentoml", "serve"]
    command += [f"services.{task}.service:{task.capitalize()}"]
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
    raise click.ClickException("The service did not start; package a bundle for it first.")


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


def kills(attack: Attack) -> Iterator[str]:
    """Kill workers one after the other while users ask what is known, and judge each answer.

    Parameters
    ----------
    attack : Attack
        How long, and by how many.
    """
    folder = attack.folder
    with service(folder) as found:
        known = known_answers(found.url)
        (folder / "known.json").write_text(json.dumps(known), encoding="utf-8")
        with callers(found.url, folder, attack.users, attack.seconds) as process:
            killed = kill_workers(found, process, attack.every)
    counts = json.loads((folder / "found.json").read_text(encoding="utf-8"))
    asked = counts["right"] + counts["wrong"] + counts["lost"]
    yield (
        f"{attack.users} users for {attack.seconds:.0f} s on {WORKERS} workers of conversion, "
        f"{killed} of them killed: {asked:,} questions, {counts['wrong']} answered wrong, "
        f"{counts['lost']} not answered even when asked again, {counts['again']:,} asked again, "
        f"{counts['right'] / max(asked, 1):.4%} right."
    )
    if process.returncode or not killed:
        attack.wrong.append("Answers were wrong or lost while workers were killed.")


def memory(attack: Attack) -> Iterator[str]:
    """Watch how the memory of workers grows under load.

    Parameters
    ----------
    attack : Attack
        How long, and by how many.
    """
    folder, seconds = attack.folder, attack.seconds
    with service(folder) as found:
        known = known_answers(found.url)
        (folder / "known.json").write_text(json.dumps(known), encoding="utf-8")
        with callers(found.url, folder, attack.users, seconds + WARM_SECONDS) as process:
            time.sleep(WARM_SECONDS)
            before = found.memory()
            time.sleep(max(seconds - 5, 0))
            after = found.memory()
    growth = after / before - 1
    yield (
        f"{attack.users} users, {seconds:.0f} s after {WARM_SECONDS:.0f} s to warm up: {WORKERS} "
        f"workers hold {before:.0f} MiB, then {after:.0f} MiB ({growth:+.1%})."
    )
    if process.returncode or growth > MOST_GROWTH:
        attack.wrong.append(f"Memory grew by {growth:.1%}, or answers were wrong meanwhile.")


def odd(attack: Attack) -> Iterator[str]:
    """Ask every service what Schemathesis makes of its description.

    Parameters
    ----------
    attack : Attack
        How much is asked.
    """
    total = 0
    for task in TASKS:
        with service(attack.folder, task) as found:
            fuzzed = fuzz(found.url, attack.cases)
        total += fuzzed.cases
        yield (
            f"- {task}: {fuzzed.cases:,} requests to {fuzzed.operations} paths, "
            f"{len(fuzzed.failures)} kinds of wrong answers"
        )
        if fuzzed.failures:
            attack.wrong.append(f"{task} answered odd requests wrong:\n{fuzzed.said}")
    yield ""
    yield f"{total:,} requests in all, made by Schemathesis from what each service says of itself."
