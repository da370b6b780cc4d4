from __future__ import annotations

import random
import tomllib
from pathlib import Path
from typing import Any

import pytest

from clickstream.sources import propose_mapping, read_source
from clickstream.sources.mapping import Proposal, read_mapping
from tests.clickstream.sources.mapping.describing import write


def proposed(folder: Path, *lines: str) -> Proposal:
    return propose_mapping(write(folder / "shop.csv", *lines))


def certainty(proposal: Proposal) -> dict[str, tuple[str, str]]:
    return {guess.column: (guess.key, guess.certainty) for guess in proposal.guesses}


def clicks(count: int = 300) -> list[str]:
    """A log whose names are nobody's: when, what, who, which and where."""
    draw = random.Random(3)
    return [
        f"2020-01-{1 + place // 24:02d} {place % 24:02d}:00:00,{draw.choice(['pv', 'buy'])},"
        f"u{draw.randint(1, 150)},{draw.randint(1000, 1200)},{draw.choice(['SE', 'NO', 'DK'])},7"
        for place in range(count)
    ]


def test_usual_names_that_hold_what_they_say_are_sure(tmp_path: Path) -> None:
    found = proposed(
        tmp_path,
        "event_time,event_type,user_id,sku,category,price,qty,country",
        "2020-01-01 10:00:00,pv,u1,p1,hats,1.50,1,SE",
        "2020-01-01 10:00:01,buy,u2,p2,caps,2.50,2,NO",
    )
    assert {certain for _, certain in certainty(found).values()} == {"high"}
    assert found.keys == {
        "kind": "events", "time": "event_time", "time_format": "iso", "event": "event_type",
        "customer": "user_id", "product": "sku", "category": ["category"], "price": "price",
        "quantity": "qty", "context": ["country"],
    }  # fmt: skip
    assert found.missing == ()


def test_a_usual_name_that_holds_something_else_is_not_believed(tmp_path: Path) -> None:
    found = proposed(tmp_path, "time,price,user", "soon,dear,u1", "late,cheap,u2")
    assert {key for key, _ in certainty(found).values()}.isdisjoint({"time", "price"})


def test_names_like_usual_ones_are_less_sure(tmp_path: Path) -> None:
    found = proposed(
        tmp_path,
        "my_event_time_utc,the_user_id_hash,price_in_eur",
        "2020-01-01 10:00:00,u1,1.50",
        "2020-01-01 10:00:01,u2,2.50",
    )
    assert certainty(found) == {
        "my_event_time_utc": ("time", "medium"),
        "the_user_id_hash": ("customer", "medium"),
        "price_in_eur": ("price", "medium"),
    }


def test_content_alone_speaks_softly(tmp_path: Path) -> None:
    found = proposed(tmp_path, "a,b,c,d,e,f", *clicks())
    assert certainty(found) == {
        "a": ("time", "low"),
        "b": ("event", "low"),
        "c": ("customer", "low"),
        "d": ("product", "low"),
        "e": ("context", "low"),
        "f": ("ignored", "high"),
    }


def test_a_proposal_is_commented_toml_that_reads_the_file(tmp_path: Path) -> None:
    found = proposed(tmp_path, "a,b,c,d,e,f", *clicks())
    file = tmp_path / "shop.toml"
    file.write_text(found.toml(), encoding="utf-8")
    assert 'time = "a"  # low: 100% of its values read as iso' in found.toml()
    assert tomllib.loads(found.toml()) == found.keys
    dataset = read_source([tmp_path / "shop.csv"], mapping=read_mapping(file))
    assert dataset.counts.kept == 300


def test_the_order_of_rows_changes_no_guess(tmp_path: Path) -> None:
    forth = proposed(tmp_path, "a,b,c,d,e,f", *clicks())
    back = proposed(tmp_path, "a,b,c,d,e,f", *clicks()[::-1])
    assert forth == back


MISSING: dict[str, tuple[list[str], dict[str, Any], str]] = {
    "codes of events": (
        ["time,event,user", "1570000000,1,u1", "1570000001,4,u2"],
        {"event": "event"},
        "a table [codes] that says what '1', '4' in event mean",
    ),
    "day or month": (
        ["time,event,user", "01/02/2020,pv,u1", "03/04/2020,buy,u2"],
        {"time": "time"},
        "the times read as %m/%d/%Y and as %d/%m/%Y alike",
    ),
    "codes of a label": (
        ["pages,purchase", "1,2", "2,3", "3,2"],
        {"kind": "rows", "label": "purchase"},
        "whether '2' or '3' in purchase means yes",
    ),
}


@pytest.mark.parametrize("what", MISSING)
def test_what_only_the_shop_knows_is_missing_and_said_first(tmp_path: Path, what: str) -> None:
    lines, keys, said = MISSING[what]
    found = proposed(tmp_path, *lines)
    assert found.keys | keys == found.keys
    assert any(sentence.startswith(said) for sentence in found.missing), found.missing
    assert found.toml().startswith("# Missing: ")
    assert tomllib.loads(found.toml()) == found.keys


def test_numbers_of_rows_are_nobodys(tmp_path: Path) -> None:
    lines = [f"{number};{line}".replace(",", ";") for number, line in enumerate(clicks())]
    found = proposed(tmp_path, "z;a;b;c;d;e;f", *lines)
    assert certainty(found)["z"] == ("ignored", "low")
    assert found.keys["customer"] == "c"
    assert found.keys["product"] == "d"


def test_a_log_without_names_of_events_is_not_taken_for_views_in_silence(tmp_path: Path) -> None:
    lines = [line.replace("pv", "1").replace("buy", "2") for line in clicks()]
    found = proposed(tmp_path, "a,b,c,d,e,f", *lines)
    (said,) = found.missing
    assert said.startswith("the column of the events' names, in event; without one every row is")
    assert said.endswith("Of few values are b (1, 2); e (DK, NO, SE).")


