"""Images built and run without any daemon: buildah, on a base made of Debian's packages."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from tests.debian import require_program

ROOT = Path(__file__).parents[2]
BASE = "localhost/clickwise-test-base:latest"
START_SECONDS = 90.0
STOP_SECONDS = 30.0
_ISOLATION = "--isolation=chroot"
_PACKAGES = "ca-certificates,python3,python3-venv"
_CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True)
class Buildah:
    """Buildah with a storage of its own.

    Attributes
    ----------
    environment : mapping of str to str
        Of every call.
    """

    environment: Mapping[str, str]

    def __call__(self, *arguments: str) -> str:
        """Run it; what it printed."""
        done = subprocess.run(
            ["buildah", *arguments],
            env=dict(self.environment),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def command(self, container: str, *command: str) -> list[str]:
        """How a command is run in a container."""
        return ["buildah", "run", _ISOLATION, container, "--", *command]


def buildah_in(folder: Path) -> Buildah:
    """Buildah, installed if need be, that keeps everything in a folder."""
    require_program("buildah", "buildah")
    storage = folder / "storage.conf"
    storage.write_text(
        f'[storage]\ndriver = "overlay"\ngraphroot = "{folder}/images"\nrunroot = "{folder}/run"\n'
    )
    return Buildah(os.environ | {"CONTAINERS_STORAGE_CONF": str(storage)})


def make_base(buildah: Buildah, folder: Path) -> None:
    """Make a stand-in for `python:3.11-slim`: Debian, and Python with a pip to be rid of."""
    require_program("debootstrap", "debootstrap")
    root = folder / "root"
    include = f"--include={_PACKAGES}"
    command = ["debootstrap", "--variant=minbase", include, "bookworm", str(root), *_mirror()]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]
    # Behind a firewall with an authority of its own, pip has to know it in there too.
    if own := os.environ.get("PIP_CERT") or os.environ.get("SSL_CERT_FILE"):
        shutil.copy(own, f"{root}{_CERTIFICATES}")
    pip = root / "usr" / "local" / "bin" / "pip"
    pip.write_text("#!/bin/sh\n")
    pip.chmod(0o755)
    container = buildah("from", "scratch")
    buildah("add", container, str(root), "/")
    buildah("config", "--env", f"PATH={_PATH}", "--env", f"PIP_CERT={_CERTIFICATES}", container)
    buildah("commit", "--rm", container, BASE)


def _mirror() -> list[str]:
    """Where this machine itself takes Debian's packages from, if it says so."""
    for file in sorted(Path("/etc/apt/sources.list.d").glob("*.sources")):
        for line in file.read_text().splitlines():
            if line.startswith("URIs:"):
                return line.split()[1:2]
    return []


def build_image(buildah: Buildah, home: Path, name: str, bills: Path) -> None:
    """Build an image as `make images` does, on the base made here."""
    command = [sys.executable, "deploy/images.py", "--engine=buildah", f"--base={BASE}"]
    done = subprocess.run(
        [*command, f"--with={_ISOLATION}", f"--bills={bills}", name],
        cwd=ROOT,
        env=dict(buildah.environment) | {"BENTOML_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@contextmanager
def running(buildah: Buildah, container: str, log: Path) -> Iterator[str]:
    """Run what the image starts, on a free port of loopback; gives its URL."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    said = json.loads(buildah("inspect", container))["Docker"]["config"]["Entrypoint"]
    told = {"0.0.0.0": "127.0.0.1", "3000": str(port)}
    command = buildah.command(container, *(told.get(word, word) for word in said))
    with (
        log.open("wb") as output,
        subprocess.Popen(
            command, env=dict(buildah.environment), stdout=output, stderr=output
        ) as process,
    ):
        try:
            _await(f"http://127.0.0.1:{port}/readyz", process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            # What runs in a container without walls of its own outlives the one who started it.
            inside = psutil.Process(process.pid).children(recursive=True)
            for one in [*inside, process]:
                with suppress(psutil.NoSuchProcess, ProcessLookupError):
                    one.terminate()
            _, alive = psutil.wait_procs(inside, STOP_SECONDS)
            for one in alive:
                one.kill()
            process.wait(STOP_SECONDS)


def _await(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(url, timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError(log.read_text())
