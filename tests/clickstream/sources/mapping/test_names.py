from __future__ import annotations

import pytest

from clickstream.sources.columns import plain_name
from clickstream.sources.mapping.names import EVENT_NAMES, event_kinds
from clickstream.tables import EVENT_KINDS


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("view", "view"),
        ("PV", "view"),
        ("fav", "view"),
        ("addtocart", "cart"),
        ("Add to cart", "cart"),
        ("remove_from_cart", "remove"),
        ("transaction", "purchase"),
        ("buy", "purchase"),
        ("refund", "return"),
        ("search", None),
        ("???", None),
    ],
)
def test_an_event_is_known_by_its_usual_name(name: str, kind: str | None) -> None:
    assert event_kinds([name], {}) == {name: kind}


def test_a_mappings_own_codes_come_first() -> None:
    assert event_kinds(["buy", " 4 ", "???"], {"BUY": "cart", "4": "purchase", "???": "view"}) == {
        "buy": "cart",
        " 4 ": "purchase",
        "???": "view",
    }


def test_a_name_stands_for_one_event_only() -> None:
    names = [plain_name(name) for names in EVENT_NAMES.values() for name in dict.fromkeys(names)]
    kinds = {name: event_kinds([name], {})[name] for name in names}
    assert all(kinds[plain_name(n)] == kind for kind, ns in EVENT_NAMES.items() for n in ns)
    assert set(EVENT_NAMES) == set(EVENT_KINDS)
