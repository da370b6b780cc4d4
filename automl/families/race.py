"""Whether a candidate that was tried on some folds is worth trying on the rest."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from automl.families.family import LabelledKind
from automl.families.losses import fold_loss

Floats = npt.NDArray[np.float64]

_STANDARD_ERRORS = 2.0
"""A candidate this far behind, on the same rows, is not fitted on further folds."""


class Race:
    """A candidate beside the best one of its family, fold by fold.

    Candidates are compared on the same validation rows, so that a few folds tell a hopeless one
    from a hopeful one (racing: Maron and Moore 1994, "Hoeffding races"; with paired tests:
    Birattari, Stuetzle, Paquete and Varrentrapp 2002, "A racing algorithm for configuring
    metaheuristics").

    Parameters
    ----------
    kind : {"conversion", "revenue"}
        What losses are of.
    best : sequence of numpy.ndarray
        The loss of each validation row under the best candidate so far, by fold; empty where
        there is none yet.

    Attributes
    ----------
    lost : bool
        Whether the candidate was given up.
    """

    def __init__(self, kind: LabelledKind, best: Sequence[Floats] = ()) -> None:
        self.kind, self.best = kind, best
        self.own: list[Floats] = []
        self.lost = False

    def run(self, losses: Floats) -> float:
        """Take in one more fold.

        Parameters
        ----------
        losses : numpy.ndarray, shape (n_rows,)
            The candidate's loss of each validation row.

        Returns
        -------
        float
            The fold's loss.
        """
        self.own.append(losses)
        self.lost = len(self.own) < len(self.best) and self._is_behind()
        return fold_loss(losses, self.kind)

    def estimate(self) -> float:
        """Guess the loss of the next fold of a candidate that was given up.

        Returns
        -------
        float
            What the best one has there, and how far the candidate was behind on average.
        """
        own = [fold_loss(losses, self.kind) for losses in self.own]
        best = [fold_loss(losses, self.kind) for losses in self.best]
        behind = np.mean(own) - np.mean(best[: len(own)])
        return float(np.mean(best[len(own) :]) + behind)

    def _is_behind(self) -> bool:
        own = np.concatenate(self.own)
        behind = own - np.concatenate(list(self.best[: len(self.own)]))
        return bool(behind.mean() > _STANDARD_ERRORS * behind.std() / np.sqrt(len(behind)))
