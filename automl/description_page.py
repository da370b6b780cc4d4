"""The page of `inspect --html`: what is in a file, what can be asked, what leaks, and pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import count
from pathlib import Path
from typing import Any

import plotly.graph_objects as go

from automl.description_figures import (
    balance_figure,
    bars_figure,
    calendar_figure,
    correlations_figure,
    days_figure,
    funnel_figure,
    histogram_figure,
    missing_figure,
    paths_figure,
    places_figure,
    sample_figure,
)
from automl.html import page, plot, table
from automl.printing import SIMULATED
from clickstream.description import Description, Missing, Visits
from clickstream.errors import ClickwiseError

__all__ = ["description_page", "write_page"]

_LINE = 24
"""Pixels per bar of a figure whose bars lie."""

Names = Iterator[str]
"""Names of the figures' elements, each used once."""


def write_page(out: Path, text: str) -> None:
    """Write a page.

    Raises
    ------
    ClickwiseError
        If the file cannot be written.
    """
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ClickwiseError(f"{out} cannot be written: {error.strerror or error}.") from error


def description_page(title: str, found: dict[str, Any], described: Description) -> str:
    """Make one self-contained page.

    Parameters
    ----------
    title : str
        What was read, such as the names of the files.
    found : dict
        Of `inspection`.
    described : Description
        Of the same data.
    """
    names = (f"figure-{number}" for number in count(1))
    units = ", ".join(f"{number:,} {name}" for name, number in found["units"].items())
    sections = [
        f'<p class="warning">{escape(SIMULATED)}</p>' if found["simulated"] else "",
        f"<p>Source {escape(found['source'])}, data version {found['data_version'][:12]}; "
        f"{escape(units)}.</p>",
        "".join(f'<p class="note">{escape(note)}</p>' for note in found["notes"]),
        _read(found["rows"]),
        _answers(found["answers"], names),
        _leaks(found["answers"]),
        _missing(described.missing, names),
        _sessions(described, names),
        _distributions(described, names),
        _moments(described, names),
        _relations(described, found["kind"], names),
    ]
    return page(f"What is in {title}", "".join(sections), width=84)


def _read(rows: dict[str, Any]) -> str:
    lost = rows["quarantined"]
    lines = [["kept", f"{rows['kept']:,}", _share(rows["kept"], rows["read"])]]
    lines += [
        [f"quarantined: {reason}", f"{number:,}", _share(number, rows["read"])]
        for reason, number in lost.items()
    ]
    lines.append(["read", f"{rows['read']:,}", ""])
    return f"<h2>Rows</h2>{table(['rows of the file', 'rows', 'share'], lines, (1, 2))}"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.2%}" if whole else ""


def _answers(answers: dict[str, Any], names: Names) -> str:
    """What can be asked, and how the labels are balanced."""
    lines = [
        [name, answer["status"], answer["scope"], answer["reason"]]
        for name, answer in answers.items()
    ]
    shares = [(name, *counts) for name, answer in answers.items() if (counts := _balance(answer))]
    balance = ""
    if shares:
        cells = [[name, f"{yes:,}", f"{no:,}", _share(yes, yes + no)] for name, yes, no in shares]
        balance = table(["answer", "yes", "no", "share of yes"], cells, (1, 2, 3))
        balance += _plots([(balance_figure(shares), _height(len(shares)))], names)
    return (
        f"<h2>What can be asked</h2>{table(['answer', 'can be asked', 'per', 'why'], lines)}"
        f"<h2>Balance of the labels</h2>{balance or '<p>No answer has a label of yes and no.</p>'}"
        '<p class="note">Units of training and holdout together: one that is asked about several '
        "times counts once on either side, rows of equal inputs count once. For an amount, more "
        "than zero is yes.</p>"
    )


def _balance(answer: dict[str, Any]) -> tuple[int, int] | None:
    """Units that say yes and no; None where the answer has no such label."""
    evidence = answer.get("evidence", {})
    if evidence.get("training_positives") is None:
        return None
    return (
        evidence["training_positives"] + evidence["holdout_positives"],
        evidence["training_negatives"] + evidence["holdout_negatives"],
    )


