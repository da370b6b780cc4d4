"""A fitted pipeline as one ONNX graph, and the proof that both say the same."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
import pandas as pd
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from automl.families.converters import register_converters
from automl.families.family import LabelledKind

__all__ = ["graph_score", "largest_difference", "run_graph", "to_onnx"]

Floats = npt.NDArray[np.float64]

_OPSETS = {"": 18, "ai.onnx.ml": 3}


def to_onnx(
    pipeline: Pipeline, *, n_numeric: int, n_categorical: int, kind: LabelledKind
) -> onnx.ModelProto:
    """Export a fitted candidate.

    Parameters
    ----------
    pipeline : sklearn.pipeline.Pipeline
        As `automl.families.fit_candidate` returns it.
    n_numeric, n_categorical : int
        How many number columns lead the training table and how many string columns follow.
    kind : {"conversion", "revenue"}
        A probability or an amount.

    Returns
    -------
    onnx.ModelProto
        Inputs ``numeric`` (float32, [N, n_numeric]) and ``categorical`` (string,
        [N, n_categorical]), each only where it has columns. Output ``value`` (float32, [N, 1]):
        the probability of yes, or an amount of at least 0 in currency units; of several classes
        their probabilities, [N, classes]; with two parts also ``spend_if_buys`` and
        ``buy_probability``. The same pipeline gives the same bytes,
        in every process.
    """
    register_converters()
    inputs = [
        ("numeric", FloatTensorType([None, n_numeric])),
        ("categorical", StringTensorType([None, n_categorical])),
    ]
    model = convert_sklearn(
        pipeline,
        name=f"clickwise-{kind}",
        initial_types=[one for one in inputs if one[1].shape[1]],
        target_opset=_OPSETS,
        # Multiplying by 1/x rounds otherwise than dividing by x, as the pipeline does.
        options={StandardScaler: {"div": "div"}},
    )
    # The converter keeps them in a set, whose order is another in every process.
    model.opset_import.sort(key=lambda one: one.domain)
    return model


def largest_difference(
    model: onnx.ModelProto,
    expected: Mapping[str, Floats],
    frame: pd.DataFrame,
    n_numeric: int,
    kind: LabelledKind,
    mean_target: float | None = None,
) -> float:
    """Compare a graph with what it was exported from, on every row and every output.

    Parameters
    ----------
    model : onnx.ModelProto
        The graph.
    expected : mapping of str to numpy.ndarray, each of shape (n_rows,) or (n_rows, classes)
        By output, what it should say.
    frame : pandas.DataFrame, shape (n_rows, n_columns)
        The inputs.
    n_numeric : int
        How many columns are numbers.
    kind : {"conversion", "revenue"}
        A probability or an amount.
    mean_target : float or None, default None
        Where given, the difference of an amount is measured in units of
        max(\\|prediction\\|, `mean_target`), as the release gate does.

    Returns
    -------
    float
        The largest absolute difference; infinite where either gives no finite answer.
    """
    answers = run_graph(model, frame, n_numeric)
    largest = 0.0
    for name, values in expected.items():
        difference = np.abs(answers[name].reshape(values.shape).astype(np.float64) - values)
        if kind == "revenue" and name != "buy_probability" and mean_target is not None:
            difference /= np.maximum(np.abs(values), mean_target)
        largest = max(largest, _largest(difference))
    return largest


def _largest(difference: np.ndarray) -> float:
    # NaN is no larger than anything, and would pass for no difference.
    return float(difference.max()) if np.isfinite(difference).all() else math.inf


def run_graph(model: onnx.ModelProto, frame: pd.DataFrame, n_numeric: int) -> dict[str, np.ndarray]:
    """Score rows with a graph.

    Parameters
    ----------
    model : onnx.ModelProto
        The graph.
    frame : pandas.DataFrame, shape (n_rows, n_columns)
        The inputs.
    n_numeric : int
        How many columns are numbers.

    Returns
    -------
    dict of str to numpy.ndarray, each of shape (n_rows, 1)
        The outputs by name.
    """
    return _run(_session(model), frame, n_numeric)


def graph_score(model: onnx.ModelProto, n_numeric: int) -> Callable[[pd.DataFrame], Floats]:
    """Open a graph once, to score rows many times.

    Parameters
    ----------
    model : onnx.ModelProto
        The graph.
    n_numeric : int
        How many columns of the rows are numbers.

    Returns
    -------
    callable
        Takes a DataFrame, (n_rows, n_columns), and gives its predictions, (n_rows,), or of
        several classes their chances, (n_rows, classes).
    """
    session = _session(model)

    def score(frame: pd.DataFrame) -> Floats:
        values = _run(session, frame, n_numeric)["value"].astype(np.float64)
        return values[:, 0] if values.ndim > 1 and values.shape[1] == 1 else values

    return score


def _session(model: onnx.ModelProto) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )


def _run(
    session: onnxruntime.InferenceSession, frame: pd.DataFrame, n_numeric: int
) -> dict[str, np.ndarray]:
    feeds = {
        "numeric": frame.iloc[:, :n_numeric].to_numpy(dtype=np.float32),
        "categorical": frame.iloc[:, n_numeric:].to_numpy(dtype=object),
    }
    wanted = {one.name for one in session.get_inputs()}
    names = [one.name for one in session.get_outputs()]
    fed = {name: value for name, value in feeds.items() if name in wanted}
    return dict(zip(names, session.run(names, fed), strict=True))
