"""What was measured on, and with which versions."""

from __future__ import annotations

import os
import platform
import re
import shlex
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psutil

__all__ = ["circumstances", "machine"]

_GIB = 2**30
_LIBRARIES = ("duckdb", "ibis-framework", "pandas", "numpy", "pyarrow", "onnxruntime")
_CPU_INFO = Path("/proc/cpuinfo")


def machine(libraries: Sequence[str] = _LIBRARIES) -> list[str]:
    """Processor, cores, memory, system and versions, as lines of a Markdown list.

    Parameters
    ----------
    libraries : sequence of str
        Those to name, by their names as distributions.
    """
    memory = psutil.virtual_memory().total / _GIB
    versions = ", ".join(f"{name} {version(name)}" for name in libraries)
    facts = {
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "memory": f"{memory:.1f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "versions": f"Python {platform.python_version()}, {versions}",
    }
    return [f"- {name}: {fact}" for name, fact in facts.items()]


def circumstances(module: str, libraries: Sequence[str] = _LIBRARIES) -> list[str]:
    """The day, the command and the `machine`, as lines of Markdown.

    Parameters
    ----------
    module : str
        That was run, by its name behind `python -m`.
    libraries : sequence of str
        Those to name.
    """
    command = shlex.join(["python", "-m", module, *sys.argv[1:]])
    measured = f"Measured on {datetime.now(UTC):%Y-%m-%d} by `.venv/bin/{command}` on"
    return [measured, "", *machine(libraries)]


def _processor() -> str:
    """The model's name, which Python's own `platform` does not know on Linux."""
    found = _CPU_INFO.is_file() and re.search(r"model name\s*: (.+)", _CPU_INFO.read_text())
    return found[1] if found else platform.processor() or platform.machine()
