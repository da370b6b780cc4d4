"""Servers on one core, and callers on the other."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from benchmarks.serving import free_port

__all__ = ["Server", "call", "serving"]

_ROOT = Path(__file__).resolve().parents[2]
_CORES = sorted(os.sched_getaffinity(0))
_SERVICE_CORE, _CALLER_CORE = _CORES[0], _CORES[-1]
_START_SECONDS = 60.0
_STOP_SECONDS = 20.0
_MIB = 2**20


@dataclass(frozen=True)
class Server:
    """A server that answered.

    Attributes
    ----------
    url : str
        Where.
    start_seconds : float
        From its start to its first answer.
    process : Process
        Its first process, whose child is the worker.
    """

    url: str
    start_seconds: float
    process: psutil.Process

    def worker_mib(self) -> float:
        """Memory of its worker."""
        workers = self.process.children(recursive=True)
        return max(worker.memory_info().rss for worker in workers) / _MIB


@contextmanager
def serving(
    target: str, path: str, body: bytes, environment: Mapping[str, str]
) -> Iterator[Server]:
    """Serve on one core until the block ends.

    Parameters
    ----------
    target : str
        Module and class.
    path : str
        That is asked.
    body : bytes
        What is asked to know that it answers.
    environment : mapping of str to str
        What it is told beside the usual.
    """
    port = free_port()
    command = ["taskset", "-c", str(_SERVICE_CORE), sys.executable, "-m", "bentoml", "serve"]
    command += [target, "--host", "127.0.0.1", "--port", str(port)]
    quiet = {
        "BENTOML_DO_NOT_TRACK": "true",
        "BENTOML_CONFIG_OPTIONS": "api_server.logging.access.enabled=false",
    }
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=_ROOT,
        env={**os.environ, **quiet, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        url = f"http://127.0.0.1:{port}{path}"
        _await_answer(process, url, body)
        yield Server(url, time.perf_counter() - began, psutil.Process(process.pid))
    finally:
        process.terminate()
        process.wait(_STOP_SECONDS)


def _await_answer(process: subprocess.Popen[bytes], url: str, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.post(url, content=body, headers=headers, timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.02)
    raise RuntimeError(f"{url} did not answer within {_START_SECONDS:g} s.")


def call(server: Server, body: Path, callers: int, seconds: float) -> dict[str, float]:
    """Call a server from the other core.

    Parameters
    ----------
    server : Server
        Whom.
    body : Path
        JSON to send.
    callers : int
        At the same time.
    seconds : float
        How long.

    Returns
    -------
    dict
        `rate` per second, `p50` and `p99` in ms.

    Raises
    ------
    RuntimeError
        If any answer was not 200.
    """
    command = ["taskset", "-c", str(_CALLER_CORE), sys.executable]
    command += ["-m", "benchmarks.serving_speed.caller", server.url, str(body)]
    command += [str(callers), str(seconds)]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    if found["wrong"]:
        raise RuntimeError(f"{found['wrong']:g} answers of {server.url} were not 200.")
    return found
