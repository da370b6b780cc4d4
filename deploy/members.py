"""The programs of a run: where each listens, how it is started and what it is told."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from errors import RunError

from ui.models import Task
from ui.settings import Settings

__all__ = [
    "ROOT",
    "Member",
    "app",
    "check_ports",
    "environment",
    "service",
    "stored_tasks",
]

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = Path(sys.executable).parent
HOST = "127.0.0.1"


@dataclass(frozen=True)
class Member:
    """A program of the run.

    Attributes
    ----------
    name : str
        The task, or `app`.
    port : int
        Where it listens.
    ready_path : str
        What answers 200 once it can be used.
    command : list of str
        How it is started.
    """

    name: str
    port: int
    ready_path: str
    command: list[str]

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{HOST}:{self.port}"


def service(task: Task, port: int) -> Member:
    """The service of a task.

    Parameters
    ----------
    task : Task
        Which.
    port : int
        Where it shall listen.
    """
    target = f"services.{task}.service:{task.capitalize()}"
    command = [str(PROGRAMS / "bentoml"), "serve", target, "--host", HOST, "--port", str(port)]
    return Member(task, port, "/readyz", command)


def app(port: int) -> Member:
    """The analyst's app.

    Parameters
    ----------
    port : int
        Where it shall listen.
    """
    options = {
        "server.port": port,
        "server.address": HOST,
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
    }
    command = [str(PROGRAMS / "streamlit"), "run", "ui/app.py"]
    command += [f"--{name}={value}" for name, value in options.items()]
    return Member("app", port, "/_stcore/health", command)


def stored_tasks() -> list[Task]:
    """The tasks whose bundle is in BentoML's model store."""
    listed = subprocess.run(
        [str(PROGRAMS / "bentoml"), "models", "list", "--output", "json"],
        env=environment(Settings()),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        raise RunError(f"The model store cannot be read: {listed.stderr.strip()}", code=2)
    names = {str(model["tag"]).partition(":")[0] for model in json.loads(listed.stdout)}
    return [task for task in Task if f"clickwise-{task}" in names]


def environment(settings: Settings) -> dict[str, str]:
    """What the programs are told: quiet, and the app knows these services and no others.

    Parameters
    ----------
    settings : Settings
        Ports.
    """
    urls = {
        f"CLICKWISE_{task.upper()}_URL": f"http://{HOST}:{getattr(settings, f'{task}_port')}"
        for task in Task
    }
    quiet = {
        "BENTOML_DO_NOT_TRACK": "true",
        "BENTOML_CONFIG_OPTIONS": "api_server.logging.access.enabled=false",
    }
    return {**os.environ, **urls, **quiet}


def check_ports(members: list[Member]) -> None:
    """Raise `RunError` before anything is started if somebody listens already.

    Parameters
    ----------
    members : list of Member
        Who wants which port.
    """
    for member in members:
        with socket.socket() as listener:
            # As the servers do it themselves, so that a port that is only winding down is free.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind((HOST, member.port))
            except OSError as error:
                raise RunError(
                    f"Port {member.port}, which {member.name} wants, is in use ({error.strerror}). "
                    f"Stop what listens there, or set CLICKWISE_{member.name.upper()}_PORT.",
                    code=2,
                ) from error
