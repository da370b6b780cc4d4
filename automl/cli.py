"""The `clickwise` command: one verb per step.

Each verb imports what it needs when it runs, since training libraries take seconds to load.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import duckdb

from automl.cli_options import (
    ENGINE,
    FILES,
    JSON,
    MAPPING,
    MASTER,
    MEMORY,
    SOURCE,
    WINDOW,
)
from automl.printing import SIMULATED, Progress, print_json, print_lines
from clickstream.errors import ClickwiseError

if TYPE_CHECKING:
    from clickstream.tables import Dataset

__all__ = ["main"]

_TOO_LITTLE = (
    "The memory does not suffice for this log. Give more with --memory, or leave it out to take "
    "what the machine has. The database says: "
)


class _Group(click.Group):
    """Turns the exceptions that a user can act on into a sentence and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ClickwiseError as error:
            click.echo(f"clickwise: {error}", err=True)
            ctx.exit(error.exit_code)
        except duckdb.OutOfMemoryException as error:
            click.echo(f"clickwise: {_TOO_LITTLE}{str(error).splitlines()[0]}", err=True)
            ctx.exit(2)


@click.group(cls=_Group)
@click.version_option(package_name="clickwise")
def main() -> None:
    """Turn a shop's click log into models that say who buys, how much, and who they are.

    Exit codes: 0 done, 2 bad arguments or bad input, 3 refused.
    """


@main.command()
@click.option("--events", default=200_000, show_default=True, help="At least this many events.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Parquet file.")
@click.option("--seed", default=7, show_default=True)
@click.option(
    "--truth",
    type=click.Path(path_type=Path),
    help="Also write the probability of a purchase at every cut.",
)
@JSON
def simulate(events: int, out: Path, seed: int, truth: Path | None, as_json: bool) -> None:
    """Simulate a shop, with the truth about it if asked."""
    from dataclasses import asdict

    from clickstream.simulator import simulate as simulate_shop

    with Progress(total=events, unit="events") as progress:
        made = asdict(simulate_shop(events, out, seed=seed, truth=truth, progress=progress.reach))
    if as_json:
        print_json(made)
    else:
        figures = ", ".join(f"{count} {name}" for name, count in made.items())
        print_lines([f"{out}: {figures} (simulated, seed {seed})"])


@main.command()
@FILES
@WINDOW
@SOURCE
@MAPPING
@MEMORY
@click.option(
    "--write-mapping",
    "proposed",
    type=click.Path(path_type=Path),
    help="Propose a mapping of the first file instead, and write it to this TOML file.",
)
@click.option(
    "--html", type=click.Path(path_type=Path), help="Also write one page with pictures of the data."
)
@click.option(
    "--quarantine",
    type=click.Path(path_type=Path),
    help="Also write the rows that are not kept: Parquet, or CSV by its name.",
)
@JSON
def inspect(
    files: tuple[Path, ...],
    target_window: int,
    source: str | None,
    mapping: Path | None,
    memory: str | None,
    proposed: Path | None,
    html: Path | None,
    quarantine: Path | None,
    as_json: bool,
) -> None:
    """Say what is in a file, what can be asked of it, and what would leak.

    For a file that no source knows it proposes a mapping.
    """
    from automl.files import read_files
    from automl.inspection import inspection, inspection_lines
    from automl.quarantine import write_quarantine
    from clickstream.answers import Windows
    from clickstream.errors import NoHeader, UnknownSource

    if proposed is not None:
        _propose(files[0], proposed, as_json)
        return
    try:
        with Progress(total=2 if html is None else 3, unit="steps") as progress:
            dataset = read_files(files, source, mapping, memory)
            progress.reach(1)
            if quarantine is not None:
                write_quarantine(dataset, quarantine)
            found = inspection(dataset, Windows(target_days=target_window))
            progress.reach(2)
            if html is not None:
                _write_description(html, files, dataset, found)
    except (NoHeader, UnknownSource):
        _propose(files[0], None, as_json)
        raise
    if as_json:
        print_json(found)
    else:
        print_lines(inspection_lines(found))


def _write_description(
    html: Path, files: tuple[Path, ...], dataset: Dataset, found: dict[str, Any]
) -> None:
    from automl.description_page import description_page, write_page
    from clickstream.description import describe

    title = ", ".join(file.name for file in files)
    write_page(html, description_page(title, found, describe(dataset)))


def _propose(file: Path, out: Path | None, as_json: bool) -> None:
    from automl.proposing import proposal_dict, proposal_lines, write_proposal
    from clickstream.sources import propose_mapping

    proposal = propose_mapping(file)
    said = None if out is None else write_proposal(proposal, out)
    if as_json:
        print_json(proposal_dict(proposal))
    else:
        print_lines([*proposal_lines(proposal), *([] if said is None else [said])])


