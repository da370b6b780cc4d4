"""New customers of a log labelled with the classes of a bundle."""

from __future__ import annotations

from automl.interest_tables import label_interests
from automl.new_customers import cut_new_customers, new_customers
from automl.next_segments import SegmentAssigner, label_next_segments
from automl.released import features_of
from automl.table import Table
from clickstream.answers import ANSWERS
from clickstream.errors import BundleError
from clickstream.features import PRODUCT_GROUPS, with_groups
from clickstream.loading import load_lookups
from clickstream.scoring import Scorer
from clickstream.tables import Dataset

__all__ = ["labelled_new_customers"]


def labelled_new_customers(scorer: Scorer, dataset: Dataset, name: str) -> tuple[Table, str]:
    """Cut new customers of a log, and label them by what followed.

    Parameters
    ----------
    scorer : Scorer
        Of a bundle with the answer.
    dataset : Dataset
        Events with times and customers.
    name : str
        An answer about new customers.

    Returns
    -------
    Table
        Labels are numbers of the bundle's classes.
    str
        What of the data was left out, where it was.

    Raises
    ------
    BundleError
        If it is about segments and the bundle has none.
    """
    bundle = scorer.bundle
    manifest = bundle.manifest.answers[name]
    days = manifest.windows.target_days
    if days is None:
        raise BundleError(f"The bundle has no target window for {name}. Train it again.")
    load_lookups(dataset.connection, bundle.lookups())
    sample = cut_new_customers(dataset, days)
    if ANSWERS[name].of_segments:
        _label_by_segments(scorer, dataset, days)
    else:
        grouped = PRODUCT_GROUPS in bundle.lookups()
        events = with_groups(dataset.table) if grouped else dataset.table
        label_interests(dataset, events, days)
    classes = [one.name for one in manifest.classes]
    return new_customers(dataset, features_of(manifest), bundle.features_sql(name), classes), sample


def _label_by_segments(scorer: Scorer, dataset: Dataset, days: int) -> None:
    segment = scorer.bundle.manifest.answers.get("segment")
    if segment is None:
        raise BundleError("The bundle foretells segments that it does not hold. Train it again.")
    names = {one.segment: one.name for one in segment.segments}

    def names_of(table: Table) -> list[str]:
        outputs = scorer.predict("segment", table.batch()).outputs
        return [names[int(number)] for number in outputs["segment"]]

    assigner = SegmentAssigner(
        features_of(segment), scorer.bundle.features_sql("segment"), names_of
    )
    label_next_segments(dataset, days, assigner)
