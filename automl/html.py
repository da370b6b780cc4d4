"""Pieces of self-contained pages."""

from __future__ import annotations

import gzip
from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from html import escape

import plotly.graph_objects as go

__all__ = ["packed_plotly", "page", "plot", "table"]

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: WIDTHrem;
       padding: 0 1rem; color: #1d2733; background: #fff; }
table { border-collapse: collapse; margin: 1rem 0; } th, td { padding: .3rem .8rem;
       border-bottom: 1px solid #d5dbe1; text-align: left; vertical-align: top; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; } td.n { white-space: nowrap; }
.warning { border-left: 4px solid #b45309; padding-left: 1rem; }
.note { color: #52606d; max-width: 60rem; }
.plots { display: grid; align-items: start;
       grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1rem 2rem; }
.plots > .wide { grid-column: 1 / -1; }
.figures { display: flex; flex-wrap: wrap; gap: 1rem 2.5rem; margin: 1rem 0; }
.figures b { display: block; font-size: 1.5rem; font-variant-numeric: tabular-nums; }
@media (max-width: 60rem) { .plots { grid-template-columns: minmax(0, 1fr); } }
"""

_DRAW = """
(async () => {
  const packed = atob(document.querySelector("script[data-plotly]").textContent);
  const bytes = Uint8Array.from(packed, one => one.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const plotly = document.createElement("script");
  plotly.textContent = await new Response(stream).text();
  document.head.append(plotly);
  const config = {displaylogo: false, responsive: true};
  for (const figure of document.querySelectorAll("script[data-plot]")) {
    const {data, layout} = JSON.parse(figure.textContent);
    await Plotly.newPlot(figure.dataset.plot, data, layout, config);
  }
  document.body.dataset.drawn = "yes";
})();
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
    style = _STYLE.replace("WIDTH", str(width))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{style}</style></head><body><h1>{escape(title)}</h1>"
        f'{body}<script type="text/plain" data-plotly>{packed_plotly()}</script>'
        f"<script>{_DRAW}</script></body></html>"
    )


@cache
def packed_plotly() -> str:
    """Plotly.js as a page holds it: gzip in base64, two fifths of its size."""
    from plotly.offline import get_plotlyjs

    return b64encode(gzip.compress(get_plotlyjs().encode(), mtime=0)).decode()


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
    # Whatever a text holds, it must not end the script that carries it.
    drawn = str(figure.to_json()).replace("</", "<\\/")
    return (
        f'<div id="{name}" style="height:{height}px"></div>'
        f'<script type="application/json" data-plot="{name}">{drawn}</script>'
    )
