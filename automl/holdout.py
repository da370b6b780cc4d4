"""A holdout that the user brings: a file of its own beside the one that is learned from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from automl.sessions import labelled_cuts, labelled_table
from automl.table import Prepared
from clickstream.answers import Answer, label_of
from clickstream.errors import ClickwiseError
from clickstream.tables import Dataset

__all__ = ["both_logs", "held_sessions", "holdout_beside"]

_KINDS = {"rows": "ready-made rows", "events": "a log of events"}
_BOTH = "_both_logs"


def holdout_beside(dataset: Dataset, holdout: Dataset) -> Dataset:
    """Take one file as the holdout of another.

    Parameters
    ----------
    dataset, holdout : Dataset
        What is learned from, and what is tested on.

    Raises
    ------
    ClickwiseError
        If they come from different sources, or one is a log of events and the other is none.
    """
    if (dataset.source, dataset.kind) != (holdout.source, holdout.kind):
        raise ClickwiseError(
            f"The file is {_KINDS[dataset.kind]} of source {dataset.source}, the holdout "
            f"{_KINDS[holdout.kind]} of source {holdout.source}. Give two files of the same kind."
        )
    return holdout


def held_sessions(prepared: Prepared, holdout: Dataset, answer: Answer) -> Prepared:
    """Test on the sessions of a log of its own.

    Parameters
    ----------
    prepared : Prepared
        All sessions of the other log, for training.
    holdout : Dataset
        The log to test on. Its sessions read what was learned of the other one before they
        began; what their customers did before is looked for in this log alone.
    answer : Answer
        The question.

    Raises
    ------
    NotAnswerable
        If the log does not answer the question.
    """
    assert prepared.sql is not None
    labelled_cuts(holdout, None if answer.kind == "segment" else label_of(holdout, answer))
    for name, lookup in prepared.lookups.items():
        holdout.connection.register("_lookup", lookup)
        holdout.connection.execute(f"CREATE OR REPLACE TABLE {name} AS FROM _lookup")
        holdout.connection.unregister("_lookup")
    held = labelled_table(holdout, prepared.features, prepared.sql)
    known = np.isin(prepared.training.unit_ids.astype(str), held.unit_ids.astype(str))
    training = prepared.training.rows(~known)
    again = len(set(prepared.training.unit_ids[known]))
    split = f"the holdout is a log of its own; {again} of its sessions are left out of training"
    return replace(prepared, training=training, holdout=held, split=split)


def both_logs(dataset: Dataset, holdout: Dataset) -> str:
    """Put two logs into one relation of the first one's database, and return its name.

    Of a session that both hold, the holdout's events are taken.

    Parameters
    ----------
    dataset, holdout : Dataset
        Events of one source.
    """
    connection = dataset.connection
    connection.register("_held_events", holdout.table.to_pyarrow())
    connection.execute(
        f"CREATE OR REPLACE TABLE {_BOTH} AS SELECT * FROM events WHERE session_id NOT IN "
        "(SELECT session_id FROM _held_events) UNION ALL BY NAME SELECT * FROM _held_events"
    )
    connection.unregister("_held_events")
    return _BOTH
