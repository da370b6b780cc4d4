"""ONNX converters for what skl2onnx does not know: our own steps, XGBoost, quick products."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from onnx import TensorProto, helper
from onnxmltools.convert.xgboost.operator_converters.XGBoost import convert_xgboost
from skl2onnx import get_model_alias, update_registered_converter
from skl2onnx.common.data_types import FloatTensorType, Int64TensorType, StringTensorType
from skl2onnx.common.shape_calculator import (
    calculate_linear_classifier_output_shapes,
    calculate_linear_regressor_output_shapes,
)
from sklearn.preprocessing import PolynomialFeatures
from xgboost import XGBClassifier, XGBRegressor

from automl.families.balancing import BalancedClassifier, SeveralClasses
from automl.families.selection import UsefulInputs
from automl.families.strings import OTHER, FrequentCategories
from automl.families.targets import LogTargetRegressor, PlainTargetRegressor, TwoPartRegressor


@cache
def register_converters() -> None:
    """Teach skl2onnx, once in a process, the steps of our pipelines."""
    options = {"zipmap": [True, False, "columns"], "nocl": [True, False]}
    update_registered_converter(
        XGBClassifier,
        "XGBoostXGBClassifier",
        calculate_linear_classifier_output_shapes,
        convert_xgboost,
        options=options,
    )
    update_registered_converter(
        XGBRegressor,
        "XGBoostXGBRegressor",
        calculate_linear_regressor_output_shapes,
        convert_xgboost,
    )
    for step, shapes, convert in (
        (PolynomialFeatures, _products_shape, _convert_products),
        (UsefulInputs, _selection_shape, _convert_selection),
        (FrequentCategories, _strings_shape, _convert_strings),
    ):
        update_registered_converter(
            step, f"Clickwise{step.__name__}", shapes, convert, overwrite=True
        )
    for model, names, convert in (
        (BalancedClassifier, ("value",), _convert_balanced),
        (SeveralClasses, ("value",), _convert_classes),
        (PlainTargetRegressor, ("value",), _convert_plain),
        (LogTargetRegressor, ("value",), _convert_log),
        (TwoPartRegressor, ("value", "spend_if_buys", "buy_probability"), _convert_two_parts),
    ):
        update_registered_converter(
            model,
            f"Clickwise{model.__name__}",
            _column_shapes,
            convert,
            parser=_parser(names),
            # skl2onnx asks every classifier whether it wants its answers as maps.
            options={"zipmap": [True, False]} if issubclass(model, BalancedClassifier) else None,
        )


def _parser(names: tuple[str, ...]) -> Any:
    def parse(scope: Any, model: Any, inputs: Any, custom_parsers: Any = None) -> Any:  # noqa: ARG001
        operator = scope.declare_local_operator(f"Clickwise{type(model).__name__}", model)
        operator.inputs.extend(inputs)
        for name in names:
            column = scope.declare_local_variable(name, FloatTensorType([None, 1]))
            operator.outputs.append(column)
        return operator.outputs

    return parse


def _column_shapes(operator: Any) -> None:
    several = isinstance(operator.raw_operator, SeveralClasses)
    columns = len(operator.raw_operator.classes_) if several else 1
    for output in operator.outputs:
        output.type = FloatTensorType([None, columns])


def _products_shape(operator: Any) -> None:
    operator.outputs[0].type = FloatTensorType([None, operator.raw_operator.n_output_features_])


def _selection_shape(operator: Any) -> None:
    operator.outputs[0].type = FloatTensorType([None, int(operator.raw_operator.kept_.sum())])


def _strings_shape(operator: Any) -> None:
    n_columns = len(operator.raw_operator.categories_)
    operator.outputs[0].type = StringTensorType([None, n_columns])


class _Graph:
    """Nodes of one operator, each written in a line."""

    def __init__(self, scope: Any, operator: Any, container: Any) -> None:
        self.scope, self.operator, self.container = scope, operator, container
        self.input = operator.inputs[0].full_name
        self.model = operator.raw_operator

    def node(
        self,
        kind: str,
        *inputs: str,
        output: str | None = None,
        domain: str = "",
        version: int = 18,
        **attributes: Any,
    ) -> str:
        result = output or self.scope.get_unique_variable_name(kind.lower())
        self.container.add_node(
            kind,
            list(inputs),
            result,
            name=self.scope.get_unique_operator_name(kind),
            op_domain=domain,
            op_version=version,
            **attributes,
        )
        return result

    def constant(self, values: Any, dtype: Any = np.float32) -> str:
        name = self.scope.get_unique_variable_name("constant")
        array = np.asarray(values, dtype=dtype)
        kind = helper.np_dtype_to_tensor_dtype(array.dtype)
        self.container.add_initializer(name, kind, list(array.shape), array.ravel().tolist())
        return name

    def gather(self, source: str, columns: Any, output: str | None = None) -> str:
        columns = self.constant(columns, np.int64)
        return self.node("Gather", source, columns, output=output, axis=1)

    def output(self, index: int = 0) -> str:
        return self.operator.outputs[index].full_name

    def classifier(self, model: Any) -> str:
        sub = self._sub(model)
        for name, kind in (("label", Int64TensorType()), ("probabilities", FloatTensorType())):
            sub.outputs.append(self.scope.declare_local_variable(name, kind))
        return sub.outputs[1].full_name

    def regressor(self, model: Any) -> str:
        if hasattr(model, "coef_"):
            return self._straight_line(model)
        sub = self._sub(model)
        sub.outputs.append(self.scope.declare_local_variable("amount", FloatTensorType()))
        # Some converters give a vector where a column is needed.
        return self.node("Reshape", sub.outputs[0].full_name, self.constant([-1, 1], np.int64))

    def _straight_line(self, model: Any) -> str:
        # Large terms that cancel each other lose too many digits in float32.
        inputs = self.node("Cast", self.input, to=TensorProto.DOUBLE)
        coefficients = self.constant(np.reshape(model.coef_, (-1, 1)), np.float64)
        terms = self.node("MatMul", inputs, coefficients)
        amount = self.node("Add", terms, self.constant([model.intercept_], np.float64))
        return self.node("Cast", amount, to=TensorProto.FLOAT)

    def _sub(self, model: Any) -> Any:
        sub = self.scope.declare_local_operator(get_model_alias(type(model)), model)
        sub.inputs.extend(self.operator.inputs)
        return sub


def _convert_products(scope: Any, operator: Any, container: Any) -> None:
    graph = _Graph(scope, operator, container)
    powers = graph.model.powers_
    first = powers.argmax(axis=1)
    rest = powers.copy()
    rest[np.arange(len(rest)), first] -= 1
    alone = rest.sum(axis=1) == 0
    singles = graph.gather(graph.input, first[alone])
    left = graph.gather(graph.input, first[~alone])
    right = graph.gather(graph.input, rest[~alone].argmax(axis=1))
    products = graph.node("Mul", left, right)
    graph.node("Concat", singles, products, axis=1, output=graph.output())


def _convert_selection(scope: Any, operator: Any, container: Any) -> None:
    graph = _Graph(scope, operator, container)
    graph.gather(graph.input, np.flatnonzero(graph.model.kept_), output=graph.output())


def _convert_strings(scope: Any, operator: Any, container: Any) -> None:
    graph = _Graph(scope, operator, container)
    columns = []
    for index, names in enumerate(graph.model.names()):
        column = graph.gather(graph.input, [index])
        known = {"keys_strings": list(names), "values_strings": list(names.values())}
        columns.append(
            graph.node(
                "LabelEncoder",
                column,
                domain="ai.onnx.ml",
                version=2,
                default_string=OTHER,
                **known,
            )
        )
    graph.node("Concat", *columns, axis=1, output=graph.output())


def _convert_balanced(scope: Any, operator: Any, container: Any) -> None:
    graph = _Graph(scope, operator, container)
    shifted = graph.node(
        "Mul", graph.classifier(graph.model.model_), graph.constant(graph.model.prior_shift_)
    )
    yes, no = graph.gather(shifted, [1]), graph.gather(shifted, [0])
    graph.node("Div", yes, graph.node("Add", yes, no), output=graph.output())


def _convert_classes(scope: Any, operator: Any, container: Any) -> None:
    graph = _Graph(scope, operator, container)
    shifted = graph.node(
        "Mul", graph.classifier(graph.model.model_), graph.constant(graph.model.prior_shift_)
    )
    total = graph.node("ReduceSum", shifted, graph.constant([1], np.int64), keepdims=1)
    graph.node("Div", shifted, total, output=graph.output())


def _convert_plain(scope: Any, operator: Any, container: Any) -> None:
    graph = _Graph(scope, operator, container)
    amount = graph.node("Relu", graph.regressor(graph.model.model_))
    graph.node("Mul", amount, graph.constant([graph.model.unit_]), output=graph.output())


def _convert_log(scope: Any, operator: Any, container: Any) -> None:
    graph = _Graph(scope, operator, container)
    bounds = graph.constant(0.0), graph.constant(graph.model.largest_)
    logarithm = graph.node("Clip", graph.regressor(graph.model.model_), *bounds)
    amount = graph.node("Sub", graph.node("Exp", logarithm), graph.constant([1.0]))
    steeper = graph.node("Mul", amount, graph.constant([graph.model.slope_]))
    moved = graph.node("Add", steeper, graph.constant([graph.model.offset_]))
    graph.node("Relu", moved, output=graph.output())


def _convert_two_parts(scope: Any, operator: Any, container: Any) -> None:
    graph = _Graph(scope, operator, container)
    value, spend, chance = (graph.output(index) for index in range(3))
    amount = graph.regressor(graph.model.amount_)
    graph.node("Identity", amount, output=spend)
    if graph.model.chance_ is None:
        ones = graph.node("Mul", amount, graph.constant([0.0]))
        graph.node("Add", ones, graph.constant([1.0]), output=chance)
    else:
        graph.gather(graph.classifier(graph.model.chance_), [1], output=chance)
    graph.node("Mul", chance, spend, output=value)
