"""Abandonment: 1 minus the chance of a purchase, judged on sessions with a full cart alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from automl.evidence import HOLDOUT_LEAST
from automl.metrics import Resamples, chance_metrics
from automl.table import Prepared, Table

__all__ = ["abandonment", "abandonment_sentence"]

Floats = npt.NDArray[np.float64]


def abandonment(prepared: Prepared, predicted: Floats, seed: int) -> dict[str, Any]:
    """Measure how well 1 minus the chance of a purchase tells who leaves a full cart.

    Parameters
    ----------
    prepared : Prepared
        Of the answer `purchase`; a cart is full where more was put in than taken out by the cut.
    predicted : ndarray of float, shape (rows of the holdout,)
        Chances of a purchase.
    seed : int
        Of the bootstrap.

    Returns
    -------
    dict
        Counts of rows and sessions with a full cart; `metrics`, and `baseline_metrics` of the
        share abandoned in training's full carts, or why they are `not_measured`.
    """
    full = _full_cart(prepared.holdout)
    holdout = prepared.holdout.rows(full)
    found: dict[str, Any] = _counts(holdout)
    least = min(found["abandoned"], found["bought"])
    if least < HOLDOUT_LEAST:
        return found | {
            "not_measured": f"{found['abandoned']} sessions with a full cart were abandoned and "
            f"{found['bought']} bought; at least {HOLDOUT_LEAST} of either are needed"
        }
    before = prepared.training.label[_full_cart(prepared.training)]
    constant = np.full(len(holdout), 1 - before.mean())
    resamples = Resamples(holdout.unit_ids, seed)
    left = 1 - holdout.label
    said = chance_metrics(left, 1 - predicted[full], resamples)
    baseline = chance_metrics(left, constant, resamples)
    return found | {
        "metrics": {name: metric.model_dump() for name, metric in said.items()},
        "baseline_metrics": {name: metric.model_dump() for name, metric in baseline.items()},
    }


def _full_cart(table: Table) -> npt.NDArray[np.bool_]:
    return np.asarray(table.frame["carts"] > table.frame["removals"])


def _counts(table: Table) -> dict[str, int]:
    return {
        "rows": len(table),
        "sessions": len(set(table.unit_ids)),
        "abandoned": len(set(table.unit_ids[table.label <= 0])),
        "bought": len(set(table.unit_ids[table.label > 0])),
    }


def abandonment_sentence(found: dict[str, Any]) -> str:
    """What was measured on, or why nothing was.

    Parameters
    ----------
    found : dict
        Of `abandonment`.
    """
    if reason := found.get("not_measured"):
        return f"Abandonment (1 minus the chance to buy) was not measured: {reason}."
    return (
        f"Abandonment (1 minus the chance to buy) on the holdout's {found['sessions']} sessions "
        f"with something in the cart ({found['rows']} rows): {found['abandoned']} were abandoned, "
        f"{found['bought']} bought. The baseline is the share abandoned in training's full carts."
    )
