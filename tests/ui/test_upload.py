from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clickstream.simulator import simulate
from tests.ui import standins
from ui.errors import GatewayError, ServiceDown, UploadError
from ui.models import Model, Task
from ui.upload import read_upload

ROWS = b"""Administrative,Administrative_Duration,Informational,Informational_Duration,\
ProductRelated,ProductRelated_Duration,BounceRates,ExitRates,PageValues,SpecialDay,Month,\
OperatingSystems,Browser,Region,TrafficType,VisitorType,Weekend,Revenue
0,0,0,0,1,0,0.2,0.2,0,0,Feb,1,1,1,1,Returning_Visitor,FALSE,FALSE
0,0,0,0,2,64,0,0.1,0,0,Feb,2,2,1,2,Returning_Visitor,FALSE,TRUE
"""

EVENT_LOG = b"""event_time,event_type,product_id,category_id,category_code,brand,price,user_id,\
user_session
2019-10-01 00:00:00 UTC,view,44600062,2103807459595387724,,shiseido,35.79,541312140,72d76fde
"""
ESHOP = b"""year;month;day;order;country;session ID;page 1 (main category);\
page 2 (clothing model);colour;location;model photography;price;price 2;page
2008;4;1;1;29;1;1;A13;1;5;1;28;2;1
2008;4;1;2;29;1;1;A16;1;6;1;33;2;1
"""


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("log") / "shop.parquet"
    simulate(2_000, path, seed=7)
    return path.read_bytes()


def _models(**changes: Any) -> dict[Task, Model | GatewayError]:
    return {task: Model.model_validate(standins.model(task, **changes)) for task in Task}


def _row_models(*inputs: str) -> dict[Task, Model | GatewayError]:
    described = [
        {"name": name, "type": "number", "unit": "pages", "description": name} for name in inputs
    ]
    answer = {"scope": "row", "inputs": described}
    return _models(answer=answer, input_kind="rows", source="online-shoppers")


def test_a_click_log_becomes_sessions_and_customers(log: bytes) -> None:
    shop = read_upload("shop.parquet", log, _models(), limit=20)
    assert shop.name == "shop.parquet"
    assert len(shop.sessions) == len(shop.customers) == 20
    assert shop.total("session") > 20
    assert shop.total("customer") > 20
    assert all("session_id" in event for unit in shop.customers for event in unit["events"])


def test_only_the_units_that_somebody_answers_for_are_read(log: bytes) -> None:
    shop = read_upload("shop.parquet", log, _models(answer={"scope": "session"}), limit=20)
    assert not shop.customers
    shop = read_upload("shop.parquet", log, _models(answer={"scope": "customer"}), limit=20)
    assert not shop.sessions


def test_a_log_can_be_read_while_no_service_runs(log: bytes) -> None:
    down = {task: ServiceDown(task, "down") for task in Task}
    assert len(read_upload("shop.parquet", log, down, limit=20).sessions) == 20


def test_ready_made_rows_are_read_with_the_columns_that_the_models_take() -> None:
    models = _row_models("ProductRelated", "ExitRates")
    shop = read_upload("visits.csv", ROWS, models, limit=1)
    assert shop.rows == [{"id": "1", "ProductRelated": 1.0, "ExitRates": 0.2}]
    assert shop.total("row") == 2


