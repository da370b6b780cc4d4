"""Models of one family whose mean, calibrated, is the answer."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.pipeline import Pipeline

from automl.calibration import Calibration
from automl.families import LabelledKind, TwoPartRegressor, fit_candidate, predict
from automl.families.prediction import on_one_thread
from automl.search import SearchResult
from automl.table import Table

__all__ = ["Ensemble", "fit_ensemble"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Ensemble:
    """Fitted pipelines, alike but for their seeds.

    Attributes
    ----------
    members : tuple of Pipeline
        At least one.
    kind : {'conversion', 'revenue'}
        A chance or an amount.
    calibration : Calibration
        Of a mean chance.
    """

    members: tuple[Pipeline, ...]
    kind: LabelledKind
    calibration: Calibration = Calibration()  # noqa: RUF009 - frozen, so it may be shared

    def calibrated(self, calibration: Calibration) -> Ensemble:
        """The same with another calibration."""
        return replace(self, calibration=calibration)

    def predict(self, frame: pd.DataFrame) -> Floats:
        """The chance or the amount of each row, as the graph gives it."""
        mean = np.mean([predict(member, frame, self.kind) for member in self.members], axis=0)
        return self.calibration.apply(mean)

    def outputs(self, frame: pd.DataFrame) -> dict[str, Floats]:
        """Everything that the graph gives, by the name of its output.

        Parameters
        ----------
        frame : DataFrame, shape (N, inputs)
            The inputs.
        """
        found = {"value": self.predict(frame)}
        if isinstance(self.members[0][-1], TwoPartRegressor):
            parts = [_parts(member, frame) for member in self.members]
            found |= {name: np.mean([part[name] for part in parts], axis=0) for name in parts[0]}
        return found


def fit_ensemble(result: SearchResult, table: Table, kind: LabelledKind, seed: int) -> Ensemble:
    """Fit as many models as the search found best, each on all rows.

    Parameters
    ----------
    result : SearchResult
        Family, settings and number of members.
    table : Table
        What to fit on.
    kind : {'conversion', 'revenue'}
        A chance or an amount.
    seed : int
        Of the first member.
    """
    return Ensemble(
        tuple(
            fit_candidate(
                table.frame,
                table.label,
                n_numeric=table.n_numeric,
                kind=kind,
                family=result.family,
                config=result.config,
                seed=seed + member,
            )
            for member in range(result.members)
        ),
        kind,
    )


def _parts(pipeline: Pipeline, frame: pd.DataFrame) -> dict[str, Floats]:
    model, inputs = pipeline[-1], pipeline[:-1].transform(frame)
    return {
        "spend_if_buys": on_one_thread(model.spend_if_buys, inputs),
        "buy_probability": on_one_thread(model.buy_probability, inputs),
    }
