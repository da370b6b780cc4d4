"""The analyst's app. Run it with `streamlit run ui/app.py`."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import streamlit as st

from ui.access import require_access
from ui.context import Context
from ui.fields import keep_fields, kept
from ui.gateway import Gateway
from ui.language import LANGUAGES, text, use_language
from ui.settings import Settings
from ui.status import show_status
from ui.views import PAGES

# A named one the reader's browser would fetch from elsewhere.
ICON = Path(__file__).with_name("icon.svg")


def main() -> None:
    """Draw the page that was chosen, and what stands beside every page."""
    st.set_page_config(page_title="Clickwise", page_icon=str(ICON), layout="wide")
    keep_fields()
    use_language(_language())
    settings = Settings()
    require_access(settings)
    gateway = _gateway(settings)
    context = Context(gateway, gateway.models())
    for page in PAGES:
        context.pages[page.name] = st.Page(
            partial(page.show, context),
            title=text(f"pages.{page.name}"),
            icon=page.icon,
            url_path=page.name,
            default=page is PAGES[0],
        )
    chosen = st.navigation(list(context.pages.values()))
    _choose_language()
    show_status(context)
    chosen.run()


def _language() -> str:
    """The language that was chosen, or else the browser's where there are texts in it."""
    preferred = (st.context.locale or "").partition("-")[0]
    key = kept("language", preferred if preferred in LANGUAGES else "en")
    chosen: str = st.session_state[key]
    return chosen


def _choose_language() -> None:
    st.sidebar.selectbox(
        text("app.language"), list(LANGUAGES), format_func=LANGUAGES.get, key="kept_language"
    )


@st.cache_resource(show_spinner=False)
def _gateway(settings: Settings) -> Gateway:
    return Gateway(settings)


if __name__ == "__main__":
    main()
