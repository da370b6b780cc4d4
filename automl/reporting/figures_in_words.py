"""What figures of segments and interests say to who has never met them."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["METRICS_IN_WORDS", "verdict"]

METRICS_IN_WORDS = {
    "silhouette": "How much nearer a member lies to its own group than to the next: 1 where groups "
    "are far apart, 0 where they run into each other, below 0 where members would fit better "
    "elsewhere.",
    "silhouette_lead": "By how much that is better than groups of the same sizes drawn by lot.",
    "davies_bouldin": "How wide groups are against the distance between them: the smaller the "
    "better.",
    "within_ss": "How far members lie from the middle of their group, squared: the smaller the "
    "more alike they are.",
    "stability": "Whether the same groups come out of other samples of the same data: 1 for the "
    "same ones, about 0 for others.",
    "out_of_time_agreement": "Whether the same groups come out of newer data: 1 for the same "
    "ones, about 0 for others.",
    "held_out_agreement": "Whether the same groups come out of data that was set aside: 1 for the "
    "same ones, about 0 for others.",
    "smallest_share": "Share of the smallest group.",
    "noise_share": "Share that is far from every group and fits none.",
    "segments": "How many groups there are.",
    "moved_share": "Share of customers that changed group or were not seen any more one target "
    "window later.",
    "next_spend_explained": "Of the differences in what customers spent next, the share that lies "
    "between groups.",
    "accuracy": "How often what was called most likely was right.",
    "accuracy_2": "How often what was right was among the two most likely.",
    "macro_f1": "How well each class is found and how often it is right where it is said, all "
    "classes counting alike: 1 at best, 0 at worst.",
    "log_loss": "How far chances were from what happened: the smaller the better.",
}

Grades = Sequence[tuple[float, str]]
"""From the best: what is said of this value and more."""

_APART: Grades = (
    (0.71, "lie far apart"),
    (0.51, "lie well apart"),
    (0.26, "partly run into each other: borders are drawn, not found"),
    (-1.0, "are hardly groups at all"),
)
"""The grades of Kaufman and Rousseeuw, "Finding Groups in Data" (1990), table 4 of chapter 2."""

_SAME: Grades = (
    (0.9, "nearly the same"),
    (0.8, "much the same"),
    (0.65, "roughly the same"),
    (-1.0, "rather different ones"),
)
"""The grades of Steinley, "Properties of the Hubert-Arabie adjusted Rand index" (2004)."""

_GRADES = {
    "silhouette": _APART,
    "stability": _SAME,
    "out_of_time_agreement": _SAME,
    "held_out_agreement": _SAME,
}


def verdict(name: str, value: float) -> str:
    """Say how good a figure is, where the literature has grades for it.

    Parameters
    ----------
    name : str
        One of `METRICS_IN_WORDS`.
    value : float
        The figure.

    Returns
    -------
    str
        Empty where there are no grades.
    """
    grades = _GRADES.get(name, ())
    return next((said for least, said in grades if value >= least), "")
