"""Small HTTP servers that follow the services' contract, or break it in one way."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from ui.models import Task
from ui.settings import Settings

Reply = tuple[int, bytes]
Route = Callable[[dict[str, Any]], Reply]

SCOPES = {Task.CONVERSION: "session", Task.REVENUE: "session", Task.SEGMENTATION: "customer"}
ANSWERS = {
    Task.CONVERSION: "purchase",
    Task.REVENUE: "session_spend",
    Task.SEGMENTATION: "segment",
}
INPUTS = [
    {"name": "clicks", "type": "number", "unit": "events", "description": "clicks so far"},
    {
        "name": "country_last",
        "type": "string",
        "unit": "name",
        "description": "country of the last click",
        "categories": ["NO", "SE"],
    },
]


def ok(content: object) -> Reply:
    return 200, json.dumps(content).encode()


def refused(status: int, code: str, message: str, where: str = "") -> Reply:
    error = {"code": code, "message": message, "field": where}
    return status, json.dumps({"error": error}).encode()


def event(kind: str = "view", second: int = 0, **more: Any) -> dict[str, Any]:
    known = {"event_index": second + 1, "event_time": f"2026-03-01T12:00:{second:02}"}
    return (
        {"event_type": kind, "product_id": "p1", "category": "hats", "price": 20.0} | known | more
    )


def session(name: str, clicks: int = 2) -> dict[str, Any]:
    return {"id": name, "events": [event(second=place) for place in range(clicks)]}


def customer(name: str, *sessions: str) -> dict[str, Any]:
    events = [event(session_id=visit, second=second) for visit in sessions for second in (0, 1)]
    return {"id": name, "as_of": "2026-03-08T00:00:00", "events": events}


def model(task: Task, answer: Mapping[str, Any] = {}, **changes: Any) -> dict[str, Any]:
    """`GET /model`, with `answer` laid over the answer's manifest and `changes` over the rest."""
    described = {
        "scope": SCOPES[task],
        "meaning": f"what {task} says",
        "status": "yes",
        "status_reason": "the log has purchases",
        "inputs": INPUTS,
        "windows": {"target_days": 28, "history_days": 365},
        "threshold": 0.3 if task is Task.CONVERSION else None,
        "warnings": [],
    }
    return {
        "task": task,
        "source": "simulated",
        "simulated": True,
        "input_kind": "events",
        "time_resolution": "time",
        "context_columns": ["country"],
        "model_version": f"{task}-v1",
        "data_version": "d" * 64,
        "default_answer": ANSWERS[task],
        "answers": {ANSWERS[task]: described | dict(answer)},
    } | changes


def prediction(described: Mapping[str, Any], unit: Mapping[str, Any]) -> dict[str, Any]:
    """An answer that follows from the number of clicks, so that a test can tell it."""
    clicks = len(unit.get("events", "x"))
    answer = described["answers"][described["default_answer"]]
    shared = {
        "id": unit["id"],
        "meaning": answer["meaning"],
        "proxy": answer["status"] == "proxy",
        "simulated": described["simulated"],
        "warnings": [*answer["warnings"]],
        "model_version": described["model_version"],
        "data_version": described["data_version"],
    }
    chance, spend = min(clicks / 10, 1.0), 2.0 * clicks
    own: dict[str, dict[str, Any]] = {
        "conversion": {"value": chance, "threshold": 0.3, "likely": chance >= 0.3},
        "revenue": {
            "value": spend,
            "interval": {"level": 0.9, "low": 0.0, "high": 2 * spend},
            "spend_if_buys": 20.0,
            "buy_probability": min(spend / 20, 1.0),
        },
        "segmentation": {
            "value": clicks % 3,
            "name": f"segment {clicks % 3}",
            "label": f"segment {clicks % 3}",
            "fits": True,
            "distance": 0.5,
            "map": [float(clicks), 1.0],
            "traits": [],
        },
    }
    return shared | own[described["task"]]


