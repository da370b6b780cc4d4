from __future__ import annotations

import numpy as np
import onnx
import pandas as pd
import pytest

from automl.calibration import Calibration
from automl.ensemble import Ensemble
from automl.ensemble_graph import ensemble_graph
from automl.export import graph_score, largest_difference, run_graph, to_onnx
from automl.families import fit_candidate, predict

SETTINGS = {"trees": 30, "depth": 4, "learning_rate": 0.1, "row_share": 0.6, "l2": 1.0}
SETTINGS |= {"min_child_weight": 1.0, "column_share": 0.6, "target": "two parts"}
CALIBRATIONS = {
    "none": Calibration(),
    "sigmoid": Calibration("sigmoid", (0.0,), (0.6, 0.6), -0.4),
    "isotonic": Calibration("isotonic", (-2.0, -0.5, 1.0), (1.0, 0.5, 3.0, 1.0), -2.5),
}


def _shop(rows: int = 400) -> tuple[pd.DataFrame, dict[str, np.ndarray]]:
    random = np.random.default_rng(8)
    frame = pd.DataFrame({"clicks": random.poisson(4, rows).astype(np.float32)})
    frame["seconds"] = random.lognormal(4, 1, rows).astype(np.float32)
    frame["device"] = random.choice(["phone", "desktop", ""], rows)
    label = (random.random(rows) < frame["clicks"] / 12).to_numpy().astype(float)
    return frame, {"conversion": label, "revenue": label * random.lognormal(3, 1, rows)}


@pytest.fixture(scope="module")
def members() -> dict[str, tuple]:
    frame, labels = _shop()
    return {
        kind: tuple(
            fit_candidate(
                frame,
                label,
                n_numeric=2,
                kind=kind,
                family="xgboost",
                config=SETTINGS,
                seed=seed,
            )
            for seed in range(3)
        )
        for kind, label in labels.items()
    }


@pytest.mark.parametrize("method", CALIBRATIONS)
@pytest.mark.parametrize("count", [1, 3])
def test_the_graph_says_what_the_calibrated_mean_says(members, method, count) -> None:
    frame, _ = _shop()
    ensemble = Ensemble(members["conversion"][:count], "conversion", CALIBRATIONS[method])
    graph = ensemble_graph(ensemble, n_numeric=2, n_categorical=1)
    assert largest_difference(graph, ensemble.outputs(frame), frame, 2, "conversion") < 1e-6
    said = [predict(member, frame, "conversion") for member in ensemble.members]
    expected = CALIBRATIONS[method].apply(np.mean(said, axis=0))
    answers = run_graph(graph, frame, 2)["value"].ravel()
    np.testing.assert_allclose(answers, expected, atol=1e-6)


def test_every_output_of_two_parts_is_the_members_mean(members) -> None:
    frame, _ = _shop()
    ensemble = Ensemble(members["revenue"], "revenue")
    graph = ensemble_graph(ensemble, n_numeric=2, n_categorical=1)
    names = ["value", "spend_if_buys", "buy_probability"]
    assert [output.name for output in graph.graph.output] == names
    assert largest_difference(graph, ensemble.outputs(frame), frame, 2, "revenue", 20.0) < 1e-6
    single = [Ensemble((member,), "revenue").outputs(frame) for member in members["revenue"]]
    for name in names:
        mean = np.mean([outputs[name] for outputs in single], axis=0)
        np.testing.assert_allclose(run_graph(graph, frame, 2)[name].ravel(), mean, rtol=1e-4)


def test_one_member_without_calibration_is_exported_as_it_is(members) -> None:
    ensemble = Ensemble(members["conversion"][:1], "conversion")
    alone = to_onnx(ensemble.members[0], n_numeric=2, n_categorical=1, kind="conversion")
    graph = ensemble_graph(ensemble, n_numeric=2, n_categorical=1)
    assert graph.SerializeToString() == alone.SerializeToString()


def test_the_same_ensemble_gives_the_same_bytes_under_names_of_its_own(members) -> None:
    ensemble = Ensemble(members["conversion"], "conversion", CALIBRATIONS["isotonic"])
    one, other = (ensemble_graph(ensemble, n_numeric=2, n_categorical=1) for _ in range(2))
    assert one.SerializeToString() == other.SerializeToString()
    onnx.checker.check_model(one, full_check=True)
    assert [given.name for given in one.graph.input] == ["numeric", "categorical"]
    names = [output for node in one.graph.node for output in node.output]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("rows", [1, 2, 399])
def test_a_graph_opened_once_says_the_same_of_any_number_of_rows(members, rows) -> None:
    frame = _shop()[0].head(rows)
    graph = ensemble_graph(Ensemble(members["revenue"], "revenue"), n_numeric=2, n_categorical=1)
    score = graph_score(graph, 2)
    expected = run_graph(graph, frame, 2)["value"].ravel()
    np.testing.assert_allclose(score(frame), expected, rtol=1e-6)
    np.testing.assert_array_equal(score(frame), score(frame))
