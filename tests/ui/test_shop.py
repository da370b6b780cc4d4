from __future__ import annotations

from typing import Any

import pytest

from tests.ui import standins
from ui.errors import NothingToAsk
from ui.models import Example, Model, Task
from ui.shop import Shop, example_shop, main_scope, questions


def _models(**changes: Any) -> dict[Task, Model]:
    return {task: Model.model_validate(standins.model(task, **changes)) for task in Task}


def test_a_line_is_the_finest_unit_that_a_service_answers_for() -> None:
    assert main_scope(_models()) == "session"
    assert main_scope(_models(answer={"scope": "customer"})) == "customer"
    assert main_scope({}) is None


def test_every_service_is_sent_only_the_fields_that_it_takes() -> None:
    extra = standins.event(event_date="2026-03-01", device="phone", session_id="visit-1")
    shop = Shop("x", sessions=[{"id": "visit-1", "events": [extra]}])
    asked, _ = questions(shop, _models(answer={"windows": {}}))
    sent = asked[Task.CONVERSION].items[0]["events"][0]
    assert set(sent) == set(standins.event())
    dated, _ = questions(shop, _models(time_resolution="date"))
    sent = dated[Task.CONVERSION].items[0]["events"][0]
    assert "event_date" in sent
    assert "event_time" not in sent


def test_only_a_model_that_looks_back_is_sent_the_earlier_sessions() -> None:
    earlier = standins.event(session_id="visit-1")
    shop = Shop("x", sessions=[{"id": "visit-2", "events": [earlier, standins.event()]}])
    asked, _ = questions(shop, _models())
    assert asked[Task.CONVERSION].items[0]["events"] == [earlier, standins.event()]
    asked, _ = questions(shop, _models(answer={"windows": {}}))
    assert asked[Task.CONVERSION].items[0]["events"] == [standins.event()]


def test_a_context_column_that_the_model_knows_is_sent() -> None:
    unit = {"id": "visit-1", "events": [standins.event(country="SE")]}
    asked, _ = questions(Shop("x", sessions=[unit]), _models())
    assert asked[Task.CONVERSION].items == [unit]


def test_of_a_row_every_service_gets_its_own_inputs() -> None:
    models = _models(answer={"scope": "row"}, input_kind="rows")
    shop = Shop("x", rows=[{"id": "1", "clicks": 3, "colour": "red"}])
    asked, _ = questions(shop, models)
    assert asked[Task.REVENUE].kind == "rows"
    assert asked[Task.REVENUE].items == [{"id": "1", "clicks": 3}]


def test_who_cannot_be_asked_is_named_with_a_way_out() -> None:
    asked, missing = questions(Shop("x", sessions=[standins.session("visit-1")]), _models())
    assert set(asked) == {Task.CONVERSION, Task.REVENUE}
    assert isinstance(missing[Task.SEGMENTATION], NothingToAsk)
    assert "answers for customers" in str(missing[Task.SEGMENTATION])


def test_the_example_shop_holds_the_sessions_of_its_customers_up_to_the_first_purchase() -> None:
    events = [
        standins.event(session_id="visit-1"),
        standins.event("purchase", second=1, session_id="visit-1"),
        standins.event("return", second=2, session_id="visit-1"),
        standins.event("purchase", session_id="visit-2"),
        standins.event(session_id="visit-3"),
    ]
    anna = {"id": "anna", "as_of": "2026-03-08", "events": events}
    shop = example_shop(_models(), {Task.SEGMENTATION: Example(units=[anna])})
    first, last = shop.sessions
    assert first == {"id": "anna, visit-1", "events": [standins.event()]}
    assert last["id"] == "anna, visit-3"
    assert last["events"][-1] == standins.event()
    earlier = [event["session_id"] for event in last["events"][:-1]]
    assert earlier == ["anna, visit-1"] * 3 + ["anna, visit-2"]
    assert shop.owners() == dict.fromkeys(
        ("anna, visit-1", "anna, visit-2", "anna, visit-3"), "anna"
    )


def test_two_customers_of_the_example_may_call_their_sessions_the_same() -> None:
    units = [standins.customer("anna", "visit-1"), standins.customer("bert", "visit-1")]
    shop = example_shop(_models(), {Task.SEGMENTATION: Example(units=units)})
    assert shop.owners() == {unit["id"]: unit["id"].split(",")[0] for unit in shop.sessions}
    assert [unit["id"] for unit in shop.sessions] == ["anna, visit-1", "bert, visit-1"]


@pytest.mark.parametrize("task", [Task.CONVERSION, Task.REVENUE])
def test_without_customers_the_example_shop_holds_the_sessions_of_another_service(
    task: Task,
) -> None:
    shop = example_shop(_models(), {task: Example(units=[standins.session("visit-1")])})
    assert shop.sessions == [standins.session("visit-1")]


def test_rows_of_the_example_get_ids() -> None:
    models = _models(answer={"scope": "row"}, input_kind="rows")
    shop = example_shop(models, {Task.CONVERSION: Example(rows=[{"clicks": 3}, {"clicks": 4}])})
    assert shop.rows == [{"id": "1", "clicks": 3}, {"id": "2", "clicks": 4}]
