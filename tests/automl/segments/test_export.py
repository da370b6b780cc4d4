from dataclasses import replace

import numpy as np
import onnx
import onnxruntime
import pandas as pd
import pytest

from automl.segments import SegmentModel, disagreements, to_onnx

FAMILIES = ["k-means", "hierarchical", "dbscan"]


def run(proto: onnx.ModelProto, frame: pd.DataFrame) -> dict[str, np.ndarray]:
    session = onnxruntime.InferenceSession(proto.SerializeToString())
    names = [output.name for output in session.get_outputs()]
    values = session.run(names, {"numeric": frame.to_numpy(np.float32)})
    return dict(zip(names, values, strict=True))


def strangers(frame: pd.DataFrame, rows: int) -> pd.DataFrame:
    """Random rows over and beyond the ranges of a frame, a tenth of the values unknown."""
    generator = np.random.default_rng(9)
    low, high = frame.min().to_numpy(), frame.max().to_numpy()
    margin = high - low
    values = generator.uniform(low - margin, high + margin, (rows, frame.shape[1]))
    values[generator.random(values.shape) < 0.1] = np.nan
    return pd.DataFrame(values, columns=frame.columns, dtype="float32")


@pytest.fixture(params=FAMILIES)
def model(request, serve, shop) -> SegmentModel:
    return serve(shop, request.param)


def test_the_graph_gives_the_segments_of_the_model(model, shop):
    assert disagreements(to_onnx(model), model, strangers(shop, 20_000)) == 0
    assert disagreements(to_onnx(model), model, shop) == 0


def test_the_graph_gives_the_distances_and_the_map_of_the_model(model, shop):
    rows = strangers(shop, 500)
    graph = run(to_onnx(model), rows)
    np.testing.assert_allclose(graph["distance"], model.distance(rows), rtol=1e-5)
    np.testing.assert_allclose(graph["map"], model.map(rows), rtol=1e-5, atol=1e-6)


def test_the_graph_keeps_the_types_it_promises(model, shop):
    graph = run(to_onnx(model), shop)
    assert (graph["segment"].dtype, graph["segment"].shape) == (np.int64, (len(shop),))
    assert (graph["distance"].dtype, graph["distance"].shape) == (np.float32, (len(shop),))
    assert (graph["map"].dtype, graph["map"].shape) == (np.float32, (len(shop), 2))


def test_the_graph_scores_no_rows_and_one_row(model, shop):
    assert len(run(to_onnx(model), shop.iloc[:0])["segment"]) == 0
    assert len(run(to_onnx(model), shop.iloc[:1])["segment"]) == 1


def test_two_exports_are_equal_byte_for_byte(model):
    assert to_onnx(model).SerializeToString() == to_onnx(model).SerializeToString()


def test_rows_equal_to_a_prototype_are_at_distance_zero_in_both(serve):
    frame = pd.DataFrame({"a": np.repeat([0, 3, 7, 20], 50)}, dtype="float32")
    model = serve(frame, "k-means")
    assert model.distance(frame) == pytest.approx(0, abs=1e-6)
    assert run(to_onnx(model), frame)["distance"] == pytest.approx(0, abs=1e-6)


def test_a_graph_of_another_model_disagrees(serve, blobs, fresh_blobs):
    frame = blobs[0]
    other = to_onnx(serve(fresh_blobs[0] * [1, -1, 1], "k-means"))
    assert disagreements(other, serve(frame, "k-means"), frame) > 0


def test_a_graph_that_lets_others_fit_disagrees(serve, blobs):
    frame, model = blobs[0], serve(blobs[0], "k-means")
    wider = replace(model.prototypes, radii=2 * model.prototypes.radii)
    generous = to_onnx(replace(model, prototypes=wider))
    assert disagreements(generous, model, frame) == (~model.fits(frame)).sum() > 0
