"""Builds the OCI images of the services and the app, each with a bill of its materials beside it.

`python deploy/images.py [--engine ENGINE] [--base IMAGE] [NAME ...]`; exit codes: 0 all are built;
1 an engine failed; 2 there is no engine, or no Bento to build from.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
from bentos import bento_folder
from engines import ENGINES, Engine, find_engine
from errors import RunError
from materials import bundle_of, write_bill
from members import ROOT

from ui.models import Task

_DEPLOY = ROOT / "deploy"
_APP = "app"
_OF_APP = ("ui", "clickstream", ".streamlit")
_BUILT = shutil.ignore_patterns("__pycache__")


@dataclass(frozen=True)
class _Image:
    """What an image is built from.

    Attributes
    ----------
    name, tag : str
        Of the image.
    dockerfile, context : Path
        How, and from which folder.
    locked : Path
        Its libraries.
    further : list of dict
        What else its bill names.
    """

    name: str
    tag: str
    dockerfile: Path
    context: Path
    locked: Path
    further: list[dict[str, Any]] = field(default_factory=list)


@click.command()
@click.argument("names", nargs=-1, type=click.Choice([*map(str, Task), _APP]))
@click.option(
    "--engine",
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
    names: Sequence[str], engine: str | None, base: str, bills: Path, further: Sequence[str]
) -> None:
    """Build the images of these, or of all three services and the app."""
    try:
        builder = find_engine(engine)
        with tempfile.TemporaryDirectory() as folder:
            for image in [_image(name, Path(folder)) for name in names or [*map(str, Task), _APP]]:
                _build(builder, image, base, further)
                bill = bills / f"{image.name}.cdx.json"
                write_bill(image.locked, base, image.further, bill)
                click.echo(f"{image.name}:{image.tag}, also :latest; made of {bill}")
    except RunError as error:
        click.echo(str(error), err=True)
        sys.exit(error.code)


def _image(name: str, folder: Path) -> _Image:
    if name == _APP:
        context = _app_context(folder / _APP)
        locked = context / "requirements" / "app.txt"
        dockerfile = _DEPLOY / "app.Dockerfile"
        return _Image("clickwise-app", version("clickwise"), dockerfile, context, locked)
    bento = bento_folder(Task(name))
    locked = bento / "env" / "python" / "requirements.txt"
    bundle = [bundle_of(bento)]
    return _Image(f"clickwise-{name}", bento.name, _DEPLOY / "Dockerfile", bento, locked, bundle)


def _app_context(folder: Path) -> Path:
    """A folder of what the app is made of, and of nothing else that lies about here."""
    for part in _OF_APP:
        shutil.copytree(ROOT / part, folder / part, ignore=_BUILT)
    (folder / "requirements").mkdir()
    shutil.copy(ROOT / "requirements" / "app.txt", folder / "requirements")
    return folder


def _build(engine: Engine, image: _Image, base: str, further: Sequence[str]) -> None:
    tags = [f"--tag={image.name}:{tag}" for tag in (image.tag, "latest")]
    command = [*engine.build, "--file", str(image.dockerfile), f"--build-arg=BASE={base}"]
    command += [*tags, *further, str(image.context)]
    if subprocess.run(command, check=False).returncode:
        raise RunError(f"{engine.name} could not build {image.name}; what it said stands above.")


if __name__ == "__main__":
    main()
