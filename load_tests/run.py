"""Runs the load test: `python load_tests/run.py [--start] [--seconds 30] [--users 8]`.

Exit code 0 only if every answer was right.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import click

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parent
STOP_SECONDS = 60.0
READY = "Ready."
"""How the runner's line begins that says that everything answers."""


@contextmanager
def services() -> Iterator[None]:
    """Start the services through the local runner, and end them afterwards."""
    command = [sys.executable, "-u", str(ROOT / "deploy" / "local.py"), "--no-app"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as runner:
        try:
            _await_ready(runner)
            yield
        finally:
            runner.terminate()
            runner.wait(STOP_SECONDS)


def _await_ready(runner: subprocess.Popen[str]) -> None:
    assert runner.stdout is not None
    for line in runner.stdout:
        click.echo(line.rstrip())
        if line.startswith(READY):
            return
    # The runner has said why on its stderr, which is ours.
    raise click.ClickException(f"The services did not start (exit code {runner.wait()}).")


def locust_command(users: int, seconds: int) -> list[str]:
    """The headless locust run.

    Parameters
    ----------
    users : int
        Callers at the same time.
    seconds : int
        How long they call.
    """
    options = {
        "--locustfile": str(FOLDER / "locustfile.py"),
        "--users": str(users),
        "--spawn-rate": str(users),
        "--run-time": f"{seconds}s",
        "--stop-timeout": "10",
        "--loglevel": "WARNING",
    }
    pairs = [part for option in options.items() for part in option]
    return [sys.executable, "-m", "locust", "--headless", "--only-summary", *pairs]


@click.command()
@click.option("--start", is_flag=True, help="Start the services first, and end them afterwards.")
@click.option("--seconds", default=30, show_default=True, help="How long the callers call.")
@click.option(
    "--users",
    default=8,
    show_default=True,
    type=click.IntRange(min=4),
    help="Callers at the same time, of four kinds.",
)
def main(start: bool, seconds: int, users: int) -> None:
    """Call the services for a while and check every answer."""
    with services() if start else nullcontext():
        code = subprocess.run(locust_command(users, seconds), cwd=ROOT, check=False).returncode
    verdict = "every answer was right" if code == 0 else "answers were wrong or missing, see above"
    click.echo(f"Load test: {verdict}.")
    sys.exit(code)


if __name__ == "__main__":
    main()
