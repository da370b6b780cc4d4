import math
import os
import subprocess
import sys

import numpy as np
import onnx
import pandas as pd
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from automl.ensemble import Ensemble
from automl.export import largest_difference, run_graph, to_onnx
from automl.families import families_of, fit_candidate
from automl.families.space import Table, start_of

N_NUMERIC = 5
TOLERANCE = 1e-5


def _visits(n, seed, *, unseen=False):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "clicks": rng.poisson(4, n).astype(np.float32),
            "seconds": rng.lognormal(6, 1.8, n).astype(np.float32),
            "value": (rng.lognormal(3, 1.5, n) * 1000).astype(np.float32),
            "time": (1.7e9 + rng.integers(0, 10**7, n)).astype(np.float32),
            "constant": np.float32(3),
            "device": rng.choice(["phone", "desktop", ""], n),
            "country": rng.choice([f"c{i}" for i in range(30)], n),
        }
    )
    frame.loc[rng.random(n) < 0.2, ["seconds", "clicks"]] = np.nan
    if unseen:
        frame.loc[rng.random(n) < 0.3, "country"] = "Atlantis"
    return frame


@pytest.fixture(scope="module")
def shop():
    rng, frame = np.random.default_rng(2), _visits(1500, 0)
    signal = 0.4 * frame["clicks"].fillna(4) + (frame["device"] == "desktop") - 3
    label = (rng.random(1500) < 1 / (1 + np.exp(-signal))).to_numpy().astype(np.int8)
    spend = np.where(label == 1, rng.lognormal(3, 1, 1500), 0.0)
    return frame, {"conversion": label, "revenue": spend}


OTHERWISE = {
    "scale": "min-max",
    "encode": "ordinal",
    "numeric_missing": "mean",
    "string_missing": "most frequent",
    "max_categories": 5,
    "keep": 50,
}
VARIED = [
    (kind, name, way, otherwise)
    for kind in ("conversion", "revenue")
    for name, family in families_of(kind).items()
    for way in family.space(Table(5, 2, True))[
        "balancing" if kind == "conversion" else "target"
    ].options
    for otherwise in (False, True)
]


def _fit(shop, kind, family, settings):
    frame, labels = shop
    space = families_of(kind)[family].space(Table.of(frame, labels[kind], N_NUMERIC))
    config = start_of(space) | {name: one for name, one in settings.items() if name in space}
    return fit_candidate(
        frame, labels[kind], n_numeric=N_NUMERIC, kind=kind, family=family, config=config, seed=0
    )


def _export(pipeline, kind):
    return to_onnx(pipeline, n_numeric=N_NUMERIC, n_categorical=2, kind=kind)


def _outputs(pipeline, rows, kind):
    return Ensemble((pipeline,), kind).outputs(rows)


@pytest.mark.parametrize(("kind", "family", "way", "otherwise"), VARIED)
def test_graph_and_pipeline_say_the_same(shop, kind, family, way, otherwise):
    settings = {"balancing": way, "target": way, **(OTHERWISE if otherwise else {})}
    pipeline = _fit(shop, kind, family, settings)
    model = _export(pipeline, kind)
    rows, mean = _visits(800, 1, unseen=True), float(np.mean(shop[1][kind]))
    assert (
        largest_difference(model, _outputs(pipeline, rows, kind), rows, N_NUMERIC, kind, mean)
        < TOLERANCE
    )


ROUGH = {"l2": 0.01, "l1": 1e-4, "inputs": 15, "width": 64, "epochs": 30, "learning_rate": 0.03}


@pytest.mark.parametrize(("kind", "family"), sorted({one[:2] for one in VARIED}))
def test_the_roughest_settings_say_the_same_too(shop, kind, family):
    space = families_of(kind)[family].space(Table(5, 2, True))
    pipeline = _fit(shop, kind, family, {name: ROUGH[name] for name in ROUGH if name in space})
    rows, mean = _visits(800, 1, unseen=True), float(np.mean(shop[1][kind]))
    model = _export(pipeline, kind)
    assert (
        largest_difference(model, _outputs(pipeline, rows, kind), rows, N_NUMERIC, kind, mean)
        < TOLERANCE
    )


@pytest.mark.parametrize(("kind", "family"), sorted({one[:2] for one in VARIED}))
def test_two_exports_are_equal_byte_for_byte(shop, kind, family):
    first, second = (_export(_fit(shop, kind, family, {}), kind) for _ in range(2))
    assert first.SerializeToString() == second.SerializeToString()


_PRINT_DIGEST = """
import hashlib, numpy, pandas
from automl.export import to_onnx
from automl.families import fit_candidate
frame = pandas.DataFrame({"clicks": numpy.arange(60, dtype="f4"), "device": ["phone", "tv"] * 30})
settings = {"max_leaves": 4, "min_leaf_rows": 5}
pipeline = fit_candidate(frame, numpy.arange(60) // 30, n_numeric=1, kind="conversion",
                         family="decision tree", config=settings, seed=0)
graph = to_onnx(pipeline, n_numeric=1, n_categorical=1, kind="conversion")
print(hashlib.sha256(graph.SerializeToString()).hexdigest())
"""


def test_two_processes_export_the_same_bytes():
    # Sets of strings are ordered by hashes, which every process salts anew.
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", _PRINT_DIGEST],
            env=os.environ | {"PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in ("0", "1")
    ]
    first, second = (run.communicate()[0] for run in runs)
    assert len(first.strip()) == 64
    assert first == second


