"""Debian's packages, for what tests need beyond Python."""

from __future__ import annotations

import os
import shutil
import subprocess

__all__ = ["apt_install", "require_program", "tried"]

INSTALL_SECONDS = 240
_WAIT = "DPkg::Lock::Timeout=240"
"""Another test may be installing something at this moment."""


def require_program(name: str, package: str) -> str:
    """Path of a program, which is installed where it is missing.

    Raises
    ------
    RuntimeError
        If it is missing and cannot be installed.
    """
    if shutil.which(name) is None:
        apt_install(package)
    found = shutil.which(name)
    if found is None:
        raise RuntimeError(
            f"There is no {name} for this test, and none could be installed. Install it "
            f"(`apt-get install {package}`)."
        )
    return found


def apt_install(*packages: str) -> None:
    """Try to install packages, where this is Debian and we are root."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    tried(["apt-get", "-o", _WAIT, "update"])
    tried(["apt-get", "-o", _WAIT, "install", "-y", "--no-install-recommends", *packages])


def tried(command: list[str]) -> None:
    """Try one way; whether it led anywhere is looked at afterwards."""
    try:
        subprocess.run(command, check=False, timeout=INSTALL_SECONDS, capture_output=True)
    except subprocess.TimeoutExpired:
        # Behind a firewall a download may hang; the last sentence says what is missing.
        return