def _leaks(answers: dict[str, Any]) -> str:
    lines = [
        [name, leak["kind"], ", ".join(leak["columns"]), leak["action"], leak["reason"]]
        for name, answer in answers.items()
        for leak in answer.get("leaks", [])
    ]
    if not lines:
        body = "<p>Nothing was found that gives an answer away.</p>"
    else:
        body = table(["answer", "leak", "columns", "what is done", "why"], lines)
    return f"<h2>Leaks</h2>{body}"


def _missing(missing: Sequence[Missing], names: Names) -> str:
    some = [column for column in missing if column.missing]
    full = [column.column for column in missing if not column.missing]
    body = _plots([(missing_figure(some), _height(len(some)))], names) if some else ""
    complete = f"<p>Complete in every row: {escape(', '.join(full))}.</p>" if full else ""
    return f"<h2>Missing values</h2>{body}{complete}"


def _sessions(described: Description, names: Names) -> str:
    if described.visits is None:
        return ""
    sessions = described.visits.sessions
    figures = []
    if described.funnel:
        figures.append((funnel_figure(described.funnel, sessions), 380))
    if described.places:
        height = _height(2 * len(described.places))
        figures.append((places_figure(described.places, described.place), height))
    if described.paths:
        figures.append((paths_figure(described.paths, sessions), _height(len(described.paths))))
    return f"<h2>Sessions</h2>{_visits(described.visits)}{_plots(figures, names, wide=True)}"


def _visits(visits: Visits) -> str:
    figures = {
        "sessions": f"{visits.sessions:,}",
        "clicks per session, mean (median)": f"{visits.events_mean:.1f} ({visits.events_median:g})",
        "product views per session, mean": f"{visits.views_mean:.1f}",
        "duration in seconds, mean (median)": None
        if visits.duration_mean is None
        else f"{visits.duration_mean:,.0f} ({visits.duration_median:,.0f})",
        "of sessions are a single click (bounce)": f"{visits.bounces:.1%}",
        "of sessions buy": None if visits.buying is None else f"{visits.buying:.1%}",
    }
    tiles = (
        f"<span><b>{value}</b>{escape(name)}</span>" for name, value in figures.items() if value
    )
    return f'<div class="figures">{"".join(tiles)}</div>'


def _distributions(described: Description, names: Names) -> str:
    figures = [(histogram_figure(part), 380) for part in described.histograms]
    bars = [(bars_figure(part), _height(len(part.bars))) for part in described.bars]
    return f"<h2>Distributions</h2>{_plots(figures, names)}{_plots(bars, names)}"


def _moments(described: Description, names: Names) -> str:
    figures = []
    if len(described.days) > 1:
        figures.append((days_figure(described.days), 380))
    if described.calendar is not None:
        figures.append((calendar_figure(described.calendar), 380))
    return f"<h2>When</h2>{_plots(figures, names)}" if figures else ""


def _relations(described: Description, kind: str, names: Names) -> str:
    figures = []
    if described.correlations is not None:
        of = "rows" if kind == "rows" else described.sample.of if described.sample else "sessions"
        size = 240 + 40 * len(described.correlations.names)
        figures.append((correlations_figure(described.correlations, of), size))
    if described.sample is not None and len(described.sample.names) > 1:
        figures.append((sample_figure(described.sample), 760))
    return f"<h2>How numbers go together</h2>{_plots(figures, names, wide=True)}" if figures else ""


def _height(lines: int) -> int:
    return 170 + _LINE * lines


def _plots(figures: Sequence[tuple[go.Figure, int]], names: Names, *, wide: bool = False) -> str:
    kind = ' class="wide"' if wide else ""
    drawn = "".join(
        f"<div{kind}>{plot(figure, next(names), height=height)}</div>" for figure, height in figures
    )
    return f'<div class="plots">{drawn}</div>'
