"""What a data set can answer is said before anything is trained, with the reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from clickstream.answers import ANSWERS, TASKS, Windows, answerability, require
from clickstream.errors import NotAnswerable
from clickstream.sources import read_source
from tests.clickstream.logs import event


def ask(dataset, name: str, windows: Windows | None = None) -> tuple[str, str, str]:
    found = answerability(dataset, ANSWERS[name], windows or Windows())
    return found.status, found.scope, found.reason


def test_every_task_has_an_answer_and_every_answer_a_task() -> None:
    assert {answer.task for answer in ANSWERS.values()} == set(TASKS)
    assert all(name == answer.name for name, answer in ANSWERS.items())


def test_the_simulated_log_answers_everything(shop_data) -> None:
    assert ask(shop_data, "purchase")[:2] == ("yes", "session")
    assert ask(shop_data, "session_spend")[:2] == ("yes", "session")
    assert ask(shop_data, "exit")[:2] == ("yes", "session")
    status, scope, reason = ask(shop_data, "segment")
    assert (status, scope) == ("yes", "customer")
    assert "customers over 180 days" in reason
    for name in ("repurchase", "customer_spend"):
        status, scope, reason = ask(shop_data, name)
        assert (status, scope) == ("yes", "customer")
        assert "ordered within 180 days, which hold 5 moments with a target window of 28" in reason


def test_clicks_without_purchases_answer_by_proxy(real_data) -> None:
    dataset = read_source([real_data("eshop2008/Test.csv")])
    status, scope, reason = ask(dataset, "purchase")
    assert (status, scope) == ("proxy", "session")
    assert "no purchase" in reason
    assert ask(dataset, "session_spend")[0] == "proxy"
    for name in ("repurchase", "customer_spend"):
        expected = ("no", "customer", "no customer is known, so nobody is seen to come back")
        assert ask(dataset, name) == expected
    assert ask(dataset, "segment") == (
        "yes",
        "session",
        "no customer is known, so sessions are grouped",
    )


@pytest.mark.parametrize(
    ("file", "status", "said"),
    [
        ("e-shop clothing 2008.csv", "yes", "the clicks of 24026 sessions say it"),
        ("Test.csv", "proxy", "clicks are missing within sessions, so the last click in the log"),
    ],
)
def test_the_last_click_is_real_where_the_log_is_whole(real_data, file, status, said) -> None:
    found, scope, reason = ask(read_source([real_data(f"eshop2008/{file}")]), "exit")
    assert (found, scope) == (status, "session")
    assert reason.startswith(said)


def test_ready_made_rows_have_no_amount(real_data) -> None:
    dataset = read_source([real_data("online-shoppers/online_shoppers_intention.csv")])
    assert ask(dataset, "purchase") == ("yes", "row", "column Revenue says it")
    status, scope, reason = ask(dataset, "session_spend")
    assert (status, scope) == ("no", "row")
    assert "Revenue only says whether" in reason
    for name in ("exit", "repurchase", "customer_spend"):
        expected = ("no", "row", "no column of the online-shoppers rows says it")
        assert ask(dataset, name) == expected
    assert ask(dataset, "segment")[:2] == ("yes", "row")


def test_three_hours_of_log_are_too_short_for_customers(real_data) -> None:
    dataset = read_source([real_data("rees46/2019-Oct.csv")])
    short = "the log spans 0.1 days, and customers need four target windows (112 days)"
    for name in ("repurchase", "customer_spend"):
        assert ask(dataset, name) == ("no", "customer", short)
    assert ask(dataset, "segment") == ("yes", "session", f"{short}, so sessions are grouped")
    assert ask(dataset, "exit") == ("yes", "session", "the clicks of 5066 sessions say it")


def test_order_lines_tell_of_customers_and_nothing_of_sessions(orders: Path) -> None:
    dataset = read_source([orders])
    for name in ("repurchase", "customer_spend"):
        status, scope, reason = ask(dataset, name)
        assert (status, scope) == ("yes", "customer")
        assert reason.startswith("600 customers ordered within ")
    for name in ("purchase", "exit", "session_spend"):
        expected = ("no", "session", "every session is an order, and nothing is seen before it")
        assert ask(dataset, name) == expected


@pytest.mark.parametrize("name", ["repurchase", "customer_spend"])
@pytest.mark.parametrize(
    ("kind", "customer", "reason"),
    [
        ("purchase", None, "no customer is known, so nobody is seen to come back"),
        ("cart", "c1", "no event says that a known customer bought anything"),
    ],
)
def test_customers_who_order_must_be_known(read, name, kind, customer, reason) -> None:
    dataset = read([event("s1", 1, kind, customer_id=customer), event("s2", 1, customer_id=None)])
    assert ask(dataset, name) == ("no", "customer", reason)


def test_a_log_in_which_nobody_buys_cannot_say_who_will(read) -> None:
    dataset = read([event("s1", 1), event("s1", 2, "cart")])
    assert ask(dataset, "exit")[::2] == ("yes", "the clicks of 1 sessions say it")
    for name in ("purchase", "session_spend"):
        assert ask(dataset, name)[::2] == ("no", "no event says that anyone bought anything")


@pytest.mark.parametrize(("days", "scope"), [(112, "customer"), (111, "session")])
def test_customers_need_four_target_windows_of_log(read, days: int, scope: str) -> None:
    def at(session: str, time: str):
        return event(session, 1, event_time=time)

    end = {112: "2026-04-23T00:00:00Z", 111: "2026-04-22T23:59:59Z"}[days]
    first = at("s1", "2026-01-01T00:00:00Z") | {"event_type": "purchase"}
    dataset = read([first, at("s2", end)])
    status, found, reason = ask(dataset, "segment")
    assert (status, found) == ("yes", scope)
    if scope == "session":
        assert "four target windows (112 days)" in reason
    shorter = Windows(target_days=27)
    assert ask(dataset, "segment", shorter)[1] == "customer"
    for name in ("repurchase", "customer_spend"):
        status, _, reason = ask(dataset, name)
        assert status == {"customer": "yes", "session": "no"}[scope]
        assert ("four target windows (112 days)" in reason) == (status == "no")
        assert ask(dataset, name, shorter)[0] == "yes"


def test_what_cannot_be_answered_is_refused_in_a_sentence(read) -> None:
    answer = ANSWERS["purchase"]
    found = answerability(read([event("s1", 1)]), answer, Windows())
    with pytest.raises(NotAnswerable) as refused:
        require(found, answer)
    assert str(refused.value) == (
        "purchase cannot be answered: no event says that anyone bought anything."
    )
    bought = read([event("s1", 1), event("s1", 2, "purchase")])
    require(answerability(bought, answer, Windows()), answer)
