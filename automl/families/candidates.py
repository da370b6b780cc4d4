"""Candidates: one pipeline of a family and a config, fitted on training rows."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import numpy as np
import pandas as pd
from sklearn.exceptions import ConvergenceWarning
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits
from xgboost import XGBModel

from automl.families.conversion import CONVERSION, MULTICLASS
from automl.families.family import Family, LabelledKind
from automl.families.preprocessing import prepare_inputs
from automl.families.revenue import REVENUE
from automl.families.space import Config
from clickstream.errors import ClickwiseError

_TROUBLE = (ConvergenceWarning, RuntimeWarning)
_ROWS_WORTH_THREADS = 50_000
_logger = logging.getLogger(__name__)


def families_of(kind: LabelledKind) -> Mapping[str, Family]:
    """Give the families that answer one kind of question.

    Parameters
    ----------
    kind : {"conversion", "revenue", "multiclass"}
        A probability, an amount, or the probabilities of several classes.

    Returns
    -------
    mapping of str to Family
        By name, cheap ones first.

    Raises
    ------
    ClickwiseError
        If the kind is unknown.
    """
    known = {"conversion": CONVERSION, "revenue": REVENUE, "multiclass": MULTICLASS}
    if kind not in known:
        raise ClickwiseError(f"unknown kind {kind!r}; known: {', '.join(known)}")
    return known[kind]


def family_named(name: str, kind: LabelledKind) -> Family:
    """Find a family.

    Parameters
    ----------
    name : str
        As the leaderboard calls it.
    kind : {"conversion", "revenue"}
        A probability or an amount.

    Returns
    -------
    Family

    Raises
    ------
    ClickwiseError
        If there is no such family.
    """
    families = families_of(kind)
    if name not in families:
        raise ClickwiseError(f"no {kind} family {name!r}; families: {', '.join(families)}")
    return families[name]


def fit_candidate(
    frame: pd.DataFrame,
    label: np.ndarray,
    *,
    n_numeric: int,
    kind: LabelledKind,
    family: str,
    config: Config,
    seed: int,
) -> Pipeline:
    """Fit one candidate.

    The rows are put in an order of their own first, so that the order in which they come changes
    nothing.

    Parameters
    ----------
    frame : pandas.DataFrame, shape (n_rows, n_columns)
        Its first `n_numeric` columns are float32 and may hold NaN; the rest are strings, ""
        where missing.
    label : numpy.ndarray, shape (n_rows,)
        0 or 1 for conversion, an amount of at least 0 in currency units for revenue, the number of
        a class, from 0, for interest.
    n_numeric : int
        How many columns are numbers.
    kind : {"conversion", "revenue"}
        A probability or an amount.
    family : str
        A family of that kind.
    config : dict
        The family's settings, as the search found them.
    seed : int
        Draws whatever the family draws.

    Returns
    -------
    sklearn.pipeline.Pipeline
        Steps ``inputs``, ``select``, ..., ``model``, fitted.

    Raises
    ------
    ClickwiseError
        If there is no such family.
    ValueError
        If the rows do not suffice, such as a single class.
    """
    label = np.asarray(label)
    order = canonical_order(frame, label)
    return fit_in_order(
        frame.iloc[order],
        label[order],
        n_numeric=n_numeric,
        family=family_named(family, kind),
        config=config,
        seed=seed,
    )


def fit_in_order(
    frame: pd.DataFrame,
    label: np.ndarray,
    *,
    n_numeric: int,
    family: Family,
    config: Config,
    seed: int,
) -> Pipeline:
    """Fit one candidate on rows that are in canonical order already.

    Parameters
    ----------
    frame, label, n_numeric, config, seed
        As for `fit_candidate`.
    family : Family
        The family itself.

    Returns
    -------
    sklearn.pipeline.Pipeline
        Fitted.
    """
    inputs = prepare_inputs(config, n_numeric, frame.shape[1] - n_numeric)
    pipeline = Pipeline([("inputs", inputs), *family.steps(config, seed)])
    with _trouble_logged(family.name), _threads(pipeline, len(frame)):
        return pipeline.fit(frame, label)


def canonical_order(frame: pd.DataFrame, label: np.ndarray) -> np.ndarray:
    """Order rows by a hash of what stands in them, as good as shuffled.

    Parameters
    ----------
    frame : pandas.DataFrame, shape (n_rows, n_columns)
        The inputs.
    label : numpy.ndarray, shape (n_rows,)
        The label, which orders rows of equal inputs.

    Returns
    -------
    numpy.ndarray of int, shape (n_rows,)
        Positions; rows at equal places are the same in every column.
    """
    return np.lexsort((label, pd.util.hash_pandas_object(frame, index=False).to_numpy()))


@contextmanager
def _threads(pipeline: Pipeline, n_rows: int) -> Iterator[None]:
    # Threads of XGBoost and of linear algebra wait for each other by spinning: on few rows and a
    # busy machine, one thread was measured to be over a hundred times faster than two.
    few = n_rows < _ROWS_WORTH_THREADS
    for part in pipeline.get_params().values():
        if isinstance(part, XGBModel):
            part.set_params(n_jobs=1 if few else None)
    with threadpool_limits(1 if few else None):
        yield


@contextmanager
def _trouble_logged(family: str) -> Iterator[None]:
    # A model that stopped early or overflowed is still a model, judged by its loss like others.
    with warnings.catch_warnings(record=True) as caught:
        for category in _TROUBLE:
            warnings.simplefilter("always", category)
        yield
    for one in caught:
        if issubclass(one.category, _TROUBLE):
            _logger.info("%s: %s", family, one.message)
        else:
            warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)
