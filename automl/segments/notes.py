"""What a search says of itself, in words."""

from collections.abc import Mapping, Sequence
from typing import Any

from automl.segments.quality import MAX_SEGMENTS, MIN_SEGMENTS
from automl.segments.results import Candidate, Kept

__all__ = ["interruption_note", "notes_on", "reason_of", "trial_line"]


def trial_line(candidate: Candidate) -> str:
    """Tell of one trial while the search runs."""
    settings = ", ".join(f"{key}={_short(value)}" for key, value in candidate.config.items())
    figures = candidate.figures
    if figures is None or not candidate.valid:
        return f"{candidate.family} {settings}: {reason_of(candidate)}"
    return f"{candidate.family} {settings}: silhouette {figures.silhouette:.3f}"


def _short(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def reason_of(candidate: Candidate) -> str:
    """Say why a candidate cannot win: it failed, broke a constraint, or came behind another."""
    return candidate.failure or "; ".join(candidate.broken) or candidate.note


def notes_on(
    rows: int,
    sampled: Mapping[str, int],
    tried: Sequence[Candidate],
    kept: Sequence[Kept],
    *,
    interrupted: bool,
) -> tuple[str, ...]:
    """Say what a reader of a search's figures must know.

    Parameters
    ----------
    rows : int
        How many there are.
    sampled : mapping of str to int
        As in `SegmentSearch`.
    tried : sequence of Candidate
        Everything tried.
    kept : sequence of Kept
        The best of each family and number of segments.
    interrupted : bool
        Whether Ctrl-C ended the search.

    Returns
    -------
    tuple of str
        One sentence each.
    """
    return (
        *((interruption_note(len(tried)),) if interrupted else ()),
        _sampling(rows, sampled),
        *_gaps(kept),
        *_failures(tried),
    )


def interruption_note(tried: int) -> str:
    """Say that Ctrl-C ended the search after so many candidates."""
    return (
        f"The search was interrupted after {tried} candidates: the segments are the best found "
        "until then."
    )


def _sampling(rows: int, sampled: Mapping[str, int]) -> str:
    many, few = sampled["k-means"], sampled["judged"]
    if few == rows:
        return f"Every family clustered all {rows:,} rows, and every figure comes from all of them."
    return (
        f"Of {rows:,} rows {'all' if many == rows else f'{many:,}, drawn at random,'} were "
        f"clustered by k-means; hierarchical clustering and DBSCAN, whose cost grows with the "
        f"square of the rows, saw a random sample of {few:,}, and silhouette, Davies-Bouldin and "
        "stability were measured on that sample."
    )


def _gaps(kept: Sequence[Kept]) -> tuple[str, ...]:
    """Say where the time did not suffice for what is promised of k-means."""
    found = {one.figures.segments for one in kept if one.candidate.family == "k-means"}
    missing = [str(n) for n in range(MIN_SEGMENTS, MAX_SEGMENTS + 1) if n not in found]
    if not missing:
        return ()
    return (f"k-means was not measured with {', '.join(missing)} segments.",)


def _failures(tried: Sequence[Candidate]) -> tuple[str, ...]:
    failed = [candidate for candidate in tried if candidate.failure]
    if not failed:
        return ()
    last = failed[-1]
    return (
        f"{len(failed)} of {len(tried)} candidates failed, the last of them ({last.family}) with: "
        f"{last.failure}.",
    )
