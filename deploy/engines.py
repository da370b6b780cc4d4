"""What can build an image here."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass

from errors import RunError

__all__ = ["ENGINES", "Engine", "find_engine"]

_SECONDS = 20


@dataclass(frozen=True)
class Engine:
    """A program that builds images.

    Attributes
    ----------
    name : str
        Of the program.
    build : list of str
        How it builds one.
    """

    name: str
    build: list[str]

    def works(self) -> bool:
        """Whether it is installed and can be used: a client may lack its daemon."""
        if shutil.which(self.name) is None:
            return False
        command = [self.name, "info"]
        try:
            done = subprocess.run(command, capture_output=True, check=False, timeout=_SECONDS)
        except subprocess.TimeoutExpired:
            return False
        return done.returncode == 0


# Health checks are known to Docker's format alone.
ENGINES = {
    "docker": Engine("docker", ["docker", "build"]),
    "podman": Engine("podman", ["podman", "build", "--format", "docker"]),
    "buildah": Engine("buildah", ["buildah", "build", "--format", "docker"]),
}


def find_engine(name: str | None = None) -> Engine:
    """The engine of that name, or the first that works.

    Raises
    ------
    RunError
        If it does not work, or none does.
    """
    asked = list(ENGINES) if name is None else [name]
    found = next((ENGINES[one] for one in asked if ENGINES[one].works()), None)
    if found is None:
        raise RunError(
            f"None of {', '.join(asked)} works here. Install one, and start Docker's daemon "
            "where Docker is meant to build.",
            code=2,
        )
    return found
