"""What a family of candidates is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from automl.families.selection import UsefulInputs
from automl.families.space import Config, Space, Table

LabelledKind: TypeAlias = Literal["conversion", "revenue", "multiclass"]
"""Kinds of answer that learn from a label: all of `clickstream.answers.Kind` but segments."""
Steps: TypeAlias = list[tuple[str, Any]]


@dataclass(frozen=True)
class Family:
    """A kind of model with the settings that the search may vary.

    Parameters
    ----------
    name : str
        What the leaderboard calls it.
    space : callable
        From a `Table` to the family's search space. Its start is cheap and known to be good.
    steps : callable
        From a config and a seed to the pipeline's steps after the inputs are prepared.
    averaged : bool, default False
        Whether models of several seeds may be averaged, which helps where much is drawn at
        random and one model is small.
    further_starts : callable or None
        From a number of rows to settings that are dearer than the space's start but known to be
        better; what the table does not need is left out of them.
    """

    name: str
    space: Callable[[Table], Space]
    steps: Callable[[Config, int], Steps]
    averaged: bool = False
    further_starts: Callable[[int], tuple[Config, ...]] | None = None


def select_and_fit(config: Config, model: Any) -> Steps:
    """Give the usual steps: drop useless inputs, fit the model.

    Parameters
    ----------
    config : dict
        ``keep``: percentage of inputs kept, 100 where absent.
    model : estimator
        The last step.

    Returns
    -------
    list of (str, estimator)
        Steps named ``select`` and ``model``.
    """
    return [("select", UsefulInputs(keep=float(config.get("keep", 100)))), ("model", model)]