def test_rows_that_nothing_is_asked_of_say_so(tmp_path: Path) -> None:
    found = proposed(tmp_path, "seiten,kauf", "1,1", "2,2", "3,2")
    (said,) = found.missing
    assert said.startswith("the column that says whether a row ended in a purchase, in label with")
    assert said.endswith("Of few values are kauf (1, 2).")
    (said,) = proposed(tmp_path, "seiten,zeit", "1,1", "2,2", "3,3").missing
    assert said.endswith("No column has two values.")


def test_order_lines_are_known_by_prices_without_events(tmp_path: Path) -> None:
    found = proposed(
        tmp_path,
        "OrderID,OrderDate,Client,Article,Unit Price",
        "1,2020-01-31 10:00,c1,a1,1.50",
        "2,2020-01-31 11:00,c2,a2,2.50",
    )
    assert found.keys["kind"] == "orders"
    assert found.keys["session"] == "OrderID"


def test_rows_have_a_label_and_inputs(real_data: Any) -> None:
    found = propose_mapping(real_data("online-shoppers/online_shoppers_intention.csv"))
    assert found.keys == {
        "kind": "rows", "label": "Revenue", "label_yes": ["TRUE"], "label_no": ["FALSE"],
    }  # fmt: skip
    assert {key for key, _ in certainty(found).values()} == {"label", "input"}


def test_numbers_without_end_are_not_tripped_over(tmp_path: Path) -> None:
    found = proposed(tmp_path, "a,b", "inf,nan", "1,2", "-inf,")
    assert found.keys["kind"] == "rows"


def test_columns_without_names_are_numbered_and_guessed_by_content(tmp_path: Path) -> None:
    found = proposed(tmp_path, *clicks())
    header = [f"column_{number}" for number in range(1, 7)]
    assert found.keys["header"] == header
    assert [guess.column for guess in found.guesses] == header
    assert [guess.key for guess in found.guesses][:4] == ["time", "event", "customer", "product"]
    file = tmp_path / "shop.toml"
    file.write_text(found.toml(), encoding="utf-8")
    dataset = read_source([tmp_path / "shop.csv"], mapping=read_mapping(file))
    assert (dataset.counts.read, dataset.counts.kept) == (300, 300)


def german_clicks(actions: list[str], count: int = 400) -> list[str]:
    """A shop's log in words that are not the usual ones, with three columns of ids."""
    draw = random.Random(5)
    return [
        "Besuch;Kunde;Zeitpunkt;Aktion;Artikel;Warengruppe;Einzelpreis",
        *(
            f"B{place // 3};K{draw.randint(1, 120)};{1_767_226_448 + 60 * place};"
            f"{draw.choice(actions)};A{draw.randint(1, 100)};"
            f"{draw.choice(['Schuh', 'Rock', 'Hose'])};{draw.randint(500, 9000) / 100:.2f}"
            for place in range(count)
        ),
    ]


def test_words_beside_times_and_prices_may_be_events_and_are_asked_for(tmp_path: Path) -> None:
    found = proposed(tmp_path, *german_clicks(["angesehen", "Warenkorb", "gekauft"]))
    assert found.keys["kind"] == "events"
    assert certainty(found)["Aktion"] == ("event", "low")
    codes, column, ids = found.missing
    assert codes == (
        "a table [codes] that says what 'Warenkorb', 'angesehen', 'gekauft' in Aktion mean."
    )
    assert column.startswith("whether Aktion says what happened; else name the column that does")
    assert ids.startswith("which of Besuch, Kunde, Artikel is the visit, the customer and the")


def test_usual_names_of_order_lines_are_believed_beside_a_column_of_words(tmp_path: Path) -> None:
    head, *lines = german_clicks(["bar", "Karte"])
    head = head.replace("Zeitpunkt", "order_date").replace("Einzelpreis", "unit_price")
    assert proposed(tmp_path, head, *lines).keys["kind"] == "orders"


def test_what_names_a_row_is_no_input(tmp_path: Path) -> None:
    draw = random.Random(2)
    found = proposed(
        tmp_path,
        "visit,number,cents,bought",
        *(f"v{place},{place},{draw.randrange(10**7)},{draw.choice('01')}" for place in range(400)),
    )
    assert certainty(found) == {
        "visit": ("ignored", "low"),
        "number": ("ignored", "low"),
        "cents": ("input", "medium"),
        "bought": ("label", "high"),
    }


def test_where_a_name_is_all_there_is_of_a_product_it_is_the_product(tmp_path: Path) -> None:
    rows = [f"{n},2020-01-{1 + n % 28:02d} 10:00,c{n},hat {n % 60},{n}.50" for n in range(90)]
    found = proposed(tmp_path, "OrderID,OrderDate,Client,Product Name,Unit Price", *rows)
    assert found.keys["product"] == "Product Name"
    assert "description" not in found.keys


def test_what_products_are_called_groups_them_where_no_category_does(tmp_path: Path) -> None:
    rows = [
        f"{n},2020-01-{1 + n % 28:02d} 10:00,c{n},a{n % 60},hat number {n % 60},{n}.50"
        for n in range(90)
    ]
    header = "OrderID,OrderDate,Client,Article,Product Name,Unit Price"
    found = proposed(tmp_path, header, *rows)
    assert found.keys["description"] == "Product Name"
    sorted_already = [f"{row},{'hats' if n % 2 else 'caps'}" for n, row in enumerate(rows)]
    found = proposed(tmp_path, f"{header},Category", *sorted_already)
    assert found.keys["category"] == ["Category"]
    assert "description" not in found.keys
