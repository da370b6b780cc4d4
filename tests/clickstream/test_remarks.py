"""What the rows tell of themselves is said where it is so, and not where it is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clickstream.remarks import remarks
from clickstream.tables import Label
from tests.clickstream.logs import END, event, ready_made


def said(dataset, beginning: str) -> list[str]:
    return [sentence for sentence in remarks(dataset) if sentence.startswith(beginning)]


def test_a_log_without_oddities_needs_few_words(read) -> None:
    assert remarks(read([event("s1", 1), END])) == (
        "1 of 2 sessions (50.00 %) were still open when the log ends and may be cut short; "
        "answers about sessions leave them out of training.",
    )


def test_purchases_are_summed_with_and_without_customer(read) -> None:
    known = event("s1", 1, "purchase", price="2.50", quantity=2)
    other = event("s2", 1, "purchase", price="1.25", customer_id="")
    returned = event("s4", 1, "return", price="9")
    for log, expected in (
        ([known], "1 purchases with a price are worth 5.00, by 1 customers."),
        ([known, returned], "1 purchases with a price are worth 5.00, by 1 customers."),
        ([other], "1 purchases with a price are worth 1.25; no customer of them is known."),
        (
            [known, other],
            "2 purchases with a price are worth 6.25; 1 of them, by 1 known customers, 5.00.",
        ),
    ):
        assert expected in remarks(read(log))
    assert not said(read([returned]), "1 purchases")


def test_orders_have_no_share_that_buys_and_no_open_sessions(read) -> None:
    found = " ".join(remarks(read([event("s1", 1, "purchase"), event("s2", 1, "return")])))
    assert "hold a purchase" not in found
    assert "still open" not in found


@pytest.mark.parametrize(("carts", "told"), [(0, False), (1, True), (2, False)])
def test_carts_are_rare_where_they_are_fewer_than_purchases(read, carts: int, told: bool) -> None:
    bought = [event(name, 3, "purchase") for name in ("s1", "s2")]
    put = [event("s1", place, "cart") for place in range(1, carts + 1)]
    found = said(read([*put, *bought]), "Carts are rarer than purchases")
    assert bool(found) == told
    if told:
        assert "(1 to 2), and 1 of the 2 sessions that buy hold none" in found[0]


def test_a_product_in_two_categories_is_named(read) -> None:
    usual = [event("s1", place) for place in (1, 2)]
    beginning = "Products in more than one category"
    assert not said(read([*usual, event("s1", 3, category="")]), beginning)
    (found,) = said(read([*usual, event("s1", 3, category="shoes")]), beginning)
    assert found == (
        f"{beginning}: 1 of 1, such as 'p1'; events that give another than their product's usual "
        "one: 1."
    )


def test_a_proxy_of_the_products_own_is_told_from_one_that_changes(read) -> None:
    proxies = {
        "purchase": Label("next_flag", "country", "SE"),
        "session_spend": Label("next_price"),
    }
    dataset = read([event("s1", 1), event("s1", 2, country="NO"), event("s1", 3, product_id="p2")])
    (found,) = said(replace(dataset, labels=proxies), "Each of 2 products has one price in all")
    assert "country" not in found
    assert not said(dataset, "Each of")


def test_what_some_events_lack_is_counted(read) -> None:
    log = [event("s1", 1, device=""), event("s1", 2, customer_id="", category=""), event("s1", 3)]
    found = remarks(read(log))
    assert "Empty in some events: category in 1 (33.33 %), device in 1 (33.33 %)." in found
    assert any(
        sentence.startswith("1 of 3 events (33.33 %) have no customer") for sentence in found
    )


def test_a_column_made_from_the_label_is_measured_from_either_side() -> None:
    rows = (
        "SELECT n * {} AS value, 'x' AS kind, if(n > 2, 'yes', 'no') AS bought FROM range(4) t(n)"
    )
    for sign in (1, -1):
        dataset = replace(ready_made(rows.format(sign)), derived={"value": "made", "kind": "made"})
        assert remarks(dataset) == (
            "1 of 4 rows (25.00 %) ended in a purchase.",
            "value, which is made from the label, alone tells yes from no with an AUC of 1.000; "
            "it is left out.",
        )
    alike = replace(ready_made("SELECT 1 AS value, 'yes' AS bought"), derived={"value": "made"})
    assert remarks(alike) == ("1 of 1 rows (100.00 %) ended in a purchase.",)


def test_what_all_amounts_of_rows_are_worth_is_said_so_a_wrong_unit_is_seen() -> None:
    rows = (
        "SELECT 1 AS pages, if(n > 2, 'yes', 'no') AS bought, n * 1.25 AS spent FROM range(4) t(n)"
    )
    dataset = ready_made(rows)
    spend = {"session_spend": Label("amount", column="spent")}
    dataset = replace(dataset, labels=dataset.labels | spend)
    assert remarks(dataset) == (
        "1 of 4 rows (25.00 %) ended in a purchase.",
        "3 amounts above 0 in spent are worth 7.50 in all, 2.50 on average.",
    )
