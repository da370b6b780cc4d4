"""A bundle's service, started as a shop starts it, on a port of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["free_port", "served"]

_ROOT = Path(__file__).resolve().parents[1]
_READY = "Ready."
"""How the runner's line begins that says that everything answers."""
_STOP_SECONDS = 60.0


@contextmanager
def served(models: Path, folder: Path) -> Iterator[str]:
    """Package a segmentation bundle and serve it on loopback.

    Parameters
    ----------
    models : Path
        What `clickwise train` left, with a segmentation bundle and no other.
    folder : Path
        For a model store of its own.

    Yields
    ------
    str
        Where the service answers.

    Raises
    ------
    CalledProcessError
        If it cannot be packaged, or does not start.
    """
    port = free_port()
    environment = os.environ | {
        "BENTOML_HOME": str((folder / "store").resolve()),
        "BENTOML_DO_NOT_TRACK": "true",
        "CLICKWISE_SEGMENTATION_PORT": str(port),
    }
    program = str(Path(sys.executable).with_name("clickwise"))
    package = [program, "package", str(models), "--no-bentos"]
    subprocess.run(package, env=environment, stdout=subprocess.DEVNULL, check=True)
    command = [sys.executable, "-u", str(_ROOT / "deploy" / "local.py"), "--no-app"]
    with subprocess.Popen(
        command, cwd=_ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as runner:
        try:
            _await_ready(runner, command)
            yield f"http://127.0.0.1:{port}"
        finally:
            runner.terminate()
            try:
                runner.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                runner.kill()


def free_port() -> int:
    """A port of loopback where nobody listens."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def _await_ready(runner: subprocess.Popen[str], command: list[str]) -> None:
    assert runner.stdout is not None
    for line in runner.stdout:
        if line.startswith(_READY):
            return
    raise subprocess.CalledProcessError(runner.wait(), command)
