"""Odd requests of every kind, made by Schemathesis from what each service says of itself.

`python load_tests/fuzz.py URL [URL ...] [--cases N]`; exit codes: 0 every answer was right; 1 one
was not.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

__all__ = ["Fuzzed", "fuzz"]

_CONFIG = Path(__file__).with_name("schemathesis.toml")
_CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "unsupported_method",
)


@dataclass(frozen=True)
class Fuzzed:
    """What came of fuzzing one service.

    Attributes
    ----------
    cases : int
        Requests.
    operations : int
        Paths and methods, all of which were asked.
    said : str
        What Schemathesis printed, with a request for each failure that shows it again.
    failures : list of str
        Kinds of wrong answers, with the paths that gave them.
    """

    cases: int
    operations: int
    said: str
    failures: Sequence[str]


def fuzz(url: str, cases: int, seed: int = 1) -> Fuzzed:
    """Ask a service odd things.

    Parameters
    ----------
    url : str
        The service's.
    cases : int
        For each path at most, and as many beside those of all bounds and examples; a path without
        parameters has few different ones.
    seed : int, default 1
        Of what is asked.

    Raises
    ------
    RuntimeError
        If Schemathesis itself could not go on.
    """
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(_CONFIG)]
        command += ["run", f"{url}/docs.json", "--phases=examples,coverage,fuzzing"]
        command += [f"--max-examples={cases}", f"--seed={seed}", f"--checks={','.join(_CHECKS)}"]
        command += ["--continue-on-failure", "--suppress-health-check=all", "--no-color"]
        command += ["--generation-database=none", "--report=json", f"--report-json-path={report}"]
        # Schemathesis leaves a folder of its own where it runs.
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if not report.exists():
            raise RuntimeError(f"Schemathesis did not run:\n{done.stdout}\n{done.stderr}")
        told: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    if told["errors"] or told["operations"]["tested"] < told["operations"]["total"]:
        raise RuntimeError(f"Schemathesis could not ask everything:\n{done.stdout}")
    failures = [f"{one['title']}: {', '.join(one['operations'])}" for one in told["failures"]]
    return Fuzzed(
        told["test_cases"]["generated"], told["operations"]["tested"], done.stdout, failures
    )


@click.command()
@click.argument("urls", nargs=-1, required=True)
@click.option("--cases", default=17_000, show_default=True, help="For each path at most.")
def main(urls: Sequence[str], cases: int) -> None:
    """Fuzz services that run already."""
    wrong = False
    for url in urls:
        found = fuzz(url, cases)
        click.echo(f"{url}: {found.cases:,} requests to {found.operations} paths")
        if found.failures:
            wrong = True
            click.echo(found.said)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
