"""The report's sections on how segments were found, from their `evaluation.json` alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from automl.html import plot, table
from automl.segment_figures import (
    agreement_name,
    elbow_figure,
    profile_figure,
    silhouette_figure,
    sizes_figure,
    stability_figure,
)
from automl.segments.clusterers import INITS, RESTARTS
from automl.segments.quality import MAX_NOISE, MAX_SEARCHED_NOISE, MIN_SHARE, MIN_STABILITY

__all__ = ["segment_sections", "who_they_are"]

Evaluation = Mapping[str, Any]
Candidate = Mapping[str, Any]

_USUAL = {("init", INITS[0]), ("restarts", RESTARTS[0])}
"""Settings that go without saying."""
_NUMBER = (
    '<p class="note">The number is that of the candidate with the best silhouette of all that keep '
    "the constraints; the elbow is shown for who goes by it.</p>"
)
_LINE = 26
"""Pixels per row of a figure whose rows have names."""
_COLUMNS = (
    "candidate",
    "segments",
    "silhouette",
    "D-B index",
    "within SS",
    "stability",
    "smallest",
    "outside",
)


def segment_sections(evaluation: Evaluation) -> list[str]:
    """Make the report's sections on segments.

    Parameters
    ----------
    evaluation : mapping
        `evaluation.json` of a segment answer.

    Returns
    -------
    list of str
        HTML, each with a heading of the third level; `automl.html.page` draws the plots in it.
    """
    return [
        _section("Candidates", _words(evaluation), _candidates(evaluation)),
        _section(
            "How many segments",
            _NUMBER,
            plot(silhouette_figure(evaluation), "segment-silhouette"),
            plot(elbow_figure(evaluation), "segment-elbow"),
        ),
        _section(
            "Do they come out again",
            _agreement_words(evaluation),
            plot(stability_figure(evaluation), "segment-stability", height=480),
        ),
    ]


def who_they_are(evaluation: Evaluation) -> str:
    """The pictures of sizes and profiles.

    Parameters
    ----------
    evaluation : mapping
        `evaluation.json` of a segment answer.
    """
    return _section(
        "Who they are, in pictures",
        "",
        plot(sizes_figure(evaluation), "segment-sizes", height=_height(evaluation["sizes"])),
        plot(
            profile_figure(evaluation),
            "segment-profiles",
            height=_height(evaluation["profiles"]["inputs"]),
        ),
    )


def _section(heading: str, words: str, *parts: str) -> str:
    return f"<h3>{escape(heading)}</h3>{words}{''.join(parts)}"


def _height(lines: Sequence[Any] | Mapping[str, Any]) -> int:
    return 170 + _LINE * len(lines)


def _words(evaluation: Evaluation) -> str:
    tried = sum(line["trials"] for line in evaluation["leaderboard"])
    sentences = [
        f"{tried} candidates were tried. Listed is the best of each family with each number of "
        "segments: of those that break the fewest constraints the one with the best silhouette. "
        "Figures are of training's rows, those above of the holdout.",
        "D-B index: Davies-Bouldin, the lower the better. Within SS: within-cluster sum of squares "
        f"per row. Stability: see below, at least {MIN_STABILITY}. Smallest: share of the smallest "
        f"segment, at least {MIN_SHARE:.0%}. Outside: rows that fit no segment, at most "
        f"{100 * MAX_SEARCHED_NOISE:g}% in a search, to stay clear of the {MAX_NOISE:.0%} that the "
        "release gate allows on the holdout.",
        *evaluation["notes"],
    ]
    return "".join(f'<p class="note">{escape(sentence)}</p>' for sentence in sentences)


def _agreement_words(evaluation: Evaluation) -> str:
    held = "later rows" if evaluation["holdout_is_later"] else "held-out rows, which have no time"
    return (
        '<p class="note">Stability: how well clusterings of bootstrap samples of the training rows '
        f"agree with the candidate. {agreement_name(evaluation).capitalize()}: the same with "
        f"samples of {held}. Both are mean adjusted Rand indices, 1 for the same segments and "
        f"about 0 for unrelated ones; a stability below {MIN_STABILITY} is refused.</p>"
    )


def _candidates(evaluation: Evaluation) -> str:
    held = "out of time" if evaluation["holdout_is_later"] else "held out"
    header = [*_COLUMNS[:-2], held, *_COLUMNS[-2:]]
    ordered = sorted(evaluation["candidates"], key=_place)
    return table(header, [_cells(one) for one in ordered], range(1, len(header)))


def _place(candidate: Candidate) -> tuple[bool, int, float]:
    """The chosen one first, then the best silhouette of those that break the fewest constraints."""
    silhouette = candidate["silhouette"]
    return (
        not candidate["chosen"],
        len(candidate["broken"]),
        0.0 if silhouette is None else -silhouette,
    )


def _cells(candidate: Candidate) -> list[str]:
    names = ("silhouette", "davies_bouldin", "within_ss", "stability", "out_of_time")
    return [
        _name(candidate),
        str(candidate["segments"]),
        *(_number(candidate[name]) for name in names),
        f"{candidate['smallest_share']:.1%}",
        f"{candidate['noise_share']:.1%}",
    ]


def _name(candidate: Candidate) -> str:
    settings = [
        value if isinstance(value, str) else f"{name} {value:.3g}"
        for name, value in candidate["config"].items()
        if name != "segments" and (name, value) not in _USUAL
    ]
    verdict = "chosen" if candidate["chosen"] else "refused" if candidate["broken"] else ""
    return ", ".join(filter(None, [candidate["family"], *settings, verdict]))


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"
