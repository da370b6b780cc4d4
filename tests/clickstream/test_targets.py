"""Labels of logs whose answers are known by hand."""

from __future__ import annotations

import pytest

from clickstream.cuts import session_cuts
from clickstream.sources import read_source
from clickstream.sources.eshop2008 import NEEDS
from clickstream.tables import Label
from clickstream.targets import session_labels
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
