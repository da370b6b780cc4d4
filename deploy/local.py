"""Runs the three services and the app on this machine until it is told to stop.

`python deploy/local.py [--smoke] [--no-app]`; exit codes: 0 stopped as told, or every answer of
the smoke round was right; 1 something ended by itself, did not get ready or answered wrong; 2 it
cannot start (a port is taken, no bundle is stored).
"""

from __future__ import annotations

import sys

import click
from errors import RunError
from members import Member, app, check_ports, service, stored_tasks
from pydantic import ValidationError
from running import running
from signals import Stopped, listen_for_signals
from smoke import smoke_round

from ui.models import Task
from ui.settings import Settings


def _settings() -> Settings:
    try:
        return Settings()
    except ValidationError as error:
        wrong = "; ".join(
            f"CLICKWISE_{str(part['loc'][0]).upper()} is {part['input']!r}: {part['msg']}"
            for part in error.errors()
        )
        raise RunError(f"{wrong}. docs/settings.md lists what each takes.", code=2) from error


def _members(settings: Settings, with_app: bool) -> list[Member]:
    stored = stored_tasks()
    for task in Task:
        if task not in stored:
            click.echo(
                f"{task} is left out: no clickwise-{task} is in the model store. "
                "`clickwise package DIR` stores what was trained."
            )
    if not stored:
        raise RunError("No bundle is stored, so there is nothing to serve.", code=2)
    members = [service(task, getattr(settings, f"{task}_port")) for task in stored]
    return [*members, app(settings.app_port)] if with_app else members


def _run(smoke: bool, with_app: bool, patience: float) -> None:
    settings = _settings()
    members = _members(settings, with_app)
    check_ports(members)
    with running(members, settings) as run:
        click.echo(f"Starting {', '.join(member.name for member in members)} ...")
        run.wait_until_ready(patience)
        for member in members:
            click.echo(f"{member.name:<13} {member.url}")
        if smoke:
            _smoke(settings, with_app)
            return
        click.echo(f"Ready. Logs in {run.started[0].log.parent}. Ctrl-C ends all of it.")
        run.stay_up()


def _smoke(settings: Settings, with_app: bool) -> None:
    wrong = smoke_round(settings, with_app)
    for sentence in wrong:
        click.echo(f"WRONG  {sentence}")
    if wrong:
        raise RunError(f"The smoke round failed: {len(wrong)} wrong.")
    click.echo("The smoke round is right.")


@click.command()
@click.option("--smoke", is_flag=True, help="One scripted round of requests, then down.")
@click.option("--no-app", is_flag=True, help="Services only.")
@click.option(
    "--patience", default=180.0, show_default=True, help="Seconds until everything is ready."
)
def main(smoke: bool, no_app: bool, patience: float) -> None:
    """Run the three services and the app until Ctrl-C."""
    listen_for_signals()
    try:
        _run(smoke, not no_app, patience)
    except Stopped as stopped:
        click.echo(f"Everything is down ({stopped}).")
    except RunError as error:
        click.echo(str(error), err=True)
        sys.exit(error.code)


if __name__ == "__main__":
    main()