@main.command()
@FILES
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder for bundles.")
@click.option("--tasks", help="Only these tasks, separated by commas.")
@click.option("--answers", help="Only these answers, separated by commas.")
@WINDOW
@click.option("--budget", type=float, help="Seconds of search per answer; 60 where not given.")
@click.option("--trials", type=int, help="Candidates per answer instead: repeatable.")
@click.option("--seed", default=0, show_default=True)
@click.option(
    "--holdout",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Rows or a log of sessions to test on; all of FILES is then learned from.",
)
@click.option(
    "--threshold",
    default="f1",
    show_default=True,
    metavar="RULE",
    help="From which chance to say yes: f1, precision=0.5, or cost=CONTACT,VALUE in money.",
)
@click.option(
    "--strategies",
    type=click.Path(path_type=Path),
    help="TOML file of what to do about each kind of segment (docs/segments.md).",
)
@ENGINE
@MASTER
@SOURCE
@MAPPING
@MEMORY
@JSON
def train(
    files: tuple[Path, ...],
    out: Path,
    tasks: str | None,
    answers: str | None,
    target_window: int,
    budget: float | None,
    trials: int | None,
    seed: int,
    holdout: Path | None,
    threshold: str,
    strategies: Path | None,
    engine: str,
    master: str,
    source: str | None,
    mapping: Path | None,
    memory: str | None,
    as_json: bool,
) -> None:
    """Search, judge and package models; exits 0 if any answer was packaged, else 3."""
    from automl.choices import chosen_answers
    from automl.files import read_files
    from automl.holdout import holdout_beside
    from automl.options import Options
    from automl.segments.strategies import read_strategies
    from automl.thresholds import parse_threshold
    from automl.training import train as train_answers
    from clickstream.answers import ANSWERS, Windows
    from clickstream.spark import on_spark

    with Progress(total=100, unit="%") as progress, ExitStack() as stack:
        options = Options(
            answers=chosen_answers(tasks, answers),
            budget=60.0 if budget is None and trials is None else budget,
            trials=trials,
            seed=seed,
            windows=Windows(target_days=target_window),
            threshold=parse_threshold(threshold),
            strategies=read_strategies(strategies),
            report=progress.tell,
        )
        dataset = read_files(files, source, mapping, memory)
        if holdout is not None:
            held = read_files((holdout,), source, mapping, memory)
            options = replace(options, holdout=holdout_beside(dataset, held))
        if engine == "spark":
            dataset = stack.enter_context(on_spark(dataset, master))
        outcomes = train_answers(dataset, out, options)
    notes = [*([SIMULATED] if dataset.simulated else []), *dataset.notes]
    if as_json:
        told = [outcome.as_dict() for outcome in outcomes if outcome.answer in ANSWERS]
        others = {one.answer: one.as_dict() for one in outcomes if one.answer not in ANSWERS}
        print_json({"notes": notes, "answers": told, **others})
    else:
        print_lines([*notes, *(outcome.as_line() for outcome in outcomes)])
    if not any(one.outcome == "packaged" for one in outcomes if one.answer in ANSWERS):
        sys.exit(3)


@main.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="BUNDLE")
@FILES
@click.option(
    "--truth",
    type=click.Path(path_type=Path),
    help="The simulator's truth, to say how close the model comes to the best possible.",
)
@MAPPING
@MEMORY
@JSON
def evaluate(
    folder: Path,
    files: tuple[Path, ...],
    truth: Path | None,
    mapping: Path | None,
    memory: str | None,
    as_json: bool,
) -> None:
    """Measure a bundle on labelled data: on all of it, and on what training did not see."""
    from automl.evaluating import evaluate as evaluate_bundle
    from automl.files import read_files_for
    from automl.printing import bundle_notes, part_dict, part_lines
    from clickstream.bundle import open_bundle

    with Progress(total=2, unit="steps") as progress:
        bundle = open_bundle(folder)
        dataset = read_files_for(bundle.manifest, files, mapping, memory)
        progress.reach(1)
        parts = evaluate_bundle(bundle, dataset, truth)
    notes = [*bundle_notes(bundle.manifest), *dataset.notes]
    if as_json:
        print_json({"notes": notes, "parts": [part_dict(part) for part in parts]})
    else:
        print_lines([*notes, *(line for part in parts for line in part_lines(part))])


@main.command()
@FILES
@click.option("--bundle", "folder", required=True, type=click.Path(path_type=Path))
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help="Parquet, or CSV by its name; from Spark a new folder of Parquet files.",
)
@ENGINE
@MASTER
@MAPPING
@MEMORY
@JSON
def score(
    files: tuple[Path, ...],
    folder: Path,
    out: Path,
    engine: str,
    master: str,
    mapping: Path | None,
    memory: str | None,
    as_json: bool,
) -> None:
    """Score every session, customer or row of a file.

    On Spark also of a folder of Parquet files that hold canonical events.
    """
    from automl.batch import left_out, score_dataset, write_scores
    from automl.files import read_files_for
    from automl.printing import bundle_notes
    from automl.spark_scores import score_files
    from clickstream.bundle import open_bundle

    with Progress(total=3, unit="steps") as progress:
        bundle = open_bundle(folder)
        if engine == "spark":
            scores = score_files(bundle, files, mapping, memory, out, master)
        else:
            dataset = read_files_for(bundle.manifest, files, mapping, memory)
            progress.reach(1)
            scores = write_scores(score_dataset(bundle, dataset), out)
    notes = [*bundle_notes(bundle.manifest), *left_out(bundle, scores.answers)]
    made = {"rows": scores.rows, "columns": scores.columns, "out": str(out)}
    if as_json:
        print_json(made | {"notes": notes})
    else:
        columns = ", ".join(scores.columns)
        print_lines([*notes, f"{out}: {scores.rows} rows with {columns}"])


@main.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--bentos/--no-bentos", default=True, help="Also build the three Bentos.")
@JSON
def package(folder: Path, bentos: bool, as_json: bool) -> None:
    """Put the bundles of a folder into the model store, and build their Bentos."""
    from automl.choices import bundles_in
    from automl.packaging import build_bento, store_bundle

    root = Path(__file__).resolve().parent.parent
    paths = bundles_in(folder)
    made = []
    with Progress(total=len(paths), unit="tasks") as progress:
        for path in paths:
            entry = {"task": path.name, "model": store_bundle(path)}
            if bentos:
                entry["bento"] = build_bento(path.name, root)
            made.append(entry)
            progress.reach(len(made))
    if as_json:
        print_json(made)
    else:
        print_lines(" ".join(f"{key} {value}" for key, value in entry.items()) for entry in made)
