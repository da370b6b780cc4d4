"""The release gate: no open leak, parity of the graph, better than the baseline, tells apart."""

from __future__ import annotations

from collections.abc import Sequence

from clickstream.errors import LeakFound, ReleaseRefused
from clickstream.manifest import Leak, Metric, Parity

__all__ = ["refuse_leaks", "require_gain", "require_order", "require_parity"]


def refuse_leaks(answer: str, leaks: Sequence[Leak]) -> None:
    """Stop where a leak is open.

    Raises
    ------
    LeakFound
        Naming every leak that was not dealt with by dropping a column.
    """
    reasons = [leak.reason for leak in leaks if leak.action == "blocks release"]
    if reasons:
        raise LeakFound(f"A leak gives {answer} away: {'; '.join(reasons)}.")


def require_parity(answer: str, parity: Parity) -> None:
    """Stop where the graph does not say what the fitted pipeline says.

    Raises
    ------
    ReleaseRefused
        With the largest difference and the tolerance.
    """
    if not parity.largest_difference <= parity.tolerance:
        raise ReleaseRefused(
            f"The ONNX graph of {answer} differs from the fitted pipeline by up to "
            f"{parity.largest_difference:.3g} on {parity.rows} holdout rows (tolerance "
            f"{parity.tolerance:.3g})."
        )


def require_gain(answer: str, gain: Metric, loss: str, baseline: str) -> None:
    """Stop where the winner is not surely better than the baseline.

    Parameters
    ----------
    answer : str
        Named in the refusal.
    gain : Metric
        Baseline's loss minus the winner's on the same rows, with its 95 % interval.
    loss : str
        What was compared.
    baseline : str
        What it was compared with.

    Raises
    ------
    ReleaseRefused
        If the interval does not lie above zero.
    """
    if not gain.low > 0:
        raise ReleaseRefused(
            f"{answer} does not surely beat its baseline ({baseline}): on the holdout its {loss} "
            f"is lower by {gain.value:.4g}, 95 % interval {gain.low:.4g} to {gain.high:.4g}, "
            "which does not exclude zero."
        )


def require_order(answer: str, roc_auc: Metric) -> None:
    """Stop where a chance does not surely tell one unit from another.

    A share of yes that moved with time lets even one chance for everyone beat the baseline.

    Parameters
    ----------
    answer : str
        Named in the refusal.
    roc_auc : Metric
        On the holdout, with its 95 % interval.

    Raises
    ------
    ReleaseRefused
        If the interval does not lie above 0.5.
    """
    if not roc_auc.low > 0.5:
        raise ReleaseRefused(
            f"{answer} does not surely tell who will from who will not: on the holdout its ROC AUC "
            f"is {roc_auc.value:.4g}, 95 % interval {roc_auc.low:.4g} to {roc_auc.high:.4g}, which "
            "does not lie above 0.5."
        )
