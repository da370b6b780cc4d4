"""Classes of recency, frequency and monetary value beside the segments that were searched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from clickstream.manifest import RfmBorders
from clickstream.rfm import CLASSES, rfm_scores

__all__ = ["rfm_evaluation"]


def rfm_evaluation(
    borders: RfmBorders, columns: Mapping[str, npt.NDArray[Any]], labels: npt.NDArray[np.int64]
) -> dict[str, Any]:
    """Count customers of training by class and by segment.

    Parameters
    ----------
    borders : RfmBorders
        Of the same customers.
    columns : mapping of str to ndarray, shape (N,)
        `clickstream.rfm.RFM_COLUMNS`.
    labels : numpy.ndarray of int64, shape (N,)
        The segment of each customer.

    Returns
    -------
    dict
        `classes`: of each class its `name`, `meaning`, number of `customers`, their
        `spend_share` of everything bought (0 to 1), and how many of them are `in_segment`, by
        number. `without_order`: how many customers have no scores.
    """
    names = np.array([one and one.name for one in rfm_scores(borders, columns)], dtype=object)
    spend = np.ma.filled(np.ma.asarray(columns["spend"]).astype(np.float64), 0.0)
    total = spend.sum()
    return {
        "classes": [
            {
                "name": name,
                "meaning": meaning,
                "customers": int(np.sum(names == name)),
                "spend_share": float(spend[names == name].sum() / total) if total else 0.0,
                "in_segment": {
                    str(segment): int(np.sum((names == name) & (labels == segment)))
                    for segment in np.unique(labels)
                },
            }
            for name, meaning in CLASSES.items()
        ],
        "without_order": int(sum(name is None for name in names)),
    }
