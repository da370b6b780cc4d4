"""Builds an OCI image of each service, with a bill of its materials beside it; `make images`.

`python deploy/images.py [--engine ENGINE] [--base IMAGE] [TASK ...]`; exit codes: 0 all are
built; 1 an engine failed; 2 there is no engine, or no Bento to build from.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import click
from engines import ENGINES, Engine, find_engine
from errors import RunError
from materials import write_bill
from members import ROOT, bento_folder

from ui.models import Task

_DOCKERFILE = ROOT / "deploy" / "Dockerfile"


@click.command()
@click.argument("tasks", nargs=-1, type=click.Choice([str(task) for task in Task]))
@click.option(
    "--engine",
    "name",
    type=click.Choice(list(ENGINES)),
    help="What builds; by default the first of them that works here.",
)
@click.option(
    "--base",
    default="python:3.11-slim",
    show_default=True,
    help="Image to build on, with Python 3.11 and its venv.",
)
@click.option(
    "--bills",
    default=str(ROOT / "build" / "images"),
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the bills of materials.  [default: build/images]",
)
@click.option(
    "--with",
    "further",
    multiple=True,
    help="Further option for the engine's build, such as --isolation=chroot; again for each.",
)
def main(
    tasks: Sequence[str], name: str | None, base: str, bills: Path, further: Sequence[str]
) -> None:
    """Build the images of the given tasks, or of all that have a Bento."""
    try:
        engine = find_engine(name)
        bentos = {task: bento_folder(Task(task)) for task in tasks or Task}
        for task, bento in bentos.items():
            image = f"clickwise-{task}:{bento.name}"
            _build(engine, bento, image, base, further)
            bill = write_bill(bento, base, bills / f"clickwise-{task}.cdx.json")
            click.echo(f"{image}, also :latest; made of {bill}")
    except RunError as error:
        click.echo(str(error), err=True)
        sys.exit(error.code)


def _build(engine: Engine, bento: Path, image: str, base: str, further: Sequence[str]) -> None:
    latest = f"{image.partition(':')[0]}:latest"
    command = [*engine.build, "--file", str(_DOCKERFILE), "--build-arg", f"BASE={base}", *further]
    command += ["--tag", image, "--tag", latest, str(bento)]
    if subprocess.run(command, check=False).returncode:
        raise RunError(f"{engine.name} could not build {image}; what it said stands above.")


if __name__ == "__main__":
    main()
