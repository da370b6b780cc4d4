"""Recommendations in the report and on the card: how often they named what came next."""

from __future__ import annotations

from html import escape

from automl.html import table
from automl.reporting.drawing import shown
from clickstream.manifest import Metric, Recommendations

__all__ = ["recommended_lines", "recommended_section"]

_HEADER = ("way to name products", "among 5", "among 20", "mean 1/place of 5", "of 20")
_FIGURES = ("hit_rate_5", "hit_rate_20", "mrr_5", "mrr_20")


def recommended_section(found: Recommendations) -> str:
    """The report's section.

    Parameters
    ----------
    found : Recommendations
        As the manifest has them.
    """
    words = "".join(f"<p>{escape(sentence)}</p>" for sentence in _words(found))
    return f"<h2>Recommendations</h2>{words}{table(list(_HEADER), _rows(found))}{_examples(found)}"


def recommended_lines(found: Recommendations) -> list[str]:
    """The card's section, in Markdown.

    Parameters
    ----------
    found : Recommendations
        As the manifest has them.
    """
    return [
        "## Recommendations",
        "",
        *(f"- {sentence}" for sentence in _words(found)),
        "",
        f"| {' | '.join(_HEADER)} |",
        f"| --- |{' ---: |' * (len(_HEADER) - 1)}",
        *(f"| {' | '.join(row)} |" for row in _rows(found)),
        "",
    ]


def _words(found: Recommendations) -> list[str]:
    acts = "views" if found.action == "view" else "purchases"
    ours, popular = (one["hit_rate_5"].value for one in (found.metrics, found.baselines["popular"]))
    return [
        f"Of 100 sessions, {100 * ours:.0f} went on to a product that was among the five "
        f"recommended; had popular products been shown, {100 * popular:.0f} would have.",
        f"They name what others viewed next or bought together; {found.products:,} products are "
        "known. A service gives them at POST /recommend.",
        f"Split {found.split}. Of {found.sessions:,} sessions of the test the last product was "
        f"to be foretold from the {acts} before it: how often it was among the first 5 and 20 "
        "named, and the mean of 1/place, which is 1 where it always came first and 0 where it was "
        "not named. Values with their 95 % interval.",
    ]


def _examples(found: Recommendations) -> str:
    if not found.examples:
        return ""
    rows = [[one.product, ", ".join(one.named)] for one in found.examples]
    return table(["after this popular product", "it recommends"], rows)


def _rows(found: Recommendations) -> list[list[str]]:
    popular = found.baselines["popular"]
    others = {
        name: figures
        for name, figures in found.baselines.items()
        # Without categories those of one are those of all.
        if name == "popular" or figures != popular
    }
    ways = {"recommended": found.metrics, **others}
    return [[name, *_shown(figures)] for name, figures in ways.items()]


def _shown(figures: dict[str, Metric]) -> list[str]:
    return [shown(figures[name]) for name in _FIGURES]
