"""The same features on DuckDB and on Spark, which has an environment of its own."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

__all__ = ["engines"]

_ROOT = Path(__file__).resolve().parent.parent
_SCRIPT = Path("benchmarks") / "spark_rows.py"
_PYTHON = Path(".venv-spark") / "bin" / "python"


def engines(root: Path = _ROOT) -> Iterator[str]:
    """What `spark_rows.py` prints of 1 M events, or why it was left out.

    Raises
    ------
    CalledProcessError
        If it fails; it has said why on stderr.
    """
    missing = [needed for needed in (_SCRIPT, _PYTHON) if not (root / needed).is_file()]
    if missing:
        yield f"Left out: there is no `{missing[0]}` here."
        return
    command = [_PYTHON, _SCRIPT]
    done = subprocess.run(command, cwd=root, check=True, stdout=subprocess.PIPE, text=True)
    yield "```"
    yield done.stdout.strip()
    yield "```"