@dataclass
class Standin:
    """A stand-in's routes, which a test may change while it runs, and what it was asked."""

    described: dict[str, Any]
    example: dict[str, Any]
    routes: dict[str, Route] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def reply(self, asked: str, body: dict[str, Any]) -> Reply:
        path = asked.partition("?")[0]
        route = self.routes.get(asked) or self.routes.get(path)
        if route is not None:
            return route(body)
        if path == "/predict":
            return self.answer(body)
        known = {"/model": self.described, "/example": self.example, "/evaluation": self._scores()}
        return ok(known[path]) if path in known else refused(404, "not_found", "Not found.", path)

    def answer(self, body: dict[str, Any]) -> Reply:
        self.asked.append(body)
        units = body.get("units") or body.get("rows") or []
        predictions = [prediction(self.described, unit) for unit in units]
        return ok({"answer": self.described["default_answer"], "predictions": predictions})

    def _scores(self) -> dict[str, Any]:
        edges = [0.0, 0.5, 1.0]
        return {
            "conversion": {"scores": {"edges": edges, "positives": [1, 2], "negatives": [5, 1]}},
            "revenue": {"scores": {"edges": [0.0, 5.0, 50.0], "counts": [7, 2]}},
            "segmentation": {"map": [[0.0, 0.0, 0], [1.0, 2.0, 1]], "sizes": {"0": 1}},
        }[self.described["task"]]


def standin(task: Task, answer: Mapping[str, Any] = {}, **changes: Any) -> Standin:
    """A stand-in for one service, with an example that fits its scope."""
    described = model(task, answer, **changes)
    scope = described["answers"][described["default_answer"]]["scope"]
    example: dict[str, Any] = {
        "session": {"units": [session("visit-1"), session("visit-2", clicks=4)]},
        "customer": {"units": [customer("anna", "visit-1"), customer("bert", "visit-2")]},
        "row": {"rows": [{"clicks": 3, "country_last": "SE"}]},
    }[scope]
    return Standin(described, example)


def repurchase() -> Standin:
    """A conversion service that says whether customers order again within 90 days."""
    answer = {
        "scope": "customer",
        "windows": {"target_days": 90, "history_days": 365},
        "complement": {"name": "churn", "meaning": "chance to order nothing"},
    }
    found = standin(Task.CONVERSION, answer)
    found.described["default_answer"] = "repurchase"
    found.described["answers"] = {"repurchase": found.described["answers"]["purchase"]}
    for unit in found.example["units"]:
        unit["events"][-1]["event_type"] = "purchase"
    return found


def three(**changes: Any) -> dict[Task, Standin]:
    """A stand-in for each service."""
    return {task: standin(task, **changes) for task in Task}


@contextmanager
def served(standins: Mapping[Task, Standin]) -> Iterator[dict[Task, str]]:
    """Serve stand-ins on free ports; gives their URLs."""
    with ExitStack() as stack:
        yield {task: stack.enter_context(_server(one)) for task, one in standins.items()}


@contextmanager
def _server(standin: Standin) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(standin))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(standin: Standin) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply({})

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            self._reply(json.loads(self.rfile.read(length)))

        def _reply(self, body: dict[str, Any]) -> None:
            standin.headers.append({name.lower(): value for name, value in self.headers.items()})
            status, content = standin.reply(self.path, body)
            try:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
            except (BrokenPipeError, ConnectionResetError):
                # Whoever asked has lost patience, which is what a slow stand-in is for.
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing on the terminal."""

    return Handler


def settings(urls: Mapping[Task, str], **more: Any) -> Settings:
    """Settings that point to stand-ins; a task without one gets an address where nobody is."""
    nobody = "http://127.0.0.1:9"
    where = {f"{task}_url": urls.get(task, nobody) for task in Task}
    return Settings(**where | {"status_timeout": 30.0} | more)
