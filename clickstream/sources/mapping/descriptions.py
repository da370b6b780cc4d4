"""What products are called, beside the canonical table, which has no place for it."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from clickstream.sources.mapping.model import Mapping
from clickstream.tables import store

__all__ = ["store_descriptions"]


def store_descriptions(
    backend: ibis.backends.duckdb.Backend, text: ir.Table, mapping: Mapping
) -> bool:
    """Materialise `product_descriptions`: each product with the description that it has most often.

    Parameters
    ----------
    backend : ibis.backends.duckdb.Backend
        Where to.
    text : ibis Table
        The columns that the mapping names, as text.
    mapping : Mapping
        Of events or order lines.

    Returns
    -------
    bool
        Whether there are any; not where a column gives categories, which go before.
    """
    if mapping.description is None or mapping.product is None or mapping.category:
        return False
    named = text.select(product_id=text[mapping.product], description=text[mapping.description])
    known = named.drop_null()
    counted = known.group_by("product_id", "description").agg(rows=known.count())
    order = [ibis.desc("rows"), counted.description]
    place = ibis.row_number().over(group_by="product_id", order_by=order)
    ranked = counted.mutate(place=place)
    chosen = ranked.filter(ranked.place == 0).select("product_id", "description")
    return bool(store(backend, "product_descriptions", chosen).limit(1).count().execute())
