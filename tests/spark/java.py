"""Finds a Java for Spark's tests, or installs one."""

from __future__ import annotations

import os
import shutil
import subprocess

__all__ = ["require_java"]

PACKAGE = "openjdk-17-jre-headless"
INSTALL_SECONDS = 240
MISSING = (
    f"There is no Java for Spark's tests, and none could be installed. Install one "
    f"(`apt-get install {PACKAGE}`), or set JAVA_HOME to where it is."
)


def require_java() -> None:
    """Make sure that there is a Java, which is installed where this is Debian and we are root.

    Raises
    ------
    RuntimeError
        If there is none and none can be installed.
    """
    if _found():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _run(["apt-get", "update"])
        _run(["apt-get", "install", "-y", "--no-install-recommends", PACKAGE])
    if not _found():
        raise RuntimeError(MISSING)


def _found() -> bool:
    return "JAVA_HOME" in os.environ or shutil.which("java") is not None


def _run(command: list[str]) -> None:
    """Try; whether it led to a Java is looked at afterwards."""
    try:
        subprocess.run(command, check=False, timeout=INSTALL_SECONDS, capture_output=True)
    except subprocess.TimeoutExpired:
        # Behind a firewall a download may hang; the last sentence says what is missing.
        return