@pytest.mark.parametrize("name", [None, "buy_probability", "spend_if_buys"])
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_graph_without_a_finite_answer_is_infinitely_far_off(shop, monkeypatch, name, bad):
    kind, family = ("revenue", "ridge") if name else ("conversion", "logistic regression")
    pipeline = _fit(shop, kind, family, {"target": "two parts"})
    rows, graph = _visits(50, 1), _export(pipeline, kind)

    def spoilt(*given):
        answers = run_graph(*given)
        answers[name or "value"][7] = bad
        return answers

    monkeypatch.setattr("automl.export.run_graph", spoilt)
    expected = _outputs(pipeline, rows, kind)
    assert largest_difference(graph, expected, rows, N_NUMERIC, kind, 1.0) == math.inf


def test_figures_do_not_depend_on_the_number_of_threads(shop, monkeypatch):
    pipeline, seen = _fit(shop, "conversion", "neural network", {}), []
    answer = type(pipeline[-1]).predict_proba

    def watched(self, rows):
        seen.extend(pool["num_threads"] for pool in threadpool_info())
        return answer(self, rows)

    monkeypatch.setattr(type(pipeline[-1]), "predict_proba", watched)
    graph = _export(pipeline, "conversion")
    with threadpool_limits(2):
        expected = _outputs(pipeline, shop[0], "conversion")
        largest_difference(graph, expected, shop[0], N_NUMERIC, "conversion")
    assert set(seen) == {1}


def test_a_graph_names_its_inputs_and_outputs(shop):
    one = _export(_fit(shop, "conversion", "xgboost", {}), "conversion")
    two = _export(_fit(shop, "revenue", "ridge", {"target": "two parts"}), "revenue")
    onnx.checker.check_model(one)
    assert [name.name for name in one.graph.input] == ["numeric", "categorical"]
    assert [name.name for name in one.graph.output] == ["value"]
    outputs = ["value", "spend_if_buys", "buy_probability"]
    assert [name.name for name in two.graph.output] == outputs


def test_two_parts_multiply_in_the_graph(shop):
    pipeline = _fit(shop, "revenue", "random forest", {"target": "two parts, log1p"})
    rows = _visits(300, 1)
    answers = run_graph(_export(pipeline, "revenue"), rows, N_NUMERIC)
    product = answers["buy_probability"] * answers["spend_if_buys"]
    np.testing.assert_allclose(answers["value"], product, rtol=1e-6)
    assert all(one.shape == (300, 1) and one.dtype == np.float32 for one in answers.values())


def test_a_price_that_is_never_zero_is_bought_for_certain(shop):
    frame, labels = shop
    prices = {"revenue": labels["revenue"] + 5}
    pipeline = _fit((frame, prices), "revenue", "ridge", {})
    with_parts = fit_candidate(
        frame,
        prices["revenue"],
        n_numeric=N_NUMERIC,
        kind="revenue",
        family="ridge",
        config={"l2": 1.0, "target": "two parts"},
        seed=0,
    )
    for one in (pipeline, with_parts):
        model = _export(one, "revenue")
        expected = _outputs(one, frame, "revenue")
        assert largest_difference(model, expected, frame, N_NUMERIC, "revenue", 5.0) < TOLERANCE


@pytest.mark.parametrize("kept", [slice(0, 5), slice(5, 7)], ids=["numbers", "strings"])
def test_an_absent_kind_of_column_is_no_input(shop, kept):
    frame, n_numeric = shop[0].iloc[:, kept], 5 if kept.start == 0 else 0
    pipeline = fit_candidate(
        frame,
        shop[1]["conversion"],
        n_numeric=n_numeric,
        kind="conversion",
        family="logistic regression",
        config={"l2": 1.0},
        seed=0,
    )
    model = to_onnx(
        pipeline, n_numeric=n_numeric, n_categorical=frame.shape[1] - n_numeric, kind="conversion"
    )
    assert [one.name for one in model.graph.input] == (
        ["numeric"] if n_numeric else ["categorical"]
    )
    expected = _outputs(pipeline, frame, "conversion")
    assert largest_difference(model, expected, frame, n_numeric, "conversion") < TOLERANCE


def test_the_largest_forest_stays_small(shop):
    largest = {"trees": 120, "max_leaves": 256, "min_leaf_rows": 1}
    pipeline = _fit(shop, "conversion", "random forest", largest)
    model = _export(pipeline, "conversion")
    assert len(model.SerializeToString()) < 5_000_000


@pytest.mark.parametrize("family", list(families_of("multiclass")))
@pytest.mark.parametrize("balancing", ["none", "class weights", "SMOTE", "undersampling"])
def test_the_chances_of_several_classes_are_those_of_the_pipeline(shop, family, balancing):
    frame, labels = shop
    random = np.random.default_rng(4)
    label = np.where(labels["conversion"] == 1, 2, random.integers(2, size=len(frame))).astype(
        float
    )
    config = start_of(families_of("multiclass")[family].space(Table.of(frame, label, N_NUMERIC)))
    pipeline = fit_candidate(
        frame,
        label,
        n_numeric=N_NUMERIC,
        kind="multiclass",
        family=family,
        config=config | {"balancing": balancing},
        seed=0,
    )
    ensemble = Ensemble((pipeline,), "multiclass")
    graph = to_onnx(pipeline, n_numeric=N_NUMERIC, n_categorical=2, kind="multiclass")
    rows = _visits(300, 9, unseen=True)
    expected = ensemble.outputs(rows)
    assert expected["value"].shape == (300, 3)
    np.testing.assert_allclose(expected["value"].sum(axis=1), 1)
    assert largest_difference(graph, expected, rows, N_NUMERIC, "multiclass") < TOLERANCE
