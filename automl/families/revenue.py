"""The families that answer with an amount."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from sklearn.ensemble import (
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    RandomForestRegressor,
)
from sklearn.linear_model import Lasso, Ridge
from sklearn.preprocessing import PolynomialFeatures, StandardScaler
from sklearn.tree import DecisionTreeRegressor
from xgboost import XGBClassifier, XGBRegressor

from automl.families.conversion import (
    BOOSTING,
    boosting_settings,
    decision_tree,
    further_boosting,
    logistic_regression,
    random_forest,
)
from automl.families.family import Family, Steps, select_and_fit
from automl.families.linear import LeastSquares
from automl.families.preprocessing import KEEP, scaled_inputs, unscaled_inputs
from automl.families.selection import UsefulInputs
from automl.families.space import Choice, Config, Range, Space, Table
from automl.families.targets import (
    TARGETS,
    LogTargetRegressor,
    PlainTargetRegressor,
    TwoPartRegressor,
)

Build = Callable[[Config, int], Any]

_ONE_TREE: Space = {
    "max_leaves": Range(4, 512, 16, log=True, whole=True),
    "min_leaf_rows": Range(2, 500, 30, log=True, whole=True),
}
_FOREST: Space = {
    "trees": Range(20, 120, 30, log=True, whole=True, dear=True),
    "max_leaves": Range(8, 256, 64, log=True, whole=True, dear=True),
    "min_leaf_rows": Range(2, 100, 10, log=True, whole=True),
    "max_features": Range(0.1, 1.0, 0.3, log=True),
}
_GRADIENT: Space = {
    "trees": Range(10, 200, 40, log=True, whole=True, dear=True),
    "depth": Range(2, 6, 3, whole=True, dear=True),
    "learning_rate": Range(0.02, 0.5, 0.1, log=True),
    "min_leaf_rows": Range(2, 200, 20, log=True, whole=True),
    "row_share": Range(0.3, 1.0, 0.7),
    "max_features": Range(0.1, 1.0, 0.3, log=True),
}


def _linear(_config: Config, _seed: int) -> LeastSquares:
    return LeastSquares()


def _ridge(config: Config, seed: int) -> Ridge:
    return Ridge(alpha=float(config["l2"]), solver="lsqr", random_state=seed)


def _lasso(config: Config, seed: int) -> Lasso:
    return Lasso(alpha=float(config["l1"]), max_iter=2000, random_state=seed)


def _tree(config: Config, seed: int) -> DecisionTreeRegressor:
    return DecisionTreeRegressor(
        max_leaf_nodes=int(config["max_leaves"]),
        min_samples_leaf=int(config["min_leaf_rows"]),
        random_state=seed,
    )


def _forest(config: Config, seed: int) -> RandomForestRegressor:
    return RandomForestRegressor(
        n_estimators=int(config["trees"]),
        max_leaf_nodes=int(config["max_leaves"]),
        min_samples_leaf=int(config["min_leaf_rows"]),
        max_features=float(config["max_features"]),
        random_state=seed,
    )


def _gradient_settings(config: Config, seed: int) -> dict[str, Any]:
    return {
        "n_estimators": int(config["trees"]),
        "max_depth": int(config["depth"]),
        "learning_rate": float(config["learning_rate"]),
        "min_samples_leaf": int(config["min_leaf_rows"]),
        "subsample": float(config["row_share"]),
        "max_features": float(config["max_features"]),
        "random_state": seed,
    }


def _gradient(config: Config, seed: int) -> GradientBoostingRegressor:
    return GradientBoostingRegressor(**_gradient_settings(config, seed))


def _gradient_chance(config: Config, seed: int) -> GradientBoostingClassifier:
    return GradientBoostingClassifier(**_gradient_settings(config, seed))


def _xgboost(config: Config, seed: int) -> XGBRegressor:
    return XGBRegressor(**boosting_settings(config, seed))


def _xgboost_chance(config: Config, seed: int) -> XGBClassifier:
    return XGBClassifier(**boosting_settings(config, seed))


def _logistic_chance(config: Config, seed: int) -> Any:
    return logistic_regression({"l2": 1.0, **config}, seed)


def _spend(build: Build, chance: Build, config: Config, seed: int) -> Any:
    target = str(config.get("target", "as it is"))
    if target not in TARGETS:
        raise ValueError(f"unknown target {target!r}; known: {TARGETS}")
    form = LogTargetRegressor if target.endswith("log1p") else PlainTargetRegressor
    amount = form(build(config, seed))
    if target.startswith("two parts"):
        return TwoPartRegressor(chance(config, seed), amount)
    return amount


def _target(table: Table) -> Space:
    # Where nothing is ever 0, as with a price, everybody is a buyer and one part says it all.
    forms = TARGETS if table.has_zeros else TARGETS[:2]
    return {"target": Choice(forms, forms[0])}


def _family(
    name: str,
    builds: tuple[Build, Build],
    settings: Space,
    inputs: Callable[[Table], Space],
    steps: Callable[[Config, Any], Steps] = select_and_fit,
    *,
    averaged: bool = False,
    further_starts: Callable[[int], tuple[Config, ...]] | None = None,
) -> Family:
    def space(table: Table) -> Space:
        return {**settings, **inputs(table), **_target(table)}

    def all_steps(config: Config, seed: int) -> Steps:
        return steps(config, _spend(*builds, config, seed))

    return Family(name, space, all_steps, averaged, further_starts)


def _polynomial_steps(config: Config, model: Any) -> Steps:
    return [
        ("select", UsefulInputs(at_most=int(config["inputs"]))),
        ("products", PolynomialFeatures(degree=2, include_bias=False)),
        ("varying", UsefulInputs()),
        ("scale", StandardScaler()),
        ("model", model),
    ]


_KEEP: Space = {"keep": KEEP}
_L1: Space = {"l1": Range(1e-4, 1.0, 0.01, log=True)}
_L2: Space = {"l2": Range(1e-2, 1e4, 1, log=True)}
# 15 inputs make 135 columns.
_POLYNOMIAL: Space = {"inputs": Range(2, 15, 6, whole=True, dear=True), **_L2}
_PAIRS = {
    "linear": (_linear, _logistic_chance),
    "ridge": (_ridge, _logistic_chance),
    "lasso": (_lasso, _logistic_chance),
    "tree": (_tree, decision_tree),
    "forest": (_forest, random_forest),
    "gradient": (_gradient, _gradient_chance),
    "xgboost": (_xgboost, _xgboost_chance),
}
_native = partial(unscaled_inputs, native_missing=True)
_ALL = (
    _family("linear regression", _PAIRS["linear"], _KEEP, scaled_inputs),
    _family(
        "polynomial regression", _PAIRS["ridge"], _POLYNOMIAL, scaled_inputs, _polynomial_steps
    ),
    _family("ridge", _PAIRS["ridge"], {**_KEEP, **_L2}, scaled_inputs),
    _family("lasso", _PAIRS["lasso"], {**_KEEP, **_L1}, scaled_inputs),
    _family("decision tree", _PAIRS["tree"], {**_KEEP, **_ONE_TREE}, unscaled_inputs),
    _family("random forest", _PAIRS["forest"], {**_KEEP, **_FOREST}, unscaled_inputs),
    _family(
        "gradient boosting",
        _PAIRS["gradient"],
        {**_KEEP, **_GRADIENT},
        unscaled_inputs,
        averaged=True,
    ),
    _family(
        "xgboost",
        _PAIRS["xgboost"],
        {**_KEEP, **BOOSTING},
        _native,
        averaged=True,
        further_starts=further_boosting,
    ),
)
REVENUE: Mapping[str, Family] = MappingProxyType({family.name: family for family in _ALL})
