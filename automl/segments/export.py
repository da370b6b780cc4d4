"""A segment model as one ONNX graph.

The graph is written node by node: DBSCAN and hierarchical clustering have no converter, and
with prototypes one small graph serves all three families alike.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pandas as pd
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from automl.segments.prototypes import Prototypes, SegmentModel
from automl.segments.space import ReferenceSpace, numeric_rows

__all__ = ["disagreements", "to_onnx"]

OPSET = 18
IR_VERSION = 8
"""The version that came with this opset, so that older runtimes read the file too."""
BATCH = 1_000
"""Rows per run of the graph: it holds a difference per row, prototype and column at once."""


class _Graph:
    """Nodes and constants as they are written, each node named after what it yields."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, values: NDArray[Any] | np.float64) -> str:
        self.constants.append(numpy_helper.from_array(np.asarray(values, order="C"), name))
        return name

    def add(self, kind: str, inputs: Sequence[str], output: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output


def to_onnx(model: SegmentModel) -> onnx.ModelProto:
    """Write the graph of a segment model.

    Input ``numeric``, float32 of shape (n, columns), NaN where unknown. Outputs ``segment``,
    int64 of shape (n,), the nearest segment; ``distance``, float32 of shape (n,), in radii: the
    row fits where it is at most 1; ``map``, float32 of shape (n, 2).

    In between, the graph counts in double precision with the formulas of `SegmentModel`: in
    single precision, rows between two prototypes would fall to either side by rounding.

    Parameters
    ----------
    model : SegmentModel

    Returns
    -------
    onnx.ModelProto
        Checked; the same model always gives the same bytes.
    """
    graph = _Graph()
    place = _reference_space(graph, model.space)
    _nearest_prototype(graph, model.prototypes, place)
    on_axes = graph.add("MatMul", [place, graph.constant("axes", model.axes)], "map_double")
    graph.add("Cast", [on_axes], "map", to=TensorProto.FLOAT)
    proto = _model(graph, len(model.columns))
    onnx.checker.check_model(proto, full_check=True)
    return proto


def _reference_space(graph: _Graph, space: ReferenceSpace) -> str:
    """Write `ReferenceSpace.transform`."""
    double = graph.add("Cast", ["numeric"], "numeric_double", to=TensorProto.DOUBLE)
    columns = graph.constant("kept_columns", space.kept_.astype(np.int64))
    kept = graph.add("Gather", [double, columns], "kept", axis=1)
    unknown = graph.add("IsNaN", [kept], "unknown")
    medians = graph.constant("medians", space.medians_)
    imputed = graph.add("Where", [unknown, medians, kept], "imputed")
    spread = _logs(graph, space, imputed)
    means, scales = graph.constant("means", space.means_), graph.constant("scales", space.scales_)
    centred = graph.add("Sub", [spread, means], "centred")
    return graph.add("Div", [centred, scales], "place")


def _logs(graph: _Graph, space: ReferenceSpace, imputed: str) -> str:
    """Write the logs of all columns, and keep those of the columns that are logged."""
    zero, one = graph.constant("zero", np.float64(0)), graph.constant("one", np.float64(1))
    positive = graph.add("Max", [imputed, zero], "positive")
    in_units = graph.add("Div", [positive, graph.constant("units", space.units_)], "in_units")
    logs = graph.add("Log", [graph.add("Add", [in_units, one], "one_more")], "logs")
    logged = graph.constant("logged", space.logged_)
    return graph.add("Where", [logged, logs, imputed], "spread")


def _nearest_prototype(graph: _Graph, prototypes: Prototypes, place: str) -> None:
    """Write `Prototypes.nearest`.

    Differences are squared and summed, not expanded into products, which would lose the digits
    of a row that lies on its prototype.
    """
    axis, last = graph.constant("axis", np.array([1])), graph.constant("last", np.array([2]))
    beside = graph.add("Unsqueeze", [place, axis], "beside")
    points = graph.constant("points", prototypes.points)
    apart = graph.add("Sub", [beside, points], "apart")
    squares = graph.add("Mul", [apart, apart], "squares")
    sums = graph.add("ReduceSum", [squares, last], "sums", keepdims=0)
    best = graph.add("ArgMin", [sums], "best", axis=1, keepdims=0)
    shortest = graph.add("ReduceMin", [sums, axis], "shortest", keepdims=0)
    distance = graph.add("Sqrt", [shortest], "distance_to_point")
    radius = graph.add("Gather", [graph.constant("radii", prototypes.radii), best], "radius")
    in_radii = graph.add("Div", [distance, radius], "distance_double")
    graph.add("Cast", [in_radii], "distance", to=TensorProto.FLOAT)
    graph.add("Gather", [graph.constant("segments", prototypes.segments), best], "segment")


def _model(graph: _Graph, columns: int) -> onnx.ModelProto:
    value = helper.make_tensor_value_info
    body = helper.make_graph(
        graph.nodes,
        "segments",
        [value("numeric", TensorProto.FLOAT, ["n", columns])],
        [
            value("segment", TensorProto.INT64, ["n"]),
            value("distance", TensorProto.FLOAT, ["n"]),
            value("map", TensorProto.FLOAT, ["n", 2]),
        ],
        graph.constants,
    )
    opsets = [helper.make_opsetid("", OPSET)]
    return helper.make_model(
        body, opset_imports=opsets, ir_version=IR_VERSION, producer_name="clickwise"
    )


def disagreements(
    model_proto: onnx.ModelProto, segment_model: SegmentModel, frame: pd.DataFrame
) -> int:
    """Count the rows that graph and model label differently.

    "Fits no segment" is a label too, so that both must agree on who fits.

    Parameters
    ----------
    model_proto : onnx.ModelProto
        What `to_onnx` wrote.
    segment_model : SegmentModel
        From which it was written.
    frame : pandas.DataFrame of shape (n, any)
        Holds the model's columns.

    Returns
    -------
    int
        0 if the graph may stand for the model.

    Raises
    ------
    clickstream.errors.InputError
        If a column is missing or holds an infinite value.
    """
    session = onnxruntime.InferenceSession(
        model_proto.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    return sum(
        _differing(session, segment_model, frame.iloc[start : start + BATCH])
        for start in range(0, len(frame), BATCH)
    )


def _differing(
    session: onnxruntime.InferenceSession, model: SegmentModel, frame: pd.DataFrame
) -> int:
    rows = numeric_rows(frame, model.columns)
    segments, distances = session.run(["segment", "distance"], {"numeric": rows})
    agree = (segments == model.predict(frame)) & ((distances <= 1) == model.fits(frame))
    return int((~agree).sum())
