"""An uploaded file becomes a data set, a mapping to complete, or a sentence."""

from __future__ import annotations

import gzip
import io
from typing import Any

import pytest

from clickstream.simulator import simulate
from tests.ui import standins
from tests.ui.files import ESHOP, GERMAN, MAPPED, ROWS
from ui.errors import FileRefused, GatewayError, ServiceDown
from ui.models import Model, Task
from ui.reading import Loaded, Unknown, read_example, read_file, write_example
from ui.units import misfit, shop_of


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


def loaded(name: str, content: bytes, models: Any = None, keys: Any = None) -> Loaded:
    found = read_file(name, io.BytesIO(content), models or _models(), keys)
    assert isinstance(found, Loaded)
    return found


def test_a_click_log_becomes_sessions_and_customers(log: bytes) -> None:
    shop = shop_of(loaded("shop.parquet", log), _models(), limit=20)
    assert shop.name == "shop.parquet"
    assert len(shop.sessions) == len(shop.customers) == 20
    assert shop.total("session") > 20
    assert shop.total("customer") > 20
    assert all("session_id" in event for unit in shop.customers for event in unit["events"])


def test_a_packed_file_is_read_as_it_is() -> None:
    plain, packed = loaded("shop.csv", ESHOP), loaded("shop.csv.gz", gzip.compress(ESHOP))
    assert plain.dataset.counts == packed.dataset.counts


def test_only_the_units_that_somebody_answers_for_are_made(log: bytes) -> None:
    file = loaded("shop.parquet", log)
    assert not shop_of(file, _models(answer={"scope": "session"}), limit=20).customers
    assert not shop_of(file, _models(answer={"scope": "customer"}), limit=20).sessions


def test_a_log_can_be_read_while_no_service_runs(log: bytes) -> None:
    down = {task: ServiceDown(task, "errors.down", url="there", kind="gone") for task in Task}
    file = loaded("shop.parquet", log, down)
    assert misfit(file, down) is None
    assert len(shop_of(file, down, limit=20).sessions) == 20


def test_ready_made_rows_are_read_with_the_columns_that_the_models_take() -> None:
    models = _row_models("ProductRelated", "ExitRates")
    shop = shop_of(loaded("visits.csv", ROWS), models, limit=1)
    assert shop.rows == [{"id": "1", "ProductRelated": 1.0, "ExitRates": 0.2}]
    assert shop.total("row") == 2


