"""Ready-made rows, held out by content."""

from __future__ import annotations

import numpy as np

from automl.splits import grouped_holdout
from automl.table import Prepared, Table, make_table
from clickstream.answers import Answer
from clickstream.errors import NotAnswerable
from clickstream.features import Feature
from clickstream.tables import Dataset, Label

__all__ = ["labelled_rows", "prepare_rows", "row_columns"]

_LABELS = {
    "column": "\"{label.column}\" = '{label.positive}'",
    "amount": '"{label.column}"',
    "any_amount": '"{label.column}" > 0',
}
"""SQL of a label of ready-made rows, by its kind."""


def prepare_rows(
    dataset: Dataset,
    answer: Answer,
    seed: int,
    keep_derived: bool,
    holdout: Dataset | None = None,
) -> Prepared:
    """Hold out a share of the rows at random, rows of equal inputs together.

    Parameters
    ----------
    dataset : Dataset
        Rows.
    answer : Answer
        One with a label, or segment, which takes numbers only.
    seed : int
        Makes the choice.
    keep_derived : bool
        Keep columns that the source declares to be made from the label.
    holdout : Dataset, optional
        Rows to test on instead; training then has all of `dataset` but rows of equal inputs.

    Raises
    ------
    NotAnswerable
        If the holdout has other columns.
    """
    schema = dataset.table.schema()
    columns = row_columns(dataset, keep_derived=keep_derived)
    if answer.kind == "segment":
        columns = [name for name in columns if schema[name].is_numeric()]
    numbers = [name for name in columns if schema[name].is_numeric()]
    strings = [name for name in columns if not schema[name].is_numeric()]
    features = tuple(
        Feature(name, kind, "as in the file", f"column {name} of the file")
        for kind, names in (("number", numbers), ("string", strings))
        for name in names
    )
    table = labelled_rows(dataset, features, dataset.labels.get(answer.name))
    if holdout is not None:
        return _beside(table, holdout, features, answer)
    held = grouped_holdout(table.unit_ids, seed)
    split = f"at random with seed {seed}, for want of time; rows of equal inputs stay on one side"
    return Prepared(table.rows(~held), table.rows(held), features, None, split)


def _beside(
    table: Table, holdout: Dataset, features: tuple[Feature, ...], answer: Answer
) -> Prepared:
    """Train on rows of one file, and test on those of another."""
    known = set(holdout.table.columns)
    missing = [feature.name for feature in features if feature.name not in known]
    if missing or (answer.kind != "segment" and answer.name not in holdout.labels):
        raise NotAnswerable(
            f"The holdout file cannot test {answer.name}: it lacks "
            f"{', '.join(missing) or 'the label'}. Give a file of the same columns."
        )
    held = labelled_rows(holdout, features, holdout.labels.get(answer.name))
    new = ~np.isin(table.unit_ids.astype(str), held.unit_ids.astype(str))
    split = (
        f"the holdout is a file of its own; {int((~new).sum())} rows whose inputs equal one of "
        "its rows are left out of training"
    )
    return Prepared(table.rows(new), held, features, None, split)


def row_columns(dataset: Dataset, *, keep_derived: bool = False) -> list[str]:
    """Columns of ready-made rows that may be inputs: no labels, nothing made from one."""
    left_out = _label_columns(dataset) | (set() if keep_derived else set(dataset.derived))
    return [name for name in dataset.table.columns if name not in left_out]


def labelled_rows(dataset: Dataset, features: tuple[Feature, ...], label: Label | None) -> Table:
    """Ready-made rows with a hash of all their inputs as the unit, so rows of equal inputs are one.

    Parameters
    ----------
    dataset : Dataset
        Rows.
    features : tuple of Feature
        The columns to take.
    label : Label or None
        NaN where None.
    """
    labels = _label_columns(dataset)
    inputs = ", ".join(f'"{name}"' for name in dataset.table.columns if name not in labels)
    named = ", ".join(f'"{feature.name}"' for feature in features)
    value = "NULL" if label is None else _LABELS[label.kind].format(label=label)
    columns = dataset.connection.execute(
        f"SELECT md5(ROW({inputs})::VARCHAR) AS unit_id, {named}, ({value})::DOUBLE AS label "
        "FROM rows ORDER BY unit_id, label"
    ).fetchnumpy()
    return make_table(columns, features)


def _label_columns(dataset: Dataset) -> set[str]:
    return {label.column for label in dataset.labels.values() if label.column is not None}
