"""What a data set can answer is said before anything is trained, with the reason."""

from __future__ import annotations

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
    status, scope, reason = ask(shop_data, "segment")
    assert (status, scope) == ("yes", "customer")
    assert "customers over 180 days" in reason


def test_clicks_without_purchases_answer_by_proxy(real_data) -> None:
    dataset = read_source([real_data("eshop2008/Test.csv")])
    status, scope, reason = ask(dataset, "purchase")
    assert (status, scope) == ("proxy", "session")
    assert "no purchase" in reason
    assert ask(dataset, "session_spend")[0] == "proxy"
    assert ask(dataset, "segment") == (
        "yes",
        "session",
        "no customer is known, so sessions are grouped",
    )


def test_ready_made_rows_have_no_amount(real_data) -> None:
    dataset = read_source([real_data("online-shoppers/online_shoppers_intention.csv")])
    assert ask(dataset, "purchase") == ("yes", "row", "column Revenue says it")
    status, scope, reason = ask(dataset, "session_spend")
    assert (status, scope) == ("no", "row")
    assert "Revenue only says whether" in reason
    assert ask(dataset, "segment")[:2] == ("yes", "row")


def test_a_log_in_which_nobody_buys_cannot_say_who_will(read) -> None:
    dataset = read([event("s1", 1), event("s1", 2, "cart")])
    for name in ("purchase", "session_spend"):
        assert ask(dataset, name)[::2] == ("no", "no event says that anyone bought anything")


@pytest.mark.parametrize(("days", "scope"), [(112, "customer"), (111, "session")])
def test_customers_need_four_target_windows_of_log(read, days: int, scope: str) -> None:
    def at(session: str, time: str):
        return event(session, 1, event_time=time)

    end = {112: "2026-04-23T00:00:00Z", 111: "2026-04-22T23:59:59Z"}[days]
    dataset = read([at("s1", "2026-01-01T00:00:00Z"), at("s2", end)])
    status, found, reason = ask(dataset, "segment")
    assert (status, found) == ("yes", scope)
    if scope == "session":
        assert "four target windows (112 days)" in reason
    assert ask(dataset, "segment", Windows(target_days=27))[1] == "customer"


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
