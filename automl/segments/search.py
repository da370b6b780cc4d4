"""The search for segments: three families, one space, one judgement for all."""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from automl.families.interrupts import Interrupts
from automl.segments.clusterers import FAMILIES, NOISE, Family
from automl.segments.limits import Limit
from automl.segments.notes import notes_on, reason_of, trial_line
from automl.segments.prototypes import Prototypes, SegmentModel, find_prototypes, map_axes
from automl.segments.quality import (
    MAX_SEARCHED_NOISE,
    broken_constraints,
    measure,
    wrong_count,
)
from automl.segments.results import (
    Candidate,
    ElbowPoint,
    FamilyResult,
    Kept,
    SegmentSearch,
    Winner,
)
from automl.segments.searched import SearchedRows, prepare_search
from automl.segments.tuning import tried_always, tune_family

__all__ = ["Progress", "search_segments"]

Progress = Callable[[float, str], None]
"""Called after every trial with the part done, 0 to 1, and a line about the trial."""

_CANDIDATE_ERRORS = (ValueError, ArithmeticError, MemoryError)
"""What clusterers raise on data that they cannot cope with."""


def search_segments(
    frame: pd.DataFrame,
    *,
    budget: float | None = None,
    trials: int | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> SegmentSearch:
    """Search k-means, hierarchical clustering and DBSCAN for the best segments of these rows.

    The winner has the best silhouette of those that satisfy the constraints of the release
    gate. Kept is the best of each family with each number of segments, everything measured:
    candidates that break a constraint too, where there is no better one. The order of rows
    changes nothing.

    Parameters
    ----------
    frame : pandas.DataFrame of shape (n, d)
        One row per customer or session, float32 columns only, NaN where unknown.
    budget : float, optional
        Wall time of the search in seconds, kept within 10 % where a trial is short beside it.
        Every family is tried at least once.
    trials : int, optional
        How many configurations to try, at least one per family; repeatable for a seed. k-means
        tries every number of segments in any case, so no result is worse than plain k-means,
        and trials that it needs beyond its share are added. Exactly one of `budget` and `trials`
        is given.
    seed : int, default=0
        Of samples, clusterers and the searcher.
    progress : callable, optional
        Called after every trial with the part done, 0 to 1, and a line about the trial.

    Returns
    -------
    SegmentSearch
        After Ctrl-C the best found until then, `interrupted` among its attributes.

    Raises
    ------
    ValueError
        If not exactly one of `budget` and `trials` is given, or too few trials.
    clickstream.errors.InputError
        If a value is infinite.
    clickstream.errors.NotAnswerable
        If there are fewer than 150 rows or no column varies.
    KeyboardInterrupt
        If Ctrl-C came before any candidate satisfied the constraints.
    """
    limit = Limit(budget, trials, len(FAMILIES))
    # One thread: with more, the order in which k-means and the axes of the map add partial sums
    # is left to chance.
    with threadpool_limits(limits=1):
        run = _Run(prepare_search(frame, seed), limit, seed, progress)
        return run.outcome(interrupted=_is_interrupted(run))


def _is_interrupted(run: "_Run") -> bool:
    """Search all families; say whether Ctrl-C ended that when there was something to keep."""
    with run.interrupts.heeded():
        try:
            for family in FAMILIES:
                run.search(family)
        except KeyboardInterrupt:
            if run.best() is None:
                raise
            return True
    return False


class _Run:
    """One search as it goes: what was tried, and the best of each kind so far."""

    def __init__(
        self, data: SearchedRows, limit: Limit, seed: int, progress: Progress | None
    ) -> None:
        self._data, self._limit, self._seed = data, limit, seed
        self._progress = progress
        self.interrupts = Interrupts()
        self._tried: list[Candidate] = []
        self._kept: dict[tuple[str, int], Kept] = {}
        self._seconds = dict.fromkeys((family.name for family in FAMILIES), 0.0)

    def search(self, family: Family) -> None:
        start = time.monotonic()
        seconds, trials = self._limit.deal(tried_always(family))
        try:
            tune_family(
                family,
                self._data.eps,
                lambda config: self._try(family, config),
                seconds=seconds,
                trials=trials,
                seed=self._seed,
            )
        finally:
            self._seconds[family.name] = time.monotonic() - start

    def _try(self, family: Family, config: Mapping[str, Any]) -> float:
        try:
            with self.interrupts.at_once():
                candidate, prototypes = self._judge(family, config)
        except _CANDIDATE_ERRORS as error:
            candidate = Candidate(family.name, config, None, failure=_one_line(error))
            prototypes = None
        self._note(candidate, prototypes)
        self._limit.count_trial()
        if self._progress:
            self._progress(self._limit.done(), trial_line(candidate))
        return _score(candidate)

    def _note(self, candidate: Candidate, prototypes: Prototypes | None) -> None:
        self._tried.append(candidate)
        figures = candidate.figures
        if prototypes is None or figures is None or figures.stability is None:
            return
        place = (candidate.family, figures.segments)
        if place not in self._kept or _rank(candidate) > _rank(self._kept[place].candidate):
            self._kept[place] = Kept(candidate, figures, figures.stability, prototypes)

    def _judge(
        self, family: Family, config: Mapping[str, Any]
    ) -> tuple[Candidate, Prototypes | None]:
        """Measure the cheap figures first, and stability only of what would be kept."""
        data = self._data
        seen = data.seen_by(family)
        labels = family.cluster(seen, config, self._seed)
        count_broken = wrong_count(len(np.unique(labels[labels != NOISE])))
        if count_broken:
            return Candidate(family.name, config, None, count_broken), None
        prototypes = find_prototypes(seen.rows, labels, family, self._seed, served=data.all.rows)
        figures = measure(prototypes, data.all.rows, data.judged)
        candidate = Candidate(
            family.name, config, figures, broken_constraints(figures, MAX_SEARCHED_NOISE)
        )
        before = self._kept.get((family.name, figures.segments))
        if before is not None and _rank(candidate) <= _rank(before.candidate):
            return replace(candidate, note=_behind(before)), None
        return self._with_stability(candidate, family, prototypes), prototypes

    def _with_stability(
        self, candidate: Candidate, family: Family, prototypes: Prototypes
    ) -> Candidate:
        index = self._data.resamples.agreement(
            prototypes, family, candidate.config, self._limit.out_of_time
        )
        if index is None or candidate.figures is None:
            return replace(candidate, note="stability not measured: the time was up")
        figures = candidate.figures.with_stability(index)
        return replace(
            candidate, figures=figures, broken=broken_constraints(figures, MAX_SEARCHED_NOISE)
        )

    def best(self, family: str | None = None) -> Kept | None:
        """Of those that satisfy the constraints: of one family, or of all."""
        valid = [
            kept
            for (name, _), kept in sorted(self._kept.items())
            if kept.candidate.valid and family in (None, name)
        ]
        return max(valid, key=lambda kept: _rank(kept.candidate), default=None)

    def outcome(self, *, interrupted: bool) -> SegmentSearch:
        lines = sorted(map(self._line_of, FAMILIES), key=_by_silhouette)
        winner = self.best()
        data, kept = self._data, tuple(one for _, one in sorted(self._kept.items()))
        return SegmentSearch(
            winner=self._served(winner) if winner else None,
            leaderboard=tuple(lines),
            candidates=tuple(self._tried),
            kept=kept,
            elbow=_elbow(self._tried),
            rows=data.total,
            sampled_rows=data.counts,
            interrupted=interrupted,
            notes=notes_on(data.total, data.counts, self._tried, kept, interrupted=interrupted),
        )

    def _served(self, kept: Kept) -> Winner:
        data = self._data
        axes = map_axes(data.all.rows)
        family = kept.candidate.family
        model = SegmentModel(family, data.columns, data.space, kept.prototypes, axes)
        return Winner(model, kept.candidate, kept.figures, kept.stability)

    def _line_of(self, family: Family) -> FamilyResult:
        tried = [candidate for candidate in self._tried if candidate.family == family.name]
        best = self.best(family.name)
        return FamilyResult(
            family.name,
            best.figures.silhouette if best else None,
            len(tried),
            "" if best else _reason(tried),
            self._seconds[family.name],
        )


def _rank(candidate: Candidate) -> tuple[int, float]:
    """Fewer broken constraints first, then the better silhouette."""
    figures = candidate.figures
    if figures is None or math.isnan(figures.silhouette):
        return -len(candidate.broken), -math.inf
    return -len(candidate.broken), figures.silhouette


def _score(candidate: Candidate) -> float:
    """Rank candidates for the searcher: silhouettes, below them whatever breaks a constraint.

    Among the refused, a better silhouette still shows the way; nothing measured shows none.
    """
    if candidate.figures is None or math.isnan(candidate.figures.silhouette):
        return -10.0
    return candidate.figures.silhouette - 3.0 * len(candidate.broken)


def _by_silhouette(line: FamilyResult) -> float:
    """Order the leaderboard: the best silhouette first, families without one last."""
    return math.inf if line.silhouette is None else -line.silhouette


def _reason(tried: list[Candidate]) -> str:
    """Say why a family has no winner, by the candidate that came nearest.

    One that was measured and refused says more than one for which time or interest ran out.
    """
    if not tried:
        return "not tried: the search had ended"
    refused = [candidate for candidate in tried if candidate.broken or candidate.failure]
    return reason_of(max(refused or tried, key=_score))


def _behind(kept: Kept) -> str:
    return (
        f"stability not measured: with {kept.figures.segments} segments "
        f"{kept.figures.silhouette:.3f} was ahead"
    )


def _one_line(error: Exception) -> str:
    """Without a full stop, since sentences are made around it."""
    return " ".join(str(error).split())[:300].rstrip(".") or type(error).__name__


def _elbow(tried: list[Candidate]) -> tuple[ElbowPoint, ...]:
    """The tightest of k-means for every number of segments: that is what it minimises."""
    points: dict[int, ElbowPoint] = {}
    for candidate in tried:
        figures = candidate.figures
        if candidate.family != "k-means" or figures is None:
            continue
        before = points.get(figures.segments)
        if before is None or figures.within_ss < before.within_ss:
            points[figures.segments] = ElbowPoint(
                figures.segments, figures.within_ss, figures.silhouette
            )
    return tuple(points[segments] for segments in sorted(points))
