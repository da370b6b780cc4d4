"""Pages as a browser and as a reader take them."""

from __future__ import annotations

from html.parser import HTMLParser


class Page(HTMLParser):
    """What a browser would fetch, and what a reader would read."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.text = ""
        self.scripts = 0
        self.names: list[str] = []
        self._hidden = False
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self._hidden = tag in ("script", "style")
        self.scripts += tag == "script"
        self.names += [str(value) for name, value in attributes if name == "id"]
        self.fetched += [
            str(value) for name, value in attributes if name in ("src", "href", "srcset", "data")
        ]

    def handle_endtag(self, tag: str) -> None:
        self._hidden = False

    def handle_data(self, text: str) -> None:
        if not self._hidden:
            self.text += text + "\n"
