"""Leaks: inputs and splits that give the label away, found and named before release."""

from clickstream.leaks.columns import AUC_LIMIT, FAR_ABOVE, FAR_AHEAD, column_leaks
from clickstream.leaks.copies import copied_row_leaks, copied_session_leaks
from clickstream.leaks.declared import derived_leaks
from clickstream.leaks.later import Cut, cut_off_features, later_leaks
from clickstream.leaks.ranking import rank_auc
from clickstream.leaks.splits import split_leaks, window_leaks

__all__ = [
    "AUC_LIMIT",
    "FAR_ABOVE",
    "FAR_AHEAD",
    "Cut",
    "column_leaks",
    "copied_row_leaks",
    "copied_session_leaks",
    "cut_off_features",
    "derived_leaks",
    "later_leaks",
    "rank_auc",
    "split_leaks",
    "window_leaks",
]
