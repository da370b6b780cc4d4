"""Remarks: what a reader must know of a data set to trust what is made of it, from its rows."""

from __future__ import annotations

from typing import Any

import numpy as np

from clickstream.cuts import closed_sessions
from clickstream.description.columns import missing_values
from clickstream.leaks import rank_auc
from clickstream.quoting import quoted_name
from clickstream.tables import Dataset, Label

__all__ = ["remarks"]


def remarks(dataset: Dataset) -> tuple[str, ...]:
    """Say in sentences what the rows tell of themselves, beside what can be asked of them.

    Parameters
    ----------
    dataset : Dataset
        A file, read.

    Returns
    -------
    tuple of str
        For events: how many sessions buy and what purchases are worth, what knows no customer,
        which sessions are cut short, and where the log contradicts itself. For ready-made rows:
        how many say yes, what all amounts are worth, and what columns that are made from the label
        tell of it.
    """
    if dataset.kind == "rows":
        found = (_rows_that_buy(dataset), _amounts(dataset), *_derived(dataset))
    else:
        found = (
            _sessions_that_buy(dataset),
            _worth(dataset),
            _without_customer(dataset),
            _days_alone(dataset),
            _cut_short(dataset),
            _rare_carts(dataset),
            _several_categories(dataset),
            _read_off_the_product(dataset),
            _empty(dataset),
        )
    return tuple(sentence for sentence in found if sentence)


def _row(dataset: Dataset, query: str) -> tuple[Any, ...]:
    row: tuple[Any, ...] = dataset.connection.execute(query).fetchall()[0]
    return row


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f} %"


def _sessions_that_buy(dataset: Dataset) -> str | None:
    sessions, bought, viewed = _row(
        dataset,
        "SELECT count(*), count(*) FILTER (bought), bool_or(viewed) FROM (SELECT "
        "bool_or(event_type = 'purchase') AS bought, bool_or(event_type = 'view') AS viewed "
        "FROM events GROUP BY session_id)",
    )
    if not viewed or not bought:
        return None
    return f"{bought} of {sessions} sessions ({_share(bought, sessions)}) hold a purchase."


def _worth(dataset: Dataset) -> str | None:
    bought, worth, known, customers, theirs = _row(
        dataset,
        "SELECT count(*), sum(price * quantity), count(customer_id), "
        "count(DISTINCT customer_id), sum(price * quantity) FILTER (customer_id IS NOT NULL) "
        "FROM events WHERE event_type = 'purchase' AND price IS NOT NULL",
    )
    if not bought:
        return None
    said = f"{bought} purchases with a price are worth {worth:.2f}"
    if not known:
        return f"{said}; no customer of them is known."
    if known == bought:
        return f"{said}, by {customers} customers."
    return f"{said}; {known} of them, by {customers} known customers, {theirs:.2f}."


def _without_customer(dataset: Dataset) -> str | None:
    events, known = _row(dataset, "SELECT count(*), count(customer_id) FROM events")
    if known in (0, events):
        return None
    return (
        f"{events - known} of {events} events ({_share(events - known, events)}) have no customer: "
        "they count for products and sessions, and for no customer."
    )


def _days_alone(dataset: Dataset) -> str | None:
    if dataset.time_resolution != "date":
        return None
    return "The log knows the day and the order of clicks but no times, so nothing has a duration."


def _cut_short(dataset: Dataset) -> str | None:
    """Sessions that may go on after the log's end."""
    if dataset.time_resolution != "time":
        return None
    sessions, viewed = _row(
        dataset, "SELECT count(DISTINCT session_id), bool_or(event_type = 'view') FROM events"
    )
    still_open = sessions - int(closed_sessions(dataset.table).count().execute())
    if not viewed or not still_open:
        return None
    return (
        f"{still_open} of {sessions} sessions ({_share(still_open, sessions)}) were still open "
        "when the log ends and may be cut short; answers about sessions leave them out of training."
    )


def _rare_carts(dataset: Dataset) -> str | None:
    carts, purchases = _row(
        dataset,
        "SELECT count(*) FILTER (event_type = 'cart'), count(*) FILTER (event_type = 'purchase') "
        "FROM events",
    )
    if not 0 < carts < purchases:
        return None
    bought, without = _row(
        dataset,
        "SELECT count(*), count(*) FILTER (NOT carted) FROM (SELECT "
        "bool_or(event_type = 'cart') AS carted FROM events GROUP BY session_id "
        "HAVING bool_or(event_type = 'purchase'))",
    )
    return (
        f"Carts are rarer than purchases ({carts} to {purchases}), and {without} of the {bought} "
        "sessions that buy hold none: not every cart is in the log, so inputs about carts, and the "
        "abandonment of a full one, say less than they seem to."
    )


