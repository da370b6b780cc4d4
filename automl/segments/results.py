"""What a search hands back: the winner, the leaderboard, and everything tried."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from automl.segments.prototypes import Prototypes, SegmentModel
from automl.segments.quality import Figures

__all__ = ["Candidate", "ElbowPoint", "FamilyResult", "Kept", "SegmentSearch", "Winner"]


@dataclass(frozen=True)
class Candidate:
    """One configuration that was tried.

    Attributes
    ----------
    family : str
        Its family's name.
    config : mapping
        What was tried: `segments`, `init` and `restarts`, or `segments` and `linkage`, or `eps`
        (standard deviations) and `min_samples`.
    figures : Figures or None
        None where it failed, or where its number of groups already ruled it out.
    broken : tuple of str
        The constraints that it broke, a sentence each.
    note : str
        Why stability was not measured, where it was not.
    failure : str
        Why it could not be clustered or measured, where it could not.
    """

    family: str
    config: Mapping[str, Any]
    figures: Figures | None
    broken: tuple[str, ...] = ()
    note: str = ""
    failure: str = ""

    @property
    def valid(self) -> bool:
        """Whether all constraints were measured and hold."""
        return not self.broken and self.figures is not None and self.figures.stability is not None


@dataclass(frozen=True, eq=False)
class Kept:
    """The best candidate of a family with one number of segments, everything measured.

    Fewer broken constraints come first, then the better silhouette.

    Attributes
    ----------
    candidate : Candidate
        What was tried; `candidate.valid` says whether it may win.
    figures : Figures
        Of the candidate, stability among them.
    stability : float
        Of the figures.
    prototypes : Prototypes
        What serves it.
    """

    candidate: Candidate
    figures: Figures
    stability: float
    prototypes: Prototypes


@dataclass(frozen=True, eq=False)
class Winner:
    """The best candidate of those that satisfy the constraints, ready to be served.

    Attributes
    ----------
    model : SegmentModel
        What is released.
    candidate : Candidate
        What was tried.
    figures : Figures
        Of the candidate.
    stability : float
        Of the figures; whatever was measured without it cannot win.
    """

    model: SegmentModel
    candidate: Candidate
    figures: Figures
    stability: float


@dataclass(frozen=True)
class FamilyResult:
    """One line of the leaderboard.

    Attributes
    ----------
    family : str
        Its name.
    silhouette : float or None
        Of the family's best candidate that satisfies the constraints.
    trials : int
        How many configurations were tried.
    reason : str
        Why there is no silhouette, where there is none.
    seconds : float
        Wall time spent; not part of equality, since no two runs take the same.
    """

    family: str
    silhouette: float | None
    trials: int
    reason: str
    seconds: float = field(compare=False)


@dataclass(frozen=True)
class ElbowPoint:
    """What one number of segments explains, by k-means; `within_ss` as in `Figures`."""

    segments: int
    within_ss: float
    silhouette: float


@dataclass(frozen=True, eq=False)
class SegmentSearch:
    """What a search found.

    Attributes
    ----------
    winner : Winner or None
        None if no candidate satisfied the constraints.
    leaderboard : tuple of FamilyResult
        One line per family, the best silhouette first, families without one last.
    candidates : tuple of Candidate
        Everything tried, in order.
    kept : tuple of Kept
        The best of each family with each number of segments, 3 to 10, by family and number.
    elbow : tuple of ElbowPoint
        For every number of segments that k-means tried, in ascending order.
    rows : int
        How many rows the frame had.
    sampled_rows : mapping of str to int
        How many of them each family's clusterer saw, and under `judged` how many silhouette,
        Davies-Bouldin and stability were measured on.
    interrupted : bool
        Whether it was ended by Ctrl-C before its time; what it had found is here.
    notes : tuple of str
        What a reader of the figures must know, a sentence each: which samples they come from,
        what was not tried, what failed.
    """

    winner: Winner | None
    leaderboard: tuple[FamilyResult, ...]
    candidates: tuple[Candidate, ...]
    kept: tuple[Kept, ...]
    elbow: tuple[ElbowPoint, ...]
    rows: int
    sampled_rows: Mapping[str, int]
    interrupted: bool
    notes: tuple[str, ...]
