"""Starting the programs, watching them, and ending every one of them."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import httpx
from errors import RunError
from family import Family
from members import ROOT, Member, environment
from signals import ignore_signals

from ui.settings import Settings

__all__ = ["Run", "Running", "running"]

POLL_SECONDS = 0.3
TAIL_LINES = 25


@dataclass(frozen=True)
class Running:
    """A started member with its log."""

    member: Member
    process: subprocess.Popen[bytes]
    log: Path

    def tail(self) -> str:
        """The last lines of its log."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(f"  | {line}" for line in lines[-TAIL_LINES:])

    def check_alive(self) -> None:
        """Raise `RunError` if it ended by itself."""
        if self.process.poll() is not None:
            raise RunError(self.ending())

    def ending(self) -> str:
        """How it ended by itself."""
        code = self.process.poll()
        return (
            f"{self.member.name} ended by itself with exit code {code}. "
            f"The end of its log:\n{self.tail()}"
        )


@dataclass(frozen=True)
class Run:
    """Everything that was started.

    Attributes
    ----------
    started : list of Running
        The members.
    family : Family
        Their processes.
    """

    started: list[Running]
    family: Family

    def check_alive(self) -> None:
        """Raise `RunError` if a member ended by itself."""
        self.family.look()
        for one in self.started:
            one.check_alive()

    def wait_until_ready(self, patience: float) -> None:
        """Wait until every member answers.

        Parameters
        ----------
        patience : float
            Seconds, for all of them together.
        """
        deadline = time.monotonic() + patience
        for one in self.started:
            while not _ready(one.member):
                self.check_alive()
                if time.monotonic() > deadline:
                    raise RunError(
                        f"{one.member.name} was not ready within {patience:g} s. "
                        f"The end of its log:\n{one.tail()}"
                    )
                time.sleep(POLL_SECONDS)
        self.check_alive()

    def stay_up(self) -> None:
        """Stay while any member does: the others can do without one that ended by itself.

        Raises
        ------
        RunError
            If the last of them has ended.
        """
        left = list(self.started)
        while left:
            self.family.look()
            for one in [one for one in left if one.process.poll() is not None]:
                left.remove(one)
                click.echo(f"{one.ending()}\n{len(left)} of {len(self.started)} stay up.", err=True)
            time.sleep(POLL_SECONDS)
        raise RunError("Everything has ended by itself.")


@contextmanager
def running(members: list[Member], settings: Settings) -> Iterator[Run]:
    """Start every member, and end every one of them whatever happens.

    Parameters
    ----------
    members : list of Member
        What to start.
    settings : Settings
        What they are told.
    """
    started: list[Running] = []
    family = Family()
    with TemporaryDirectory(prefix="clickwise-logs-") as folder:
        try:
            for member in members:
                started.append(_start(member, Path(folder) / f"{member.name}.log", settings))
            yield Run(started, family)
        finally:
            ignore_signals()
            family.end()


def _start(member: Member, log: Path, settings: Settings) -> Running:
    with log.open("wb") as file:
        process = subprocess.Popen(
            member.command,
            cwd=ROOT,
            env=environment(settings),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            # Its own group, so that a Ctrl-C reaches it through us, in order, and once.
            start_new_session=True,
        )
    return Running(member, process, log)


def _ready(member: Member) -> bool:
    try:
        answer = httpx.get(f"{member.url}{member.ready_path}", timeout=5.0, trust_env=False)
    except httpx.TransportError:
        return False
    return answer.status_code == httpx.codes.OK
