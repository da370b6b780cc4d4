"""The app's pages, in the order of the side bar."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ui.context import Context
from ui.views import about, conversion, data, home, predict, revenue, segments

__all__ = ["PAGES", "Page"]


@dataclass(frozen=True)
class Page:
    """A page of the app.

    Attributes
    ----------
    name : str
        Its address, and the key of its title.
    icon : str
        Beside its title.
    show : callable
        Draws it.
    """

    name: str
    icon: str
    show: Callable[[Context], None]


PAGES = (
    Page("home", ":material/home:", home.show),
    Page("data", ":material/table_view:", data.show),
    Page("predict", ":material/psychology:", predict.show),
    Page("conversion", ":material/shopping_cart_checkout:", conversion.show),
    Page("revenue", ":material/payments:", revenue.show),
    Page("segments", ":material/groups:", segments.show),
    Page("about", ":material/fact_check:", about.show),
)