def _several_categories(dataset: Dataset) -> str | None:
    products, several, astray, such = _row(
        dataset,
        "SELECT count(*), count(*) FILTER (categories > 1), sum(astray), "
        "max_by(product_id, (astray, product_id)) FROM (SELECT product_id, "
        "count(*) AS categories, sum(n) - max(n) AS astray FROM (SELECT product_id, category, "
        "count(*) AS n FROM events WHERE product_id IS NOT NULL AND category IS NOT NULL "
        "GROUP BY ALL) GROUP BY product_id)",
    )
    if not several:
        return None
    return (
        f"Products in more than one category: {several} of {products}, such as {such!r}; events "
        f"that give another than their product's usual one: {astray}."
    )


def _read_off_the_product(dataset: Dataset) -> str | None:
    """Where a proxy is about a product's own property, why it is not asked of the one viewed."""
    columns = [_of_the_product(label) for label in dataset.labels.values()]
    named = [column for column in dict.fromkeys(columns) if column]
    if not named:
        return None
    most = ", ".join(f"max(count(DISTINCT {quoted_name(name)})) OVER ()" for name in named)
    products, *values = _row(
        dataset, f"SELECT count(*) OVER (), {most} FROM events GROUP BY product_id LIMIT 1"
    )
    fixed = [name for name, value in zip(named, values, strict=True) if value == 1]
    if not fixed:
        return None
    return (
        f"Each of {products} products has one {' and one '.join(fixed)} in all its events, so to "
        "read them off the product viewed is no prediction: the next product viewed is asked about."
    )


def _of_the_product(label: Label) -> str | None:
    return {"next_flag": label.column, "next_price": "price"}.get(label.kind)


def _empty(dataset: Dataset) -> str | None:
    """Columns that some events fill and others do not; of customers more is said above."""
    columns = ["product_id", "category", "price", *dataset.context_columns]
    counts = [
        f"{column.column} in {column.missing} ({_share(column.missing, column.rows)})"
        for column in missing_values(dataset.connection, "events", columns)
        if 0 < column.missing < column.rows
    ]
    return f"Empty in some events: {', '.join(counts)}." if counts else None


def _rows_that_buy(dataset: Dataset) -> str | None:
    label = dataset.labels.get("purchase")
    if label is None:
        return None
    rows, bought = _row(dataset, f"SELECT count(*), count(*) FILTER ({_yes(label)}) FROM rows")
    return f"{bought} of {rows} rows ({_share(bought, rows)}) ended in a purchase."


def _amounts(dataset: Dataset) -> str | None:
    """What all amounts come to, since a wrong unit is seen there first."""
    label = dataset.labels.get("session_spend")
    if label is None:
        return None
    column = quoted_name(str(label.column))
    above, worth = _row(dataset, f"SELECT count(*) FILTER ({column} > 0), sum({column}) FROM rows")
    if not above:
        return None
    return (
        f"{above} amounts above 0 in {label.column} are worth {worth:.2f} in all, "
        f"{worth / above:.2f} on average."
    )


def _yes(label: Label) -> str:
    column = quoted_name(str(label.column))
    return f"{column} > 0" if label.positive is None else f"{column} = '{label.positive}'"


def _derived(dataset: Dataset) -> list[str]:
    """How well each number that is made from the label tells it alone."""
    label = dataset.labels.get("purchase")
    schema = dataset.table.schema()
    numbers = [name for name in dataset.derived if schema[name].is_numeric()]
    return [] if label is None else [_told_by(dataset, name, label) for name in numbers]


def _told_by(dataset: Dataset, name: str, label: Label) -> str:
    column = quoted_name(name)
    found = dataset.connection.execute(
        f"SELECT {column} AS value, {_yes(label)} AS yes FROM rows WHERE {column} IS NOT NULL"
    ).fetchnumpy()
    yes = np.asarray(found["yes"], dtype=bool)
    if yes.all() or not yes.any():
        return ""
    auc = rank_auc(np.asarray(found["value"], dtype=np.float64), yes)
    return (
        f"{name}, which is made from the label, alone tells yes from no with an AUC of "
        f"{max(auc, 1 - auc):.3f}; it is left out."
    )