WRONG: dict[str, bytes] = {
    "empty": b"",
    "binary": bytes(range(256)) * 8,
    "a PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n" * 30,
    "a truncated Parquet file": b"PAR1 and then nothing",
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_file_is_a_sentence_with_its_name(what: str) -> None:
    with pytest.raises(FileRefused) as caught:
        read_file("shop.csv", io.BytesIO(WRONG[what]), _models())
    said = str(caught.value)
    assert said.startswith("shop.csv ")
    assert "/tmp" not in said
    assert "clickwise-" not in said


def test_a_table_that_no_source_knows_comes_with_a_mapping_to_complete() -> None:
    unknown = read_file("shop.csv", io.BytesIO(GERMAN), _models())
    assert isinstance(unknown, Unknown)
    assert [guess.column for guess in unknown.proposal.guesses] == ["zeit", "was", "wer", "ware"]
    file = loaded("shop.csv", GERMAN, keys=MAPPED)
    assert file.dataset.counts.kept == 2


def test_a_mapping_that_does_not_fit_is_a_sentence() -> None:
    with pytest.raises(FileRefused) as caught:
        loaded("shop.csv", GERMAN, keys={"kind": "events", "time": "zeit"})
    assert "keys 'session' and 'customer' are missing" in str(caught.value)


def test_rows_are_not_scored_where_models_want_events() -> None:
    refused = misfit(loaded("visits.csv", ROWS), _models())
    assert "visits.csv holds online-shoppers data (ready-made rows)" in str(refused)


def test_events_are_not_scored_where_models_want_rows(log: bytes) -> None:
    refused = misfit(loaded("shop.parquet", log), _row_models("ProductRelated"))
    assert "online-shoppers data (ready-made rows)" in str(refused)


def test_events_of_another_source_are_refused_with_what_they_are() -> None:
    with pytest.raises(FileRefused) as caught:
        shop_of(loaded("shop.csv", ESHOP), _models(), limit=20)
    said = str(caught.value)
    assert "shop.csv holds eshop2008 data (click events)" in said
    assert "conversion, revenue, segmentation: simulated data (click events)" in said
    assert "`clickwise train`" in said


def test_only_the_services_of_another_source_are_named(log: bytes) -> None:
    models = _models()
    models[Task.REVENUE] = Model.model_validate(standins.model(Task.REVENUE, source="event-log"))
    refused = misfit(loaded("shop.parquet", log), models)
    assert "(revenue: event-log data (click events))" in str(refused)


def test_events_of_the_models_own_source_keep_their_context_columns() -> None:
    models = _models(answer={"scope": "session"}, source="eshop2008", time_resolution="date")
    shop = shop_of(loaded("shop.csv", ESHOP, models), models, limit=20)
    assert [unit["id"] for unit in shop.sessions] == ["1"]
    assert shop.sessions[0]["events"][0]["colour"] == "beige"


def test_columns_that_a_file_lacks_are_named() -> None:
    models = _row_models("ProductRelated", "Likes")
    with pytest.raises(FileRefused) as caught:
        shop_of(loaded("visits.csv", ROWS, models), models, limit=20)
    assert "lacks the columns Likes that the models take" in str(caught.value)


def test_the_name_of_a_file_leads_nowhere_else(log: bytes, tmp_path: Any) -> None:
    name = f"{tmp_path}/elsewhere/shop.parquet"
    assert loaded(name, log).name == "shop.parquet"
    assert not list(tmp_path.iterdir())


def test_a_file_is_read_by_the_mapping_that_the_models_were_trained_with() -> None:
    models = _models(answer={"scope": "session"}, source="mapping", mapping=MAPPED)
    shop = shop_of(loaded("shop.csv", GERMAN, models), models, limit=20)
    assert [len(unit["events"]) for unit in shop.sessions] == [2]


def test_a_known_file_is_called_what_it_is_where_models_have_a_mapping() -> None:
    models = _models(answer={"scope": "session"}, source="mapping", mapping=MAPPED)
    refused = misfit(loaded("shop.csv", ESHOP, models), models)
    assert "shop.csv holds eshop2008 data (click events)" in str(refused)


@pytest.mark.parametrize(("clicks", "cut"), [(999, False), (1_000, True)])
def test_a_history_that_is_cut_off_is_told(clicks: int, cut: bool) -> None:
    lines = [f"{1_570_000_000 + second},gesehen,gast,w{second % 7}" for second in range(clicks)]
    log = "\n".join(["zeit,was,wer,ware", *lines, "1570100000,gesehen,gast,w1"])
    answer = {"scope": "session", "windows": {"history_days": 365}}
    models = _models(answer=answer, source="mapping", mapping=MAPPED)
    shop = shop_of(loaded("shop.csv", log.encode(), models), models, limit=20)
    assert sorted(len(unit["events"]) for unit in shop.sessions) == [clicks, clicks + 1]
    told = "1 session: only the newest 1,000 earlier events of the customer are sent"
    assert [str(note).startswith(told) for note in shop.notes] == [True] * cut


def test_cyrillic_headers_and_values_are_read() -> None:
    russian = "время,событие,покупатель,товар\n" + "".join(
        f"2026-03-01 12:{minute:02}:00,просмотр,Анна,шапка {minute}\n" for minute in range(30)
    )
    keys = {
        "kind": "events",
        "time": "время",
        "event": "событие",
        "customer": "покупатель",
        "product": "товар",
        "codes": {"просмотр": "view"},
    }
    for file in (loaded("магазин.csv", russian.encode(), keys=given) for given in (keys, None)):
        assert file.name == "магазин.csv"
        assert file.dataset.counts.kept == 30


def test_the_example_is_a_simulated_log(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.reading._EXAMPLE_EVENTS", 1_000)
    dataset = read_example(write_example(tmp_path))
    assert dataset.simulated
    assert dataset.counts.kept >= 1_000
