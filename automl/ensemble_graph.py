"""An ensemble as one ONNX graph: its members side by side, their mean, its calibration."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnx.compose import add_prefix_graph

from automl.calibration import SMALLEST_CHANCE, Calibration
from automl.ensemble import Ensemble
from automl.export import to_onnx

__all__ = ["ensemble_graph"]


def ensemble_graph(ensemble: Ensemble, *, n_numeric: int, n_categorical: int) -> onnx.ModelProto:
    """Export an ensemble.

    Parameters
    ----------
    ensemble : Ensemble
        Fitted.
    n_numeric, n_categorical : int
        How many number columns lead the training table and how many string columns follow.

    Returns
    -------
    onnx.ModelProto
        Inputs and outputs as `to_onnx` gives them for one pipeline, which it equals byte for
        byte where there is one member and no calibration.
    """
    models = [
        to_onnx(member, n_numeric=n_numeric, n_categorical=n_categorical, kind=ensemble.kind)
        for member in ensemble.members
    ]
    model = models[0] if len(models) == 1 else _mean(models)
    if ensemble.calibration.method != "none":
        _append_calibration(model.graph, ensemble.calibration)
    onnx.checker.check_model(model)
    return model


def _mean(models: list[onnx.ModelProto]) -> onnx.ModelProto:
    """The mean of every output over models that take the same inputs."""
    first = models[0]
    graphs = [
        add_prefix_graph(model.graph, f"member{number}_", rename_inputs=False)
        for number, model in enumerate(models)
    ]
    nodes = [node for graph in graphs for node in graph.node]
    for place, output in enumerate(first.graph.output):
        names = [graph.output[place].name for graph in graphs]
        nodes.append(helper.make_node("Mean", names, [output.name], name=f"mean_{output.name}"))
    graph = helper.make_graph(
        nodes,
        first.graph.name,
        list(first.graph.input),
        list(first.graph.output),
        [one for graph in graphs for one in graph.initializer],
    )
    model = helper.make_model(graph, opset_imports=first.opset_import)
    model.ir_version, model.producer_name = first.ir_version, first.producer_name
    return model


def _append_calibration(graph: onnx.GraphProto, calibration: Calibration) -> None:
    """Put a broken line through log odds between the graph and its output.

    In float64, since log odds near a chance of 0 or 1 lose too many digits in float32.
    """
    _rename_output(graph, "value", "raw_value")
    nodes = _Nodes(graph)
    chance = nodes.add("Cast", "raw_value", to=TensorProto.DOUBLE)
    bounds = (nodes.constant(SMALLEST_CHANCE), nodes.constant(1 - SMALLEST_CHANCE))
    chance = nodes.add("Clip", chance, *bounds)
    rest = nodes.add("Sub", nodes.constant(1), chance)
    odds = nodes.add("Sub", nodes.add("Log", chance), nodes.add("Log", rest))
    line = _broken_line(nodes, odds, calibration)
    # 1 / (1 + exp(-x)): the runtime knows no Sigmoid of float64.
    inverse = nodes.add("Exp", nodes.add("Neg", line))
    calibrated = nodes.add("Reciprocal", nodes.add("Add", inverse, nodes.constant(1)))
    nodes.add("Cast", calibrated, output="value", to=TensorProto.FLOAT)


def _broken_line(nodes: _Nodes, odds: str, calibration: Calibration) -> str:
    knots, slopes = np.array(calibration.knots), np.array(calibration.slopes)
    zero = nodes.constant(0)
    below = nodes.add("Min", nodes.add("Sub", odds, nodes.constant(knots[0])), zero)
    above = nodes.add("Max", nodes.add("Sub", odds, nodes.constant(knots[-1])), zero)
    parts = [
        nodes.constant(calibration.level),
        nodes.add("Mul", below, nodes.constant(slopes[0])),
        nodes.add("Mul", above, nodes.constant(slopes[-1])),
    ]
    if len(knots) > 1:
        beyond = nodes.add("Sub", odds, nodes.constant(knots[:-1]))
        steps = nodes.add("Max", nodes.add("Min", beyond, nodes.constant(np.diff(knots))), zero)
        parts.append(nodes.add("MatMul", steps, nodes.constant(slopes[1:-1, None])))
    return nodes.add("Sum", *parts)


def _rename_output(graph: onnx.GraphProto, name: str, new_name: str) -> None:
    for node in graph.node:
        for place, output in enumerate(node.output):
            if output == name:
                node.output[place] = new_name


class _Nodes:
    """Nodes of the calibration, each written in a line."""

    def __init__(self, graph: onnx.GraphProto) -> None:
        self._graph = graph
        self._count = 0

    def add(self, kind: str, *inputs: str, output: str | None = None, **attributes: int) -> str:
        result = output or self._name()
        node = helper.make_node(kind, inputs, [result], name=f"node_{result}", **attributes)
        self._graph.node.append(node)
        return result

    def constant(self, values: npt.ArrayLike) -> str:
        name = self._name()
        tensor = numpy_helper.from_array(np.asarray(values, dtype=np.float64), name)
        self._graph.initializer.append(tensor)
        return name

    def _name(self) -> str:
        self._count += 1
        return f"calibration_{self._count}"
