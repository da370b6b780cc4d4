"""What every page is given: whom to ask, and what they serve."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from ui.gateway import Gateway, Outcomes
from ui.models import Model, Task

__all__ = ["Context"]


@dataclass(frozen=True)
class Context:
    """What is known when a page is drawn.

    Attributes
    ----------
    gateway : Gateway
        Whom to ask.
    models : dict
        What each service serves, or why it does not answer.
    pages : dict
        Streamlit's pages by their addresses, for links.
    """

    gateway: Gateway
    models: Outcomes[Model]
    pages: dict[str, Any] = field(default_factory=dict)

    def link(self, page: str, label: str) -> None:
        """Draw a link to another page.

        Parameters
        ----------
        page : str
            Its address.
        label : str
            What the link says.
        """
        st.page_link(self.pages[page], label=label, icon=":material/arrow_forward:")

    def model(self, task: Task) -> Model | None:
        """What a service serves; None where it does not answer."""
        model = self.models.get(task)
        return model if isinstance(model, Model) else None

    @property
    def running(self) -> list[Model]:
        """What the services that answer serve."""
        return [model for model in self.models.values() if isinstance(model, Model)]
