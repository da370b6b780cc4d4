"""The families that answer with a probability, or with those of several classes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.tree import DecisionTreeClassifier
from xgboost import XGBClassifier

from automl.families.balancing import BALANCINGS, BalancedClassifier, SeveralClasses
from automl.families.family import Family, Steps, select_and_fit
from automl.families.preprocessing import KEEP, scaled_inputs, unscaled_inputs
from automl.families.space import Choice, Config, Range, Space, Table

_ONE_TREE: Space = {
    "max_leaves": Range(4, 512, 32, log=True, whole=True),
    "min_leaf_rows": Range(2, 500, 30, log=True, whole=True),
    "criterion": Choice(("gini", "log_loss"), "log_loss"),
}
# 120 trees of 256 leaves are about 3 MB of graph.
_FOREST: Space = {
    "trees": Range(20, 120, 40, log=True, whole=True, dear=True),
    "max_leaves": Range(16, 256, 64, log=True, whole=True, dear=True),
    "min_leaf_rows": Range(1, 100, 5, log=True, whole=True),
    "max_features": Range(0.1, 1.0, 0.3, log=True),
    "criterion": Choice(("gini", "log_loss"), "log_loss"),
}
BOOSTING: Space = {
    "trees": Range(10, 600, 60, log=True, whole=True, dear=True),
    "depth": Range(2, 8, 5, whole=True, dear=True),
    "learning_rate": Range(0.01, 0.5, 0.1, log=True),
    "min_child_weight": Range(0.5, 100, 5, log=True),
    "row_share": Range(0.5, 1.0, 0.9),
    "column_share": Range(0.3, 1.0, 0.8),
    "l2": Range(0.01, 100, 1, log=True),
}
# Many small steps on draws of rows and inputs: log loss and average precision of five-fold
# cross-validation on UCI Online Shoppers were better than the cheap start's in every variant.
SLOW_BOOSTING: Config = {
    "trees": 400,
    "depth": 5,
    "learning_rate": 0.02,
    "row_share": 0.7,
    "column_share": 0.5,
    "encode": "one-hot",
}
# What boosting starts from, but for the encoding: where strings have few values, trees that can ask
# for each of them order buyers better than trees that must cut through their alphabet.
ONE_HOT_BOOSTING: Config = {"encode": "one-hot"}
# Fewer and larger steps where each takes long: on 69,000 rows of the simulated shop a third of the
# time of the slow ones, and the log loss of later sessions is the same.
BRISK_BOOSTING: Config = SLOW_BOOSTING | {
    "encode": "ordinal",
    "trees": 200,
    "depth": 4,
    "learning_rate": 0.05,
    "min_child_weight": 20.0,
}
# Where much depends on how inputs go together: better than the brisk ones for most answers of
# e-shop clothing, and worse for the simulated shop.
DEEP_BOOSTING: Config = BRISK_BOOSTING | {
    "depth": 6,
    "learning_rate": 0.06,
    "min_child_weight": 100.0,
    "column_share": 0.4,
}
_MANY_ROWS = 30_000
_NETWORK: Space = {
    "width": Range(8, 64, 16, log=True, whole=True, dear=True),
    "layers": Choice((1, 2), 1),
    "epochs": Range(4, 60, 12, log=True, whole=True, dear=True),
    "learning_rate": Range(0.0003, 0.03, 0.003, log=True),
    "l2": Range(1e-5, 1.0, 1e-3, log=True),
    "batch_rows": Range(64, 1024, 256, log=True, whole=True),
}


def logistic_regression(config: Config, seed: int) -> LogisticRegression:
    """Build a logistic regression.

    Parameters
    ----------
    config : dict
        ``l2``: strength of the penalty, 1 over scikit-learn's ``C``.
    seed : int
        Not needed by this solver.

    Returns
    -------
    sklearn.linear_model.LogisticRegression
    """
    return LogisticRegression(C=1 / float(config["l2"]), max_iter=1000, random_state=seed)


def decision_tree(config: Config, seed: int) -> DecisionTreeClassifier:
    """Build a decision tree.

    Parameters
    ----------
    config : dict
        ``max_leaves``, ``min_leaf_rows`` and, unless gini, ``criterion``.
    seed : int
        Breaks ties between equally good splits.

    Returns
    -------
    sklearn.tree.DecisionTreeClassifier
    """
    return DecisionTreeClassifier(
        max_leaf_nodes=int(config["max_leaves"]),
        min_samples_leaf=int(config["min_leaf_rows"]),
        criterion=str(config.get("criterion", "gini")),
        random_state=seed,
    )


def random_forest(config: Config, seed: int) -> RandomForestClassifier:
    """Build a random forest, bounded in size so that its graph stays small.

    It is fitted in one thread: scikit-learn's threads each reset the warning filters of the whole
    process, and add up the trees' answers in an order that no two runs share.

    Parameters
    ----------
    config : dict
        ``trees``, ``max_leaves``, ``min_leaf_rows``, ``max_features`` (a share) and, unless
        gini, ``criterion``.
    seed : int
        Draws rows and inputs.

    Returns
    -------
    sklearn.ensemble.RandomForestClassifier
    """
    return RandomForestClassifier(
        n_estimators=int(config["trees"]),
        max_leaf_nodes=int(config["max_leaves"]),
        min_samples_leaf=int(config["min_leaf_rows"]),
        max_features=float(config["max_features"]),
        criterion=str(config.get("criterion", "gini")),
        random_state=seed,
    )


def boosting_settings(config: Config, seed: int) -> dict[str, Any]:
    """Name a boosting config as XGBoost does.

    Parameters
    ----------
    config : dict
        A config of `BOOSTING`.
    seed : int
        Draws rows and inputs.

    Returns
    -------
    dict
        Keyword arguments of ``XGBClassifier`` and ``XGBRegressor``.
    """
    return {
        "n_estimators": int(config["trees"]),
        "max_depth": int(config["depth"]),
        "learning_rate": float(config["learning_rate"]),
        "min_child_weight": float(config["min_child_weight"]),
        "subsample": float(config["row_share"]),
        "colsample_bytree": float(config["column_share"]),
        "reg_lambda": float(config["l2"]),
        "tree_method": "hist",
        "random_state": seed,
        "verbosity": 0,
    }


def further_boosting(rows: int) -> tuple[Config, ...]:
    """Settings of boosting that are known to be good, beyond its start.

    Parameters
    ----------
    rows : int
        To fit on.

    Returns
    -------
    tuple of dict
        Each a part of a config of `BOOSTING` and of its inputs.
    """
    if rows > _MANY_ROWS:
        return BRISK_BOOSTING, DEEP_BOOSTING
    return ONE_HOT_BOOSTING, SLOW_BOOSTING


def _xgboost(config: Config, seed: int) -> XGBClassifier:
    return XGBClassifier(**boosting_settings(config, seed))


def _neural_network(config: Config, seed: int) -> MLPClassifier:
    # Epochs are searched like any other setting: nothing stops the fit before them.
    return MLPClassifier(
        hidden_layer_sizes=(int(config["width"]),) * int(config["layers"]),
        max_iter=int(config["epochs"]),
        n_iter_no_change=int(config["epochs"]),
        learning_rate_init=float(config["learning_rate"]),
        alpha=float(config["l2"]),
        batch_size=int(config["batch_rows"]),
        random_state=seed,
    )


def _family(
    wrap: type[BalancedClassifier],
    name: str,
    build: Callable[[Config, int], Any],
    settings: Space,
    inputs: Callable[[Table], Space],
    *,
    averaged: bool = False,
    further_starts: Callable[[int], tuple[Config, ...]] | None = None,
) -> Family:
    def space(table: Table) -> Space:
        return {**settings, **inputs(table), "keep": KEEP, "balancing": Choice(BALANCINGS, "none")}

    def steps(config: Config, seed: int) -> Steps:
        balancing = str(config.get("balancing", "none"))
        return select_and_fit(config, wrap(build(config, seed), balancing, seed))

    return Family(name, space, steps, averaged, further_starts)


_L2: Space = {"l2": Range(1e-3, 1e3, 1, log=True)}
_native = partial(unscaled_inputs, native_missing=True)


def _families(wrap: type[BalancedClassifier]) -> Mapping[str, Family]:
    """All families, cheap ones first, each with its classifier in a wrapper that balances."""
    family = partial(_family, wrap)
    all_families = (
        family("logistic regression", logistic_regression, _L2, scaled_inputs),
        family("decision tree", decision_tree, _ONE_TREE, unscaled_inputs),
        family("random forest", random_forest, _FOREST, unscaled_inputs),
        family(
            "xgboost",
            _xgboost,
            BOOSTING,
            _native,
            averaged=True,
            further_starts=further_boosting,
        ),
        family("neural network", _neural_network, _NETWORK, scaled_inputs, averaged=True),
    )
    return MappingProxyType({one.name: one for one in all_families})


CONVERSION = _families(BalancedClassifier)
MULTICLASS = _families(SeveralClasses)
