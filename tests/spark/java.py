"""Finds a Java for Spark's tests, or installs one."""

from __future__ import annotations

import os
import shutil

from tests.debian import apt_install

__all__ = ["require_java"]

PACKAGE = "openjdk-17-jre-headless"
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
    apt_install(PACKAGE)
    if not _found():
        raise RuntimeError(MISSING)


def _found() -> bool:
    return "JAVA_HOME" in os.environ or shutil.which("java") is not None
