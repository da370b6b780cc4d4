"""Pieces of self-contained pages."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import plotly.graph_objects as go
import plotly.io as pio

__all__ = ["page", "plot", "table"]

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: WIDTHrem;
       padding: 0 1rem; color: #1d2733; background: #fff; }
table { border-collapse: collapse; margin: 1rem 0; } th, td { padding: .3rem .8rem;
       border-bottom: 1px solid #d5dbe1; text-align: left; vertical-align: top; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.warning { border-left: 4px solid #b45309; padding-left: 1rem; }
.note { color: #52606d; max-width: 60rem; }
.plots { display: grid; align-items: start;
       grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1rem 2rem; }
.plots > .wide { grid-column: 1 / -1; }
.figures { display: flex; flex-wrap: wrap; gap: 1rem 2.5rem; margin: 1rem 0; }
.figures b { display: block; font-size: 1.5rem; font-variant-numeric: tabular-nums; }
@media (max-width: 60rem) { .plots { grid-template-columns: minmax(0, 1fr); } }
"""


def page(title: str, body: str, *, width: int = 60) -> str:
    """A page that fetches nothing: styles and plotly.js are in it, once.

    Parameters
    ----------
    title : str
        Plain text.
    body : str
        HTML.
    width : int, default 60
        Widest line in rem.
    """
    from plotly.offline import get_plotlyjs

    style = _STYLE.replace("WIDTH", str(width))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{style}</style></head><body><h1>{escape(title)}</h1>"
        f"<script>{get_plotlyjs()}</script>{body}</body></html>"
    )


def table(header: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[int] = ()) -> str:
    """A table of plain texts.

    Parameters
    ----------
    header : sequence of str
        One per column.
    rows : sequence of sequence of str
        As many cells each.
    numbers : sequence of int, optional
        Places of columns that hold numbers, which stand to the right.
    """
    return (
        f"<table><thead>{_line('th', header, numbers)}</thead>"
        f"<tbody>{''.join(_line('td', row, numbers) for row in rows)}</tbody></table>"
    )


def _line(tag: str, cells: Sequence[str], numbers: Sequence[int]) -> str:
    marked = [' class="n"' if place in numbers else "" for place in range(len(cells))]
    return (
        "<tr>"
        + "".join(
            f"<{tag}{mark}>{escape(cell)}</{tag}>" for mark, cell in zip(marked, cells, strict=True)
        )
        + "</tr>"
    )


def plot(figure: go.Figure, name: str, *, height: int = 380) -> str:
    """A figure as HTML, drawn by the page's plotly.js.

    Parameters
    ----------
    figure : Figure
        With a title.
    name : str
        Of its element, unique in the page and the same in every run, so that equal pages are equal
        bytes.
    height : int, default 380
        In pixels.
    """
    figure.update_layout(template="plotly_white", height=height, margin={"t": 60})
    return str(
        pio.to_html(
            figure,
            include_plotlyjs=False,
            full_html=False,
            div_id=name,
            config={"displaylogo": False, "responsive": True},
        )
    )
