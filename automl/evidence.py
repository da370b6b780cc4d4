"""Evidence: whether there is enough to learn from and to judge by."""

from __future__ import annotations

from automl.table import Prepared
from clickstream.answers import Answer
from clickstream.errors import NotAnswerable
from clickstream.manifest import Evidence

__all__ = ["HOLDOUT_LEAST", "LITTLE", "evidence_of", "evidence_warnings", "require_evidence"]

_TRAINING_LEAST = 50
HOLDOUT_LEAST = 15
LITTLE = 1_000


def evidence_of(prepared: Prepared, answer: Answer) -> Evidence:
    """Count units that say yes and no in both parts.

    A session or a customer counts once on either side, however often it is cut. For amounts, more
    than zero is yes; where no amount is zero only rows are counted.
    """
    training, holdout = prepared.training, prepared.holdout
    counts: dict[str, int] = {}
    never_zero = answer.kind == "revenue" and bool((training.label > 0).all())
    if answer.kind == "multiclass":
        counts["training_units"] = len(set(training.unit_ids))
        counts["holdout_units"] = len(set(holdout.unit_ids))
    if answer.kind in ("conversion", "revenue") and not never_zero:
        for part, table in (("training", training), ("holdout", holdout)):
            positives = len(set(table.unit_ids[table.label > 0]))
            counts[f"{part}_positives"] = positives
            counts[f"{part}_negatives"] = len(set(table.unit_ids[table.label <= 0]))
    return Evidence(
        training_rows=len(training), holdout_rows=len(holdout), split=prepared.split, **counts
    )


def require_evidence(evidence: Evidence, answer: Answer) -> None:
    """Refuse what cannot be learned or judged.

    Raises
    ------
    NotAnswerable
        Below 50 positives or negatives in training, or 15 of either in the holdout; of segments
        and amounts that are never zero, the same numbers of rows, and of what says one of several
        classes, of customers.
    """
    for part, least in (("training", _TRAINING_LEAST), ("holdout", HOLDOUT_LEAST)):
        counts = _part_counts(evidence, part)
        kind, number = min(counts.items(), key=lambda pair: pair[1])
        if number < least:
            shown = " and ".join(f"{count} {name}" for name, count in counts.items())
            raise NotAnswerable(
                f"Too little evidence for {answer.name}: {shown} in the {part} part, and "
                f"at least {least} {kind} are needed. Bring a longer log."
            )


def _part_counts(evidence: Evidence, part: str) -> dict[str, int]:
    positives, units = (getattr(evidence, f"{part}_{what}") for what in ("positives", "units"))
    if units is not None:
        return {"customers": units}
    if positives is None:
        return {"rows": getattr(evidence, f"{part}_rows")}
    return {"positives": positives, "negatives": getattr(evidence, f"{part}_negatives")}


def evidence_warnings(evidence: Evidence) -> list[str]:
    """A sentence where the evidence suffices but is little."""
    counts = _part_counts(evidence, "training")
    kind, number = min(counts.items(), key=lambda pair: pair[1])
    if number >= LITTLE:
        return []
    return [f"Little evidence: trained on {number} {kind} only (below {LITTLE})."]
