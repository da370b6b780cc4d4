from __future__ import annotations

from typing import Any

import pytest

from tests.ui import standins
from ui.gateway import Gateway
from ui.join import CrossCheck, Joined, score
from ui.models import Task
from ui.shop import Shop

SHOP = Shop(
    "shop.csv",
    sessions=[
        standins.session("visit-1"),
        standins.session("visit-2"),
        standins.session("visit-3"),
    ],
    customers=[
        standins.customer("anna", "visit-1", "visit-3"),
        standins.customer("bert", "visit-8"),
    ],
    totals={"session": 40},
)


def _score(services: dict[Task, standins.Standin], shop: Shop = SHOP) -> Joined:
    with standins.served(services) as urls:
        gateway = Gateway(standins.settings(urls))
        joined = score(shop, gateway, gateway.models())
    assert joined is not None
    return joined


def test_a_session_is_joined_with_the_segment_of_its_customer() -> None:
    joined = _score(standins.three())
    assert [shopper.customer for shopper in joined.shoppers] == ["anna", None, "anna"]
    segments = [part.segmentation.id if part.segmentation else None for part in joined.shoppers]
    assert segments == ["anna", None, "anna"]
    assert [shopper.conversion.value for shopper in joined.shoppers] == [0.2, 0.2, 0.2]
    assert joined.total == 40


def test_the_expected_spend_is_the_value_of_the_unit_on_a_line() -> None:
    services = standins.three()
    assert _score(services).valued
    del services[Task.CONVERSION]
    assert _score(services).valued
    del services[Task.REVENUE]
    assert not _score(services).valued


@pytest.mark.parametrize("why", ["another scope", "another window"])
@pytest.mark.parametrize("task", [Task.CONVERSION, Task.REVENUE])
def test_a_spend_of_another_unit_or_window_than_the_chance_is_no_value(
    why: str, task: Task
) -> None:
    services = standins.three() | {task: standins.standin(task, **INCOMPARABLE[why])}
    assert not _score(services).valued


def test_a_customer_with_two_sessions_is_one_customer() -> None:
    joined = _score(standins.three())
    assert list(joined.once(Task.SEGMENTATION)) == ["anna"]
    assert list(joined.once(Task.CONVERSION)) == ["visit-1", "visit-2", "visit-3"]


CARTS = {
    "nothing": [],
    "full": ["cart", "cart", "remove"],
    "emptied": ["cart", "remove"],
    "bought": ["cart", "purchase"],
}


def test_only_a_session_with_something_in_its_cart_can_be_abandoned() -> None:
    earlier = standins.event("cart", session_id="visit-0")
    sessions = [
        {"id": name, "events": [earlier, *(standins.event(kind) for kind in ["view", *kinds])]}
        for name, kinds in CARTS.items()
    ]
    services = standins.three()
    services[Task.CONVERSION] = standins.standin(
        Task.CONVERSION, {"complement": {"name": "abandonment", "meaning": "chance to leave"}}
    )
    shoppers = _score(services, Shop("shop.csv", sessions)).shoppers
    assert [shopper.complement for shopper in shoppers] == [None, pytest.approx(0.5), None, None]


def test_churn_is_said_of_everyone_who_has_a_chance() -> None:
    bought = standins.customer("anna", "visit-1")
    bought["events"][-1]["event_type"] = "purchase"
    services = {Task.CONVERSION: standins.repurchase()}
    joined = _score(services, Shop("shop.csv", customers=[bought, SHOP.customers[1]]))
    assert [shopper.complement for shopper in joined.shoppers] == [pytest.approx(0.8), None]


def test_who_never_ordered_is_not_asked_whether_they_order_again() -> None:
    joined = _score({Task.CONVERSION: standins.repurchase()})
    assert "customers who have ordered before, and shop.csv holds none" in str(
        joined.errors[Task.CONVERSION]
    )


@pytest.mark.parametrize("gone", list(Task))
def test_without_one_service_the_other_two_stand(gone: Task) -> None:
    services = standins.three()
    del services[gone]
    joined = _score(services)
    assert set(joined.errors) == {gone}
    assert set(joined.models) == set(Task) - {gone}
    if joined.scope == "session":
        assert getattr(joined.shoppers[0], gone) is None


def test_without_any_service_there_is_no_answer() -> None:
    gateway = Gateway(standins.settings({}))
    assert score(SHOP, gateway, gateway.models()) is None


def test_where_scope_and_window_match_the_cross_check_stands_beside_the_spend() -> None:
    check = _score(standins.three()).shoppers[0].check
    assert check is not None
    assert (check.product, check.expected) == (pytest.approx(0.2 * 20.0), 4.0)
    assert not check.wide


INCOMPARABLE: dict[str, dict[str, Any]] = {
    "a proxy": {"answer": {"status": "proxy"}},
    "another scope": {"answer": {"scope": "customer"}},
    "another window": {"answer": {"windows": {"target_days": 7}}},
    "other data": {"data_version": "e" * 64},
}


@pytest.mark.parametrize("why", INCOMPARABLE)
@pytest.mark.parametrize("task", [Task.CONVERSION, Task.REVENUE])
def test_there_is_no_cross_check_of_what_cannot_be_compared(why: str, task: Task) -> None:
    services = standins.three() | {task: standins.standin(task, **INCOMPARABLE[why])}
    assert all(shopper.check is None for shopper in _score(services).shoppers)


@pytest.mark.parametrize(
    ("product", "expected", "wide"),
    [(4.0, 4.0, False), (4.0, 7.9, False), (4.0, 9.0, True), (0.01, 0.2, False), (0.0, 9.0, True)],
)
def test_a_disagreement_is_wide_by_factor_and_by_chance(
    product: float, expected: float, wide: bool
) -> None:
    assert CrossCheck(product, expected, spend_if_buys=20.0).wide is wide
    assert CrossCheck(expected, product, spend_if_buys=20.0).wide is wide


def test_a_wide_disagreement_is_a_warning() -> None:
    services = standins.three()
    services[Task.CONVERSION].routes["/predict"] = lambda body: standins.ok(
        {
            "answer": "purchase",
            "predictions": [
                standins.prediction(services[Task.CONVERSION].described, unit) | {"value": 0.9}
                for unit in body["units"]
            ],
        }
    )
    warnings = _score(services).shoppers[0].warnings
    assert any("conversion and revenue disagree" in str(warning) for warning in warnings)


def test_what_holds_for_a_whole_model_is_not_repeated_with_every_unit() -> None:
    answer = {"warnings": ["little evidence"]}
    services = standins.three() | {Task.REVENUE: standins.standin(Task.REVENUE, answer)}
    assert all(shopper.warnings == () for shopper in _score(services).shoppers)


def test_of_an_earlier_answer_only_what_is_missing_is_asked_for() -> None:
    services = standins.three()
    services[Task.REVENUE].routes["/predict"] = lambda body: (500, b"")
    with standins.served(services) as urls:
        gateway = Gateway(standins.settings(urls))
        before = score(SHOP, gateway, gateway.models())
        assert before is not None
        assert set(before.errors) == {Task.REVENUE}
        services[Task.REVENUE].routes.clear()
        whole = score(SHOP, gateway, gateway.models(), before=before)
    assert whole is not None
    assert whole.errors == {}
    assert [shopper.revenue.value for shopper in whole.shoppers if shopper.revenue] == [4.0] * 3
    assert [len(service.asked) for service in services.values()] == [1, 1, 1]