WRONG: dict[str, bytes] = {
    "empty": b"",
    "other columns": b"a,b\n1,2\n",
    "binary": bytes(range(256)) * 8,
    "a truncated Parquet file": b"PAR1 and then nothing",
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_file_is_a_sentence_with_its_name(what: str) -> None:
    with pytest.raises(UploadError, match=r"^shop\.csv") as caught:
        read_upload("shop.csv", WRONG[what], _models(), limit=20)
    assert "/tmp" not in str(caught.value)


def test_an_unknown_file_comes_with_a_way_on() -> None:
    with pytest.raises(UploadError, match="`clickwise inspect FILE --write-mapping") as caught:
        read_upload("shop.csv", WRONG["other columns"], _models(), limit=20)
    assert "does not have the columns of any known source: found a, b" in str(caught.value)


def test_rows_are_not_taken_where_models_want_events() -> None:
    with pytest.raises(UploadError, match=r"visits\.csv holds online-shoppers data \(ready-made"):
        read_upload("visits.csv", ROWS, _models(), limit=20)


def test_events_are_not_taken_where_models_want_rows(log: bytes) -> None:
    with pytest.raises(UploadError, match=r"on online-shoppers data \(ready-made rows\)"):
        read_upload("shop.parquet", log, _row_models("ProductRelated"), limit=20)


@pytest.mark.parametrize(("source", "content"), [("event-log", EVENT_LOG), ("eshop2008", ESHOP)])
def test_events_of_another_source_are_refused_with_what_they_are(
    source: str, content: bytes
) -> None:
    with pytest.raises(UploadError) as caught:
        read_upload("shop.csv", content, _models(), limit=20)
    said = str(caught.value)
    assert f"shop.csv holds {source} data (click events)" in said
    assert "conversion, revenue, segmentation on simulated data (click events)" in said
    assert "`clickwise train`" in said


def test_only_the_services_of_another_source_are_named(log: bytes) -> None:
    models = _models()
    models[Task.REVENUE] = Model.model_validate(standins.model(Task.REVENUE, source="event-log"))
    with pytest.raises(UploadError, match=r"trained on: revenue on event-log data \(click"):
        read_upload("shop.parquet", log, models, limit=20)


def test_events_of_the_models_own_source_keep_their_context_columns() -> None:
    models = _models(answer={"scope": "session"}, source="eshop2008", time_resolution="date")
    shop = read_upload("shop.csv", ESHOP, models, limit=20)
    assert [unit["id"] for unit in shop.sessions] == ["1"]
    assert shop.sessions[0]["events"][0]["colour"] == "beige"


def test_columns_that_a_file_lacks_are_named() -> None:
    with pytest.raises(UploadError, match="lacks the columns Likes that the models take"):
        read_upload("visits.csv", ROWS, _row_models("ProductRelated", "Likes"), limit=20)


def test_the_name_of_a_file_leads_nowhere_else(log: bytes, tmp_path: Path) -> None:
    name = f"{tmp_path}/elsewhere/shop.parquet"
    assert read_upload(name, log, _models(), limit=1).name == "shop.parquet"
    assert not list(tmp_path.iterdir())


MAPPED = {
    "kind": "events",
    "time": "zeit",
    "event": "was",
    "customer": "wer",
    "product": "ware",
    "codes": {"gesehen": "view"},
}
GERMAN = b"zeit,was,wer,ware\n1570000000,gesehen,k1,w1\n1570000060,gesehen,k1,w2\n"


def test_a_file_is_read_by_the_mapping_that_the_models_were_trained_with() -> None:
    models = _models(answer={"scope": "session"}, source="mapping", mapping=MAPPED)
    shop = read_upload("shop.csv", GERMAN, models, limit=20)
    assert [len(unit["events"]) for unit in shop.sessions] == [2]


def test_a_known_file_is_called_what_it_is_where_models_have_a_mapping() -> None:
    models = _models(answer={"scope": "session"}, source="mapping", mapping=MAPPED)
    with pytest.raises(UploadError, match=r"shop\.csv holds eshop2008 data \(click events\)"):
        read_upload("shop.csv", ESHOP, models, limit=20)
    with pytest.raises(UploadError, match=r"names column 'zeit', which shop\.csv does not have"):
        read_upload("shop.csv", GERMAN.replace(b"zeit", b"moment"), models, limit=20)


@pytest.mark.parametrize(("clicks", "cut"), [(999, False), (1_000, True)])
def test_a_history_that_is_cut_off_is_told(clicks: int, cut: bool) -> None:
    lines = [f"{1_570_000_000 + second},gesehen,gast,w{second % 7}" for second in range(clicks)]
    log = "\n".join(["zeit,was,wer,ware", *lines, "1570100000,gesehen,gast,w1"])
    answer = {"scope": "session", "windows": {"history_days": 365}}
    models = _models(answer=answer, source="mapping", mapping=MAPPED)
    shop = read_upload("shop.csv", log.encode(), models, limit=20)
    assert sorted(len(unit["events"]) for unit in shop.sessions) == [clicks, clicks + 1]
    told = "With 1 session only the newest 1,000 earlier events of the customer are sent"
    assert [note.startswith(told) for note in shop.notes] == [True] * cut
