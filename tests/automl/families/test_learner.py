"""What the engine is told of a family keeps it going for as long as there is time."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from flaml import CFO

from automl.families.candidates import families_of
from automl.families.family import Family
from automl.families.learner import engine_space
from automl.families.space import Table, start_of

FAMILIES = {
    f"{kind}, {name}": family
    for kind in ("conversion", "revenue", "multiclass")
    for name, family in families_of(kind).items()
}


MOST, AFTER = 2_000, 5
"""Trials, and those after the local search has converged."""
SLOW = ("logistic regression", "linear regression", "ridge", "lasso", "neural network")
"""Families whose local search does not converge in so many."""


def table() -> Table:
    """Numbers with gaps, strings with gaps, and labels with zeros."""
    size = 60
    random = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "number": np.where(random.random(size) < 0.2, np.nan, random.normal(size=size)),
            "string": random.choice(["a", "b", ""], size),
        }
    )
    return Table.of(frame, random.integers(0, 2, size).astype(float), 1)


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
def test_a_search_that_has_converged_begins_anew_with_whole_settings(family: Family) -> None:
    space = family.space(table())
    told = engine_space(space)
    engine = CFO(
        metric="loss",
        mode="min",
        space={name: one["domain"] for name, one in told.items()},
        low_cost_partial_config={
            name: one["low_cost_init_value"]
            for name, one in told.items()
            if "low_cost_init_value" in one
        },
        points_to_evaluate=[start_of(space)],
        allow_empty_config=True,
        seed=0,
    )
    after = 0
    for number in range(MOST):
        settings = engine.suggest(str(number))
        if settings is not None:
            assert set(settings) == set(space)
            # Nothing is better than the start, so the local search converges.
            tried = {f"config/{name}": one for name, one in settings.items()}
            loss = float(number > 0)
            engine.on_trial_complete(str(number), {"loss": loss, "time_total_s": 1.0, **tried})
        after += engine.is_ls_ever_converged
        if after == AFTER:
            break
    assert (after == AFTER) == (family.name not in SLOW)
