"""Small bundles of the real format, made by hand: real SQL, real ONNX graphs, known answers."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pyarrow as pa
import pyarrow.parquet as pq
from onnx import TensorProto, helper, numpy_helper

from clickstream.bundle import Bundle, open_bundle, write_bundle

SESSION_SQL = """
SELECT cuts.unit_id, cuts.cut_index,
       count(*) AS clicks,
       coalesce(sum(events.price * events.quantity), 0) AS basket,
       arg_max(events.category, events.event_index) AS last_category
FROM cuts
JOIN events ON events.session_id = cuts.unit_id AND events.event_index <= cuts.cut_index
GROUP BY ALL
"""

CUSTOMER_SQL = """
SELECT cuts.unit_id, cuts.cut_index,
       count(*) AS clicks,
       coalesce(sum(events.price * events.quantity), 0) AS basket,
       arg_max(events.category, events.event_time) AS last_category
FROM cuts
JOIN events ON events.customer_id = cuts.unit_id AND events.event_time <= cuts.as_of
GROUP BY ALL
"""

INPUTS = [
    {
        "name": "clicks",
        "type": "number",
        "unit": "clicks",
        "description": "clicks so far",
        "minimum": 1,
        "maximum": 21,
    },
    {
        "name": "basket",
        "type": "number",
        "unit": "currency",
        "description": "price times quantity so far",
        "minimum": 0,
        "maximum": 500,
    },
    {
        "name": "last_category",
        "type": "string",
        "unit": "name",
        "description": "category of the last click",
        "categories": ["hats", "shoes"],
    },
]

WEIGHTS = (0.5, 0.01)
"""Of clicks and basket, in the sums that every graph here starts from."""

SHOES = 1.0
"""What a last category of shoes adds to those sums."""

CENTRES = ((2.0, 10.0), (10.0, 200.0))
RADIUS = 50.0

SESSION_EVENTS = [
    {
        "event_time": "2026-03-01T12:00:00Z",
        "event_type": "view",
        "product_id": "h1",
        "category": "hats",
        "price": 20.0,
        "country": "SE",
    },
    {
        "event_time": "2026-03-01T12:01:30Z",
        "event_type": "cart",
        "product_id": "s1",
        "category": "shoes",
        "price": 80.0,
        "quantity": 2,
        "country": "SE",
    },
]


REPORT = (
    b"<!doctype html><title>Report</title><style>p{color:navy}</style>"
    b"<p id=p>before</p><script>document.getElementById('p').textContent='after'</script>"
)


def purchase_bundle(path: Path, windows: Mapping[str, Any] | None = None, **changes: Any) -> Bundle:
    """Conversion, for sessions."""
    described = _described("session", threshold=0.9, windows=dict(windows or {}))
    return _write(path, "conversion", {"purchase": described}, **changes)


def two_answer_bundle(path: Path) -> Bundle:
    """Conversion with an answer for sessions and one for customers; a third was refused."""
    answers = {
        "purchase": _described("session", threshold=0.9),
        "repurchase": _described("customer"),
    }
    return _write(path, "conversion", answers, refused={"exit": "38 units say yes, 50 are needed"})


def spend_bundle(path: Path, **changes: Any) -> Bundle:
    """Revenue, for customers, with an interval and in two parts."""
    bins = [
        # What begins at an amount of 0 has no lower end.
        {"start": -1e9, "rows": 100, "high": 4.0},
        {"start": 0.0, "rows": 200, "low": -3.0, "high": 4.0},
    ]
    interval = {"level": 0.9, "bins": bins, "holdout_coverage": 0.91}
    return _write(
        path, "revenue", {"customer_spend": _described("customer", interval=interval)}, **changes
    )


def segment_bundle(path: Path, **changes: Any) -> Bundle:
    """Segmentation, for customers: two prototypes."""
    figures = ("silhouette", "stability", "out_of_time_agreement", "moved_share")
    metrics = {name: {"value": 0.8, "low": 0.8, "high": 0.8} for name in figures}
    described = _described("customer", segments=_profiles(), metrics=metrics)
    return _write(path, "segmentation", {"segment": described}, **changes)


def rows_bundle(path: Path, **changes: Any) -> Bundle:
    """Conversion from ready-made rows."""
    described = _described("row", status="proxy", status_reason="the label is a dearer view")
    kind = {"input_kind": "rows", "time_resolution": "none", "context_columns": []}
    return _write(path, "conversion", {"purchase": described}, **kind | changes)


def topic_bundle(path: Path) -> Bundle:
    """Conversion whose two numbers are about the same thing."""
    inputs = [one | {"topic": "the visit"} for one in INPUTS[:2]] + INPUTS[2:]
    return _write(path, "conversion", {"purchase": _described("session", inputs=inputs)})


def wide_bundle(path: Path, columns: int = 15) -> Bundle:
    """Conversion from rows of many numbers, of which each weighs more than the one before."""
    names = [f"column_{number:02d}" for number in range(columns)]
    inputs = [INPUTS[0] | {"name": name, "description": name} for name in names]
    weights = np.arange(columns, dtype=np.float32)[:, None] / columns**2
    nodes = [
        helper.make_node("MatMul", ["numeric", "weights"], ["sum"]),
        helper.make_node("Sigmoid", ["sum"], ["value"]),
    ]
    random = np.random.default_rng(5)
    return _write(
        path,
        "conversion",
        {"purchase": _described("row", inputs=inputs)},
        graphs={"purchase": _graph(nodes, ["value"], weights)},
        reference=_parquet({name: random.uniform(1, 21, 200) for name in names}),
        example={"rows": [{"id": "row-1", **dict.fromkeys(names, 2)}]},
        input_kind="rows",
        time_resolution="none",
        context_columns=[],
    )


def dated_bundle(path: Path) -> Bundle:
    """Conversion for sessions of a log that knows days only."""
    return _write(path, "conversion", {"purchase": _described("session")}, time_resolution="date")


def broken_bundle(path: Path) -> Bundle:
    """Conversion whose graph takes a logarithm, which has no value for an empty basket."""
    return _write(
        path,
        "conversion",
        {"purchase": _described("session")},
        graphs={"purchase": _graph(_nodes_of_logarithm(), ["value"])},
    )


def request(scope: str, number: int = 1) -> dict[str, Any]:
    """One unit for an answer of this scope."""
    if scope == "session":
        return {"id": f"visit-{number}", "events": SESSION_EVENTS}
    events = [event | {"session_id": "visit-1"} for event in SESSION_EVENTS]
    return {"id": f"customer-{number}", "as_of": "2026-03-08T00:00:00Z", "events": events}


def model_version(path: Path) -> str:
    """Of a bundle that was written here."""
    return open_bundle(path).manifest.model_version


def expected_sum(clicks: float, basket: float, category: str) -> float:
    """What the graphs compute first, by hand."""
    return WEIGHTS[0] * clicks + WEIGHTS[1] * basket + SHOES * (category == "shoes")


def _write(
    path: Path,
    task: str,
    answers: Mapping[str, dict[str, Any]],
    graphs: Mapping[str, bytes] | None = None,
    report: bytes = REPORT,
    reference: bytes | None = None,
    example: Mapping[str, Any] | None = None,
    **changes: Any,
) -> Bundle:
    content: dict[str, bytes] = {}
    for answer, described in answers.items():
        graph = (graphs or {}).get(answer) or _task_graph(task)
        content |= _answer_files(answer, described["scope"], graph, changes)
        content[f"{answer}/reference.parquet"] = reference or _reference()
        if example is not None:
            content[f"{answer}/example.json"] = json.dumps({"answer": answer, **example}).encode()
    content["report.html"] = report
    return write_bundle(path, [content], _manifest(task, answers) | changes, {"seconds": 1.0})


def _answer_files(
    answer: str, scope: str, graph: bytes, changes: Mapping[str, Any]
) -> dict[str, bytes]:
    if scope == "row":
        entries: dict[str, Any] = {
            "rows": [{"id": "row-1", "clicks": 2, "basket": 180, "last_category": "shoes"}]
        }
    else:
        entries = {"units": [_timed(request(scope), changes.get("time_resolution", "time"))]}
    example = {"answer": answer, "explain": False, **entries}
    return {
        f"{answer}/features.sql": (CUSTOMER_SQL if scope == "customer" else SESSION_SQL).encode(),
        f"{answer}/model.onnx": graph,
        f"{answer}/example.json": json.dumps(example).encode(),
        f"{answer}/evaluation.json": json.dumps({"answer": answer, "deciles": [0.1, 0.9]}).encode(),
    }


def _reference() -> bytes:
    """Background rows of `INPUTS`, as Parquet."""
    random = np.random.default_rng(3)
    return _parquet(
        {
            "clicks": random.integers(1, 21, 200).astype(np.float32),
            "basket": random.uniform(0, 500, 200).astype(np.float32),
            "last_category": random.choice(["hats", "shoes", ""], 200),
        }
    )


def _parquet(columns: Mapping[str, Any]) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer)
    return buffer.getvalue()


def _timed(unit: dict[str, Any], resolution: str) -> dict[str, Any]:
    if resolution == "time":
        return unit
    dated = [
        {name: value for name, value in event.items() if name != "event_time"}
        | {"event_date": event["event_time"][:10]}
        for event in unit["events"]
    ]
    return unit | {"events": dated}


def _manifest(task: str, answers: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        "task": task,
        "source": "simulated",
        "simulated": True,
        "input_kind": "events",
        "time_resolution": "time",
        "context_columns": ["country"],
        "data_version": "d" * 64,
        "default_answer": next(iter(answers)),
        "answers": dict(answers),
        "versions": {"python": "3.11"},
        "seed": 7,
    }


def _described(scope: str, **changes: Any) -> dict[str, Any]:
    metric = {"value": 0.5, "low": 0.4, "high": 0.6}
    return {
        "scope": scope,
        "meaning": "what the hand-made model says",
        "status": "yes",
        "status_reason": "the log has purchases",
        "family": "hand-made",
        "inputs": INPUTS,
        "windows": {},
        "evidence": {"training_rows": 900, "holdout_rows": 100, "split": "by time"},
        "metrics": {"log_loss": metric},
        "baseline": "prior",
        "baseline_metrics": {"log_loss": metric},
        "parity": {"rows": 100, "largest_difference": 1e-7, "tolerance": 1e-5},
        "warnings": ["little evidence: 120 units say yes"],
    } | changes


def _profiles() -> list[dict[str, Any]]:
    trait = {"input": "basket", "difference": 1.5, "typical": 200.0, "typical_overall": 60.0}
    strategy = {"goal": "Know them.", "channel": "E-mail.", "offer": "News.", "measure": "Orders."}
    shared = {"strategy": strategy, "moves": {"0": 0.25, "1": 0.7, "gone": 0.05}}
    return [
        {"segment": 0, "name": "regulars", "size": 60, "share": 0.6, "traits": [], **shared},
        {"segment": 1, "name": "newcomers", "size": 40, "share": 0.4, "traits": [trait], **shared},
    ]


def _task_graph(task: str) -> bytes:
    if task == "conversion":
        nodes = [*_nodes_of_sum(), helper.make_node("Sigmoid", ["sum"], ["value"])]
        return _graph(nodes, ["value"])
    if task == "revenue":
        nodes = [
            *_nodes_of_sum(),
            helper.make_node("Sigmoid", ["sum"], ["buy_probability"]),
            helper.make_node("Exp", ["sum"], ["spend_if_buys"]),
            helper.make_node("Mul", ["buy_probability", "spend_if_buys"], ["value"]),
        ]
        return _graph(nodes, ["value", "spend_if_buys", "buy_probability"])
    return _graph(_nodes_of_segments(), ["segment", "distance", "map"])


def _nodes_of_sum() -> list[onnx.NodeProto]:
    return [
        helper.make_node("IsNaN", ["numeric"], ["missing"]),
        helper.make_node("Where", ["missing", "zero", "numeric"], ["known"]),
        helper.make_node("MatMul", ["known", "weights"], ["weighted"]),
        helper.make_node(
            "LabelEncoder",
            ["categorical"],
            ["bonus"],
            domain="ai.onnx.ml",
            keys_strings=["shoes"],
            values_floats=[SHOES],
            default_float=0.0,
        ),
        helper.make_node("Add", ["weighted", "bonus"], ["sum"]),
    ]


def _nodes_of_logarithm() -> list[onnx.NodeProto]:
    return [
        *_nodes_of_sum(),
        helper.make_node("Gather", ["numeric", "second"], ["basket"], axis=1),
        helper.make_node("Log", ["basket"], ["logarithm"]),
        helper.make_node("Add", ["sum", "logarithm"], ["value"]),
    ]


def _nodes_of_segments() -> list[onnx.NodeProto]:
    return [
        helper.make_node("Unsqueeze", ["numeric", "one"], ["point"]),
        helper.make_node("Sub", ["point", "centres"], ["offsets"]),
        helper.make_node("ReduceL2", ["offsets", "two"], ["distances"], keepdims=0),
        helper.make_node("ArgMin", ["distances"], ["segment"], axis=1, keepdims=0),
        helper.make_node("ReduceMin", ["distances", "one"], ["nearest"], keepdims=0),
        helper.make_node("Div", ["nearest", "radius"], ["distance"]),
        helper.make_node("Div", ["numeric", "radius"], ["map"]),
    ]


def _graph(
    nodes: list[onnx.NodeProto],
    outputs: list[str],
    weights: np.ndarray | None = None,
) -> bytes:
    if weights is None:
        weights = np.array([[weight] for weight in WEIGHTS], np.float32)
    constants = {
        "weights": weights,
        "centres": np.array([CENTRES], np.float32),
        "radius": np.array([RADIUS], np.float32),
        "zero": np.array([0], np.float32),
        "one": np.array([1], np.int64),
        "two": np.array([2], np.int64),
        "second": np.array([1], np.int64),
    }
    used = {name for node in nodes for name in node.input}
    graph = helper.make_graph(
        nodes,
        "hand_made",
        [
            helper.make_tensor_value_info(name, kind, ["N", width])
            for name, kind, width in (
                ("numeric", TensorProto.FLOAT, len(weights)),
                ("categorical", TensorProto.STRING, 1),
            )
            if name in used
        ],
        [helper.make_tensor_value_info(name, *_KINDS[name]) for name in outputs],
        [numpy_helper.from_array(array, name) for name, array in constants.items() if name in used],
    )
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid("ai.onnx.ml", 3)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=10)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


_KINDS: dict[str, tuple[int, list[str | int]]] = {
    "value": (TensorProto.FLOAT, ["N", 1]),
    "spend_if_buys": (TensorProto.FLOAT, ["N", 1]),
    "buy_probability": (TensorProto.FLOAT, ["N", 1]),
    "segment": (TensorProto.INT64, ["N"]),
    "distance": (TensorProto.FLOAT, ["N"]),
    "map": (TensorProto.FLOAT, ["N", 2]),
}
