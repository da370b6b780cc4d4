"""The search of one family's configurations by FLAML; no other module here knows FLAML."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from flaml import tune
from flaml.tune.searcher.blendsearch import CFO

from automl.segments.clusterers import INITS, LINKAGES, RESTARTS, EpsRange, Family
from automl.segments.quality import MAX_SEGMENTS, MIN_SEGMENTS

__all__ = ["tried_always", "tune_family"]

Config = dict[str, Any]

COUNTS = (5, 3, 8, 4, 6, 10, 7, 9)
"""All numbers of segments, so that the elbow is whole; spread, for searches that end early."""

EXHAUSTED = 100
"""Suggestions in a row that were all tried before: a small family has no more to offer."""


def tried_always(family: Family) -> int:
    """Say how many configurations a family tries at least, as many trials as there may be.

    Parameters
    ----------
    family : Family
        For k-means that is every number of segments, so that no search ends up worse than
        plain k-means; for the others it is one.

    Returns
    -------
    int
    """
    return len(COUNTS) if family.name == "k-means" else 1


def tune_family(
    family: Family,
    eps: EpsRange,
    score: Callable[[Config], float | None],
    *,
    seconds: float | None,
    trials: int,
    seed: int,
) -> None:
    """Try configurations of one family, each suggested by how the earlier ones scored.

    The searcher is FLAML's CFO, a randomised direct search. It is made here because
    `tune.run` would give it a seed of its own; and it ignores what a trial cost, since
    measured times would make it choose differently in every run.

    Parameters
    ----------
    family : Family
        Its name chooses the space.
    eps : EpsRange
        Bounds of DBSCAN's radius for the data at hand, in standard deviations.
    score : callable
        From a configuration to a score, the higher the better; None ends the search.
    seconds : float or None
        No trial starts after that many; None for no limit.
    trials : int
        No more trials than that; -1 for no limit. The search also ends when the family has
        nothing left that was not tried.
    seed : int
        Same seed, trials and scores give the same configurations.
    """
    space, starts = _space(family.name, eps)
    searcher = CFO(
        metric="score",
        mode="max",
        space=space,
        low_cost_partial_config=starts[0],
        points_to_evaluate=starts,
        cost_attr=None,
        seed=seed,
    )
    tune.run(
        lambda config: _result(score(_plain(config))),
        search_alg=searcher,
        metric="score",
        mode="max",
        time_budget_s=seconds,
        num_samples=trials,
        max_failure=EXHAUSTED,
        verbose=0,
    )


def _space(name: str, eps: EpsRange) -> tuple[dict[str, Any], list[Config]]:
    """Pair what may be tried with the points to start from, the most promising first.

    Of k-means and hierarchical clustering these are all there is.
    """
    segments = tune.randint(MIN_SEGMENTS, MAX_SEGMENTS + 1)
    if name == "k-means":
        space = {
            "segments": segments,
            "init": tune.choice(list(INITS)),
            "restarts": tune.choice(list(RESTARTS)),
        }
        starts = [
            {"segments": count, "init": init, "restarts": restarts}
            for init in INITS
            for restarts in RESTARTS
            for count in COUNTS
        ]
        return space, starts
    if name == "hierarchical":
        space = {"segments": segments, "linkage": tune.choice(list(LINKAGES))}
        # Ward's linkage first: the others tend to part a few far rows from all the rest.
        starts = [{"segments": count, "linkage": one} for one in LINKAGES for count in COUNTS]
        return space, starts
    space = {
        "eps": tune.loguniform(eps.low, eps.high),
        "min_samples": tune.lograndint(5, 51),
    }
    return space, [{"eps": eps.start, "min_samples": count} for count in (10, 20)]


def _plain(config: Mapping[str, Any]) -> Config:
    """Copy a configuration without numpy's scalars, for reports and manifests."""
    return {key: _scalar(config[key]) for key in sorted(config)}


def _scalar(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _result(score: float | None) -> dict[str, float] | None:
    return None if score is None else {"score": score}
