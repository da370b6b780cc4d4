"""What `evaluation.json` says of segments, for pages and reports to draw."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from automl.segments.elbow import find_elbow
from automl.segments.profiles import heatmap
from automl.segments.results import Kept, SegmentSearch, Winner

__all__ = ["segment_evaluation"]

_MAP_ROWS = 1_000


def segment_evaluation(
    search: SegmentSearch,
    winner: Winner,
    agreements: Sequence[float],
    training: pd.DataFrame,
    *,
    names: Mapping[int, str],
    later: bool,
) -> dict[str, Any]:
    """Collect what there is to show: every candidate kept, the elbow, sizes, profiles, the map.

    Parameters
    ----------
    search : SegmentSearch
        With a winner.
    winner : Winner
        Its winner.
    agreements : sequence of float
        Out-of-time agreement of each candidate kept.
    training : pandas.DataFrame of shape (n, d)
        The rows of training, in hash order.
    names : mapping of int to str
        What each segment is called.
    later : bool
        Whether the holdout is later than the training; ready-made rows have no time.

    Returns
    -------
    dict
        For JSON: what could not be measured is None.
    """
    labels = winner.model.predict(training)
    numbers, sizes = np.unique(labels, return_counts=True)
    return {
        "map": _map(winner, training.head(_MAP_ROWS), labels),
        "names": {str(number): name for number, name in names.items()},
        "sizes": {str(number): int(size) for number, size in zip(numbers, sizes, strict=True)},
        "leaderboard": _leaderboard(search),
        "candidates": [
            _candidate(kept, agreement, chosen=kept.candidate is winner.candidate)
            for kept, agreement in zip(search.kept, agreements, strict=True)
        ],
        "failures": [
            {"family": one.family, "config": dict(one.config), "reason": one.failure}
            for one in search.candidates
            if one.failure
        ],
        "elbow": [_finite(asdict(point)) for point in search.elbow],
        "elbow_at": find_elbow(search.elbow),
        "profiles": _finite(asdict(heatmap(training, labels))),
        "rows": search.rows,
        "sampled_rows": dict(search.sampled_rows),
        "holdout_is_later": later,
        "interrupted": search.interrupted,
        "notes": list(search.notes),
    }


def _map(winner: Winner, shown: pd.DataFrame, labels: NDArray[np.int64]) -> list[list[float]]:
    places = winner.model.map(shown)
    return [
        [float(x), float(y), int(segment)]
        for (x, y), segment in zip(places, labels[: len(shown)], strict=True)
    ]


def _leaderboard(search: SegmentSearch) -> list[dict[str, Any]]:
    return [
        {
            "family": line.family,
            "trials": line.trials,
            "silhouette": line.silhouette,
            "failure": line.reason or None,
        }
        for line in search.leaderboard
    ]


def _candidate(kept: Kept, agreement: float, *, chosen: bool) -> dict[str, Any]:
    found = {
        "family": kept.candidate.family,
        "config": dict(kept.candidate.config),
        "out_of_time": agreement,
        "broken": list(kept.candidate.broken),
        "chosen": chosen,
    }
    return found | _finite(asdict(kept.figures))


def _finite(value: Any) -> Any:
    """JSON has no NaN: what could not be measured is None."""
    if isinstance(value, dict):
        return {name: _finite(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
