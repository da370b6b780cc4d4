"""Arguments and options that several verbs of the `clickwise` command share."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = ["ENGINE", "FILES", "JSON", "MAPPING", "MASTER", "MEMORY", "SOURCE", "WINDOW"]

FILES = click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE..."
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")
SOURCE = click.option(
    "--source", help="What kind of log it is; found by its columns where not given."
)
MAPPING = click.option(
    "--mapping",
    type=click.Path(path_type=Path),
    help="TOML file that says what the columns hold (docs/data.md).",
)
MEMORY = click.option(
    "--memory", help="Memory for the log, such as 4GB; a longer one goes to disk."
)
WINDOW = click.option(
    "--target-window", default=28, show_default=True, help="Days that customer answers look ahead."
)

ENGINE = click.option(
    "--engine",
    type=click.Choice(["duckdb", "spark"]),
    default="duckdb",
    show_default=True,
    is_eager=True,
    help="What computes; Spark is for logs that outgrow one machine (docs/spark.md).",
)
_THIS_MACHINE = "local[*]"


def _of_spark(ctx: click.Context, _: click.Parameter, master: str) -> str:
    """Refuse a place to run for an engine that has none; the engine is read before."""
    if master != _THIS_MACHINE and ctx.params["engine"] != "spark":
        raise click.UsageError(f"--master {master} is where Spark runs: add --engine spark.")
    return master


MASTER = click.option(
    "--master",
    default=_THIS_MACHINE,
    show_default=True,
    callback=_of_spark,
    help="Where Spark runs, as its URL.",
)
