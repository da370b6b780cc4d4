"""A ready-made row that is filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.ui import standins
from tests.ui.opening import go_to, metrics, opened, press, texts
from ui.models import Task


def _stop(services: Mapping[Task, standins.Standin], path: str) -> None:
    for service in services.values():
        service.routes[path] = lambda body: (503, b"")


def _start(services: Mapping[Task, standins.Standin]) -> None:
    for service in services.values():
        service.routes.clear()


def _row_services() -> dict[Task, standins.Standin]:
    changes: dict[str, Any] = {"answer": {"scope": "row"}, "input_kind": "rows"}
    changes |= {"time_resolution": "none", "context_columns": [], "simulated": False}
    return {
        task: standins.standin(task, **changes) for task in (Task.CONVERSION, Task.SEGMENTATION)
    }


def test_models_of_rows_get_a_form_of_their_inputs() -> None:
    services = _row_services()
    with opened(services, "predict") as page:
        page.number_input(key="row_clicks").set_value(5.0)
        page = press(page, "Ask")
        assert set(metrics(page)) == {"Chance to buy"}
        assert "#### segment 1" in texts(page)
    asked, explained = services[Task.CONVERSION].asked
    assert asked == {"rows": [{"id": "1", "clicks": 5.0, "country_last": "SE"}]}
    assert explained == asked | {"explain": True}


def test_a_form_opened_while_services_start_is_filled_in_later() -> None:
    services = _row_services()
    _stop(services, "/example")
    with opened(services, "predict") as page:
        assert page.number_input(key="row_clicks").value is None
        page.selectbox(key="row_country_last").select("NO")
        page = press(page, "Ask")
        _start(services)
        page = page.run()
        assert page.number_input(key="row_clicks").value == 3.0
        assert page.selectbox(key="row_country_last").value == "NO", "what was filled in stays"


def test_a_form_begins_with_the_example_on_every_visit() -> None:
    with opened(_row_services(), "predict") as page:
        page = go_to(go_to(page, "segments"), "predict")
        assert page.number_input(key="row_clicks").value == 3.0
