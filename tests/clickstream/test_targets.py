"""Labels of logs whose answers are known by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pandas.testing import assert_frame_equal

from clickstream.cuts import customer_cuts, first_cuts, session_cuts
from clickstream.sources import read_source
from clickstream.sources.eshop2008 import NEEDS
from clickstream.tables import Label, store
from clickstream.targets import category_labels, customer_labels, session_labels
from tests.clickstream.logs import END, event, frame


def labels(dataset, label: Label, *, before_purchase: bool = True, resolution="time"):
    cuts = session_cuts(dataset.table, resolution, before_purchase=before_purchase)
    found = frame(dataset, session_labels(dataset.table, cuts, label))
    return {
        (unit, int(cut)): value
        for unit, cut, value in zip(found.unit_id, found.cut_index, found.label, strict=True)
        if unit != "the end"
    }


def test_purchase_is_a_purchase_strictly_after_the_cut(read) -> None:
    kinds = {"buys": ["view", "cart", "purchase"], "leaves": ["view", "cart", "remove"]}
    dataset = read([*(event(s, n, k) for s in kinds for n, k in enumerate(kinds[s], start=1)), END])
    assert labels(dataset, Label("purchase")) == {
        ("buys", 1): 1.0,
        ("buys", 2): 1.0,
        ("leaves", 1): 0.0,
        ("leaves", 2): 0.0,
        ("leaves", 3): 0.0,
    }
    whole = labels(dataset, Label("purchase"), before_purchase=False)
    assert whole["buys", 3] == 0.0, "the purchase at the cut is known, not to come"


def test_a_purchase_of_another_session_or_a_return_is_no_purchase(read) -> None:
    dataset = read([event("s1", 1), event("s1", 2, "return"), event("s2", 3, "purchase"), END])
    assert labels(dataset, Label("purchase")) == {("s1", 1): 0.0}


def test_spend_adds_up_price_times_quantity_of_the_purchases_to_come(read) -> None:
    dataset = read(
        [
            event("s1", 1),
            event("s1", 2, "cart", price="500"),
            event("s1", 3, "purchase", price="19.99", quantity=3),
            event("s1", 4, "view", price="70"),
            event("s1", 5, "purchase", price="0.03", quantity=1),
            event("s1", 6, "return", price="19.99", quantity=1),
            event("s2", 1),
            END,
        ]
    )
    expected = {("s1", 1): 60.0, ("s1", 2): 60.0, ("s2", 1): 0.0}
    assert labels(dataset, Label("spend")) == expected
    whole = labels(dataset, Label("spend"), before_purchase=False)
    assert whole == expected | {("s1", 3): 0.03, ("s1", 5): 0.0}


def test_exit_is_a_cut_that_no_click_follows_and_a_return_is_no_click(read) -> None:
    kinds = {
        "leaves": ["view", "cart"],
        "buys": ["view", "cart", "purchase"],
        "returns": ["view", "return"],
    }
    dataset = read([*(event(s, n, k) for s in kinds for n, k in enumerate(kinds[s], start=1)), END])
    assert labels(dataset, Label("exit")) == {
        ("leaves", 1): 0.0,
        ("leaves", 2): 1.0,
        ("buys", 1): 0.0,
        ("buys", 2): 0.0,
        ("returns", 1): 1.0,
    }


@pytest.mark.parametrize("kind", ["purchase", "spend", "exit"])
def test_clicks_up_to_the_cut_never_change_a_label(shop_data, kind: str) -> None:
    events = shop_data.table
    cuts = session_cuts(events, "time")
    third = store(shop_data.backend, "third", cuts.filter(cuts.cut_index == 3))
    later = events.filter(events.event_index > 3)
    whole, cut_off = (
        frame(shop_data, session_labels(table, third, Label(kind)).order_by("unit_id"))
        for table in (events, later)
    )
    assert whole.unit_id.is_unique
    assert_frame_equal(whole, cut_off, rtol=1e-9)
    assert 0 < (whole.label > 0).mean() < 1


def eshop(tmp_path, clicks):
    rows = [
        f"2008;4;1;{order};29;{session};1;A1;1;1;1;{price};{code};1"
        for session, order, price, code in clicks
    ]
    file = tmp_path / "eshop.csv"
    file.write_text("\n".join([";".join(NEEDS), *rows]) + "\n", encoding="utf-8")
    return read_source([file])


CLICKS = [
    # session, order, price, price 2 (1 above the average, 2 not)
    (1, 1, 20, 2),
    (1, 2, 30, 1),
    (1, 3, 40, 2),
    (1, 5, 50, 1),
    (1, 6, 60, 1),
    (2, 1, 70, 1),
]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("purchase", {("1", 1): 1.0, ("1", 2): 0.0, ("1", 5): 1.0}),
        ("session_spend", {("1", 1): 30.0, ("1", 2): 40.0, ("1", 5): 60.0}),
    ],
)
def test_the_next_product_is_the_one_right_after_the_cut_and_a_gap_has_none(
    tmp_path, answer, expected
) -> None:
    dataset = eshop(tmp_path, CLICKS)
    label = dataset.labels[answer]
    found = labels(dataset, label, before_purchase=False, resolution="date")
    assert found == expected, "no label after click 3 (4 is missing), nor after the last one"


def test_an_unknown_code_labels_nothing(tmp_path) -> None:
    dataset = eshop(tmp_path, [(1, 1, 20, 1), (1, 2, 30, 9), (1, 3, 30, 1)])
    found = labels(dataset, dataset.labels["purchase"], before_purchase=False, resolution="date")
    assert found == {("1", 2): 1.0}


MOMENT = "2026-03-11T00:00:00"
TARGET_DAYS = 10


def bought(customer: str, time: str, **changes):
    return event(f"{customer}-{time}", 1, "purchase", customer_id=customer, event_time=time) | (
        changes
    )


def of_customers(dataset, kind: str) -> dict[str, float]:
    cuts = customer_cuts(dataset.table, [MOMENT], history_days=365)
    found = frame(dataset, customer_labels(dataset.table, cuts, Label(kind), TARGET_DAYS))
    assert len(found) == found.unit_id.nunique()
    return dict(zip(found.unit_id, found.label, strict=True))


@pytest.mark.parametrize(
    ("time", "label"),
    [
        ("2026-03-10T23:59:59.999999Z", 0.0),
        ("2026-03-11T00:00:00Z", 1.0),
        ("2026-03-20T23:59:59.999999Z", 1.0),
        ("2026-03-21T00:00:00Z", 0.0),
    ],
    ids=["just before", "at the moment", "last instant", "window later"],
)
def test_a_target_window_begins_with_its_moment_and_ends_before_the_next(
    read, time: str, label: float
) -> None:
    dataset = read([event("seen", 1), bought("c1", time)])
    assert of_customers(dataset, "repurchase") == {"c1": label}
    assert of_customers(dataset, "customer_spend") == {"c1": 10 * label}


def test_a_customer_spends_price_times_quantity_of_all_purchases_in_the_window(read) -> None:
    dataset = read(
        [
            event("seen", 1),
            bought("c1", "2026-03-01T00:00:00Z", price="500"),
            bought("c1", "2026-03-12T00:00:00Z", price="19.99", quantity=3),
            bought("c1", "2026-03-14T00:00:00Z", price="0.03"),
            bought("c1", "2026-03-15T00:00:00Z", event_type="return", price="19.99"),
            bought("c1", "2026-03-16T00:00:00Z", event_type="cart", price="70"),
            event("other", 1, customer_id="c2"),
            bought("", "2026-03-12T00:00:00Z"),
            bought("new", "2026-03-12T00:00:00Z"),
        ]
    )
    assert of_customers(dataset, "customer_spend") == {"c1": 60.0, "c2": 0.0}
    assert of_customers(dataset, "repurchase") == {"c1": 1.0, "c2": 0.0}


@pytest.mark.parametrize("kind", ["repurchase", "customer_spend"])
def test_events_outside_the_target_window_never_change_a_label(shop_data, kind: str) -> None:
    events = shop_data.table
    moment = events.event_time.min().execute() + timedelta(days=90)
    cuts = store(
        shop_data.backend, "cuts", customer_cuts(events, [moment.isoformat()], history_days=365)
    )
    inside = (events.event_time >= moment) & (events.event_time < moment + timedelta(days=28))
    whole, within, without = (
        frame(shop_data, customer_labels(table, cuts, Label(kind), 28).order_by("unit_id"))
        for table in (events, events.filter(inside), events.filter(~inside))
    )
    assert_frame_equal(whole, within, rtol=1e-9)
    assert (whole.label > 0).sum() > 50
    assert (without.label == 0).all()
    assert len(without) == len(whole)


def test_an_interest_is_the_category_of_the_largest_amount_after_the_first_order(read) -> None:
    def order(name: str, day: int, category: str | None, price: str, quantity: int = 1):
        time = f"2026-03-{day:02d}T10:00:00Z"
        return event(
            name, 1, "purchase", event_time=time, category=category, price=price, quantity=quantity
        )

    dataset = read(
        [
            order("first", 1, "hats", "900.00"),
            order("second", 3, "shoes", "30.00"),
            order("third", 4, "coats", "20.00", 2),
            order("fourth", 5, None, "500.00"),
            order("too late", 30, "shoes", "700.00"),
            END,
        ]
    )
    cuts = store(dataset.backend, "cuts", first_cuts(dataset.table))
    found = frame(dataset, category_labels(dataset.table, cuts, 28))
    assert list(zip(found.unit_id, found.label, strict=True)) == [("c1", "coats")]
