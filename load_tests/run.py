"""Runs the load test: `python load_tests/run.py [--start] [--seconds 30] [--users 10]`.

Exit code 0 only if every answer was right and came in time.
"""

from __future__ import annotations

import os
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


def locust_command(users: int, seconds: int, report: Path) -> list[str]:
    """The headless locust run.

    Parameters
    ----------
    users : int
        Callers at the same time.
    seconds : int
        How long they call.
    report : Path
        HTML page to write.
    """
    options = {
        "--locustfile": str(FOLDER / "locustfile.py"),
        "--users": str(users),
        "--spawn-rate": str(users),
        "--run-time": f"{seconds}s",
        "--stop-timeout": "10",
        "--loglevel": "WARNING",
        "--html": str(report),
    }
    pairs = [part for option in options.items() for part in option]
    return [sys.executable, "-m", "locust", "--headless", "--only-summary", *pairs]


@click.command()
@click.option("--start", is_flag=True, help="Start the services first, and end them afterwards.")
@click.option("--seconds", default=30, show_default=True, help="How long the callers call.")
@click.option(
    "--users",
    default=10,
    show_default=True,
    type=click.IntRange(min=5),
    help="Callers at the same time, of five kinds.",
)
@click.option(
    "--limit-ms",
    default=1_000,
    show_default=True,
    help="Within which 99 % of each kind of request have to be answered.",
)
@click.option(
    "--html",
    default="build/load-test.html",
    show_default=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="Locust's report.",
)
def main(start: bool, seconds: int, users: int, limit_ms: int, html: Path) -> None:
    """Call the services for a while and check every answer."""
    html.parent.mkdir(parents=True, exist_ok=True)
    environment = os.environ | {"LOAD_TEST_LIMIT_MS": str(limit_ms)}
    command = locust_command(users, seconds, html.resolve())
    with services() if start else nullcontext():
        code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    verdict = (
        f"every answer was right, 99 % of each kind within {limit_ms:,} ms"
        if code == 0
        else "answers were wrong, missing or late, see above"
    )
    click.echo(f"Load test: {verdict}. Report: {html}")
    sys.exit(code)


if __name__ == "__main__":
    main()
