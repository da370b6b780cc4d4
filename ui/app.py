"""The analyst's app. Run it with `streamlit run ui/app.py`."""

from __future__ import annotations

import streamlit as st

from ui.about import show_about
from ui.builder import show_builder
from ui.gateway import Gateway, Outcomes
from ui.models import Model
from ui.rowform import show_row_form
from ui.scoring import show_scoring
from ui.settings import Settings
from ui.status import show_missing, show_notices, show_status


def main() -> None:
    """Draw the whole page."""
    st.set_page_config(page_title="Clickwise", page_icon=":material/ads_click:", layout="wide")
    gateway = _gateway(Settings())
    models = gateway.models()
    show_status(models, gateway.settings)
    st.title("Clickwise")
    st.caption("Who will buy, how much they will spend, and who they are.")
    show_notices(models)
    show_missing({task: part for task, part in models.items() if not isinstance(part, Model)})
    takes_rows = _takes_rows(models)
    pages = ["Score a shop", "Ask about a row" if takes_rows else "Build a session"]
    page = st.segmented_control(
        "Page", pages, default=pages[0], required=True, key="page", label_visibility="collapsed"
    )
    if page == pages[0]:
        show_scoring(gateway, models)
    elif takes_rows:
        show_row_form(gateway, models)
    else:
        show_builder(gateway, models)
    show_about(models)


@st.cache_resource(show_spinner=False)
def _gateway(settings: Settings) -> Gateway:
    return Gateway(settings)


def _takes_rows(models: Outcomes[Model]) -> bool:
    return any(isinstance(part, Model) and part.input_kind == "rows" for part in models.values())


if __name__ == "__main__":
    main()
