"""From the training table to one float32 matrix: impute, encode, scale."""

from __future__ import annotations

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import (
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    StandardScaler,
)

from automl.families.space import Choice, Config, Space, Table
from automl.families.strings import FrequentCategories

KEEP = Choice((100, 75, 50, 25), 100)
_MAX_CATEGORIES = Choice((5, 10, 20, 40), 20)
_STRING_MISSING = Choice(("own category", "most frequent"), "own category")


def scaled_inputs(table: Table) -> Space:
    """Give the choices for models that need inputs of like size.

    Parameters
    ----------
    table : Table
        What the training table holds; choices about absent columns are left out.

    Returns
    -------
    dict
        Names of settings, with what they may be.
    """
    numeric = {
        "numeric_missing": Choice(("mean", "median"), "median"),
        "scale": Choice(("standard", "min-max"), "standard"),
    }
    return _present(table, numeric, {"max_categories": _MAX_CATEGORIES})


def unscaled_inputs(table: Table, *, native_missing: bool = False) -> Space:
    """Give the choices for trees: never scaled, strings as numbers or one-hot.

    A row that was scaled in float32 can cross a split that was learned from another rounding, so
    that the ONNX graph would answer differently from the pipeline.

    Parameters
    ----------
    table : Table
        What the training table holds; choices about absent columns are left out.
    native_missing : bool, default False
        Whether the model can be given missing numbers as they are.

    Returns
    -------
    dict
        Names of settings, with what they may be.
    """
    ways = ("native", "median", "mean") if native_missing else ("median", "mean")
    strings = {
        "encode": Choice(("ordinal", "one-hot"), "ordinal"),
        "max_categories": _MAX_CATEGORIES,
    }
    return _present(table, {"numeric_missing": Choice(ways, ways[0])}, strings)


def prepare_inputs(config: Config, n_numeric: int, n_categorical: int) -> ColumnTransformer:
    """Build the step that turns a training table into one float32 matrix.

    Parameters
    ----------
    config : dict
        ``numeric_missing`` (mean, median, native), ``scale`` (standard, min-max, none),
        ``string_missing`` (own category, most frequent), ``encode`` (one-hot, ordinal) and
        ``max_categories``; all may be absent.
    n_numeric, n_categorical : int
        How many number columns lead the table and how many string columns follow.

    Returns
    -------
    sklearn.compose.ColumnTransformer
        Not fitted; it selects columns by position.
    """
    numeric = (_numeric_steps(config), list(range(n_numeric)))
    strings = (_string_steps(config), list(range(n_numeric, n_numeric + n_categorical)))
    parts = [("numeric", *numeric), ("categorical", *strings)]
    return ColumnTransformer([part for part in parts if part[2]], sparse_threshold=0)


def _present(table: Table, numeric: Space, strings: Space) -> Space:
    chosen = {**numeric} if table.n_numeric else {}
    if table.n_categorical:
        chosen |= {"string_missing": _STRING_MISSING, **strings}
    return chosen


def _numeric_steps(config: Config) -> Pipeline | str:
    missing, scale = config.get("numeric_missing", "median"), config.get("scale", "none")
    scalers = {"standard": StandardScaler, "min-max": MinMaxScaler}
    steps: list[tuple[str, object]] = []
    if missing == "native" and config.get("balancing") == "SMOTE":
        missing = "median"  # SMOTE looks for neighbours, which a missing number does not have.
    if missing != "native":
        # A column without a single value in a fold is filled with 0 and dropped as constant.
        steps.append(("impute", SimpleImputer(strategy=str(missing), keep_empty_features=True)))
    if scale in scalers:
        steps.append(("scale", scalers[str(scale)]()))
    return Pipeline(steps) if steps else "passthrough"


def _string_steps(config: Config) -> Pipeline:
    group = FrequentCategories(
        missing=str(config.get("string_missing", "own category")),
        max_categories=int(config.get("max_categories", 20)),
    )
    return Pipeline([("group", group), ("encode", _encoder(str(config.get("encode", "one-hot"))))])


def _encoder(name: str) -> OneHotEncoder | OrdinalEncoder:
    if name == "ordinal":
        return OrdinalEncoder(
            handle_unknown="use_encoded_value", unknown_value=-1, dtype=np.float32
        )
    return OneHotEncoder(handle_unknown="ignore", sparse_output=False, dtype=np.float32)
