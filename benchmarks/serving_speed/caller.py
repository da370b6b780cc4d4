"""Callers of one address: `python -m benchmarks.serving_speed.caller URL BODY CALLERS SECONDS`.

In a process of their own, so that what they cost is not the service's. Prints JSON: requests per
second, milliseconds at the median and the 99th percentile, and how many went wrong.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import gevent
import numpy as np
from geventhttpclient import HTTPClient

__all__ = ["main"]

_TIMEOUT = 30.0
_HEADERS = {"Content-Type": "application/json"}


def main(url: str, body: bytes, callers: int, seconds: float) -> dict[str, float]:
    """Call for a while, each caller again as soon as it is answered.

    Parameters
    ----------
    url : str
        Address and path.
    body : bytes
        JSON.
    callers : int
        At the same time, each on a connection of its own.
    seconds : float
        How long.
    """
    address, _, path = url.removeprefix("http://").partition("/")
    took: list[float] = []
    wrong: list[int] = []
    began = time.perf_counter()
    deadline = began + seconds

    def call() -> None:
        host, _, port = address.partition(":")
        client = HTTPClient(host, int(port), connection_timeout=_TIMEOUT, network_timeout=_TIMEOUT)
        while time.perf_counter() < deadline:
            sent = time.perf_counter()
            answer = client.post(f"/{path}", body=body, headers=_HEADERS)
            answer.read()
            took.append(time.perf_counter() - sent)
            if answer.status_code != 200:
                wrong.append(answer.status_code)
        client.close()

    gevent.joinall([gevent.spawn(call) for _ in range(callers)], raise_error=True)
    spent = time.perf_counter() - began
    median, late = (1000 * float(np.quantile(took, share)) for share in (0.5, 0.99))
    return {"rate": len(took) / spent, "p50": median, "p99": late, "wrong": len(wrong)}


if __name__ == "__main__":
    url, file, callers, seconds = sys.argv[1:]
    found = main(url, Path(file).read_bytes(), int(callers), float(seconds))
    sys.stdout.write(json.dumps(found))
