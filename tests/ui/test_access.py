"""Who may open the app."""

from __future__ import annotations

from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.ui import standins
from tests.ui.opening import APP, opened, texts
from ui.access import open_to_others


@pytest.mark.parametrize(
    ("address", "reachable"),
    [
        ("127.0.0.1", False),
        ("localhost", False),
        ("::1", False),
        ("0.0.0.0", True),
        ("192.168.1.5", True),
        ("shop.example", True),
        ("", True),
        (None, True),
    ],
)
def test_a_server_is_known_to_be_reachable_or_not(address: str | None, reachable: bool) -> None:
    assert open_to_others(address) is reachable


@pytest.fixture
def listening_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    real = st.get_option
    monkeypatch.setattr(
        st, "get_option", lambda name: "0.0.0.0" if name == "server.address" else real(name)
    )


@pytest.mark.usefixtures("listening_everywhere")
def test_without_sign_in_the_app_is_closed_to_other_machines() -> None:
    with standins.served(standins.three()):
        page = AppTest.from_file(APP, default_timeout=60).run()
    assert "CLICKWISE_APP_OPEN_TO_EVERYONE=true" in page.error[0].value
    assert not page.title


@pytest.mark.usefixtures("listening_everywhere")
def test_told_in_so_many_words_it_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLICKWISE_APP_OPEN_TO_EVERYONE", "true")
    with opened(standins.three()) as page:
        assert page.title[0].value == "Clickwise"


@pytest.mark.usefixtures("listening_everywhere")
@pytest.mark.parametrize("signed_in", [False, True])
def test_with_sign_in_set_up_people_sign_in_first(signed_in: bool) -> None:
    page = AppTest.from_file(APP, default_timeout=60)
    page.secrets["auth"] = {"redirect_uri": "http://localhost:8501/oauth2callback"}
    page.user = {"is_logged_in": signed_in, "email": "anna@example.org"}
    page = page.run()
    assert not page.exception
    if signed_in:
        assert "Signed in as anna@example.org" in texts(page)
    else:
        assert [button.label for button in page.button] == ["Sign in"]


def test_the_app_listens_on_this_machine_alone_unless_told_otherwise() -> None:
    config = (Path(APP).parents[1] / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    assert 'address = "127.0.0.1"' in config
