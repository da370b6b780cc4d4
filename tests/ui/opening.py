"""The app on stand-ins for its services, as Streamlit's AppTest runs it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.ui import standins
from ui import reading
from ui.models import Task

__all__ = ["add_click", "go_to", "metrics", "opened", "press", "texts"]

APP = str(Path(__file__).parents[2] / "ui" / "app.py")
NOBODY = "http://127.0.0.1:9"
SMALL = 2_000
"""Events of the example in tests."""


@contextmanager
def opened(services: Mapping[Task, standins.Standin], page: str = "") -> Iterator[AppTest]:
    """A page of the app on stand-ins; a task without one is down."""
    with standins.served(services) as urls, pytest.MonkeyPatch.context() as patch:
        for task in Task:
            patch.setenv(f"CLICKWISE_{task.upper()}_URL", urls.get(task, NOBODY))
        patch.setenv("CLICKWISE_STATUS_TIMEOUT", "30")
        patch.setattr(reading, "_EXAMPLE_EVENTS", SMALL)
        # A gateway remembers who failed, and the example of one test is another's.
        st.cache_resource.clear()
        app = AppTest.from_file(APP, default_timeout=60).run()
        assert not app.exception
        yield go_to(app, page) if page else app


def go_to(app: AppTest, page: str) -> AppTest:
    """Another page, by its address."""
    # AppTest.switch_page knows pages by their files alone, and ours are functions.
    pages = app._registered_pages.items()
    app._page_hash = next(key for key, one in pages if one["url_pathname"] == page)
    after = app.run()
    assert not after.exception
    return after


def texts(app: AppTest) -> str:
    """Everything that a page says."""
    kinds = ("title", "subheader", "markdown", "caption", "info", "success", "warning", "error")
    return "\n".join(str(element.value) for kind in kinds for element in app.get(kind))


def press(app: AppTest, label: str) -> AppTest:
    """The page after a button was pressed."""
    button = next(button for button in app.button if button.label == label)
    after = button.click().run()
    assert not after.exception
    return after


def metrics(app: AppTest) -> dict[str, str]:
    """Every number of a page by what it is called."""
    return {metric.label: metric.value for metric in app.metric}


def add_click(app: AppTest, kind: str = "view", product: str | None = "p1") -> AppTest:
    """The page of a session after one more click was added."""
    app.selectbox(key="click_type").select(kind)
    app.selectbox(key="click_product").select(product)
    return press(app.run(), "Add the click")
