"""UCI Online Retail: the order lines of a wholesaler of gifts, 2010-12-01 to 2011-12-09 (UCI 352).

An invoice is a session; a line whose invoice begins with C, or of negative quantity, is a return.
Lines without customer count for products and belong to no customer. No product has a category;
descriptions stand beside the canonical table, for products to be grouped by.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from clickstream.reading import RawTable
from clickstream.sources.mapping import Mapping, read_mapped
from clickstream.tables import Dataset

__all__ = ["MAPPING", "NAME", "NEEDS", "read", "recognises"]

NAME = "online-retail"
NEEDS = (
    "InvoiceNo",
    "StockCode",
    "Description",
    "Quantity",
    "InvoiceDate",
    "UnitPrice",
    "CustomerID",
    "Country",
)
MAPPING = Mapping(
    kind="orders",
    time="InvoiceDate",
    time_format="%m/%d/%Y %H:%M",
    session="InvoiceNo",
    customer="CustomerID",
    product="StockCode",
    price="UnitPrice",
    quantity="Quantity",
    cancelled_prefix="C",
    description="Description",
    context=("Country",),
    decimal=".",
)
"""How this data set is written: the month first in its dates."""


def recognises(raw: RawTable) -> bool:
    """Whether a file has this data set's columns."""
    return set(NEEDS) <= set(raw.columns)


def read(raws: Sequence[RawTable]) -> Dataset:
    """Read one or several files of this data set as one log of orders.

    Parameters
    ----------
    raws : sequence of RawTable
        Files with the columns of `NEEDS`.
    """
    return replace(read_mapped(raws, MAPPING, NAME), mapping=None)
