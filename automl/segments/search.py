"""The search for segments: three families, one space, one judgement for all."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from automl.segments.clusterers import FAMILIES, NOISE, EpsRange, Family, density_range
from automl.segments.limits import Limit
from automl.segments.prototypes import Prototypes, SegmentModel, find_prototypes, map_axes
from automl.segments.quality import (
    Figures,
    JudgedRows,
    broken_constraints,
    draw_judged_rows,
    measure,
    sample_positions,
    stability,
    wrong_count,
)
from automl.segments.results import Candidate, ElbowPoint, FamilyResult, SegmentSearch, Winner
from automl.segments.space import ReferenceSpace, canonical_order, numeric_rows
from automl.segments.tuning import tune_family
from clickstream.errors import NotAnswerable

__all__ = ["Progress", "search_segments"]

Matrix = NDArray[np.float64]

SEARCHED_ROWS = 20_000
"""A bound on what one k-means trial costs, so that a budget holds for any number of rows."""
FEWEST_ROWS = 150
"""Three segments of fifty, the fewest that any answer is trained on."""

Progress = Callable[[float, str], None]
"""Called after every trial with the part done, 0 to 1, and a line about the trial."""


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
    gate. The order of rows changes nothing.

    Parameters
    ----------
    frame : pandas.DataFrame of shape (n, d)
        One row per customer or session, float32 columns only, NaN where unknown.
    budget : float, optional
        Wall time of the search in seconds, kept within 10 % where a trial is short beside it.
        Every family is tried at least once.
    trials : int, optional
        How many configurations to try, at least one per family; repeatable for a seed. Exactly
        one of `budget` and `trials` is given.
    seed : int, default=0
        Of samples, clusterers and the searcher.
    progress : callable, optional
        Called after every trial with the part done, 0 to 1, and a line about the trial.

    Returns
    -------
    SegmentSearch

    Raises
    ------
    ValueError
        If not exactly one of `budget` and `trials` is given, or too few trials.
    clickstream.errors.InputError
        If a value is infinite.
    clickstream.errors.NotAnswerable
        If there are fewer than 150 rows or no column varies.
    """
    limit = Limit(budget, trials, len(FAMILIES))
    # One thread: with more, the order in which k-means and the axes of the map add partial sums
    # is left to chance.
    with threadpool_limits(limits=1):
        run = _Run(_prepare(frame, seed), limit, seed, progress)
        for family in FAMILIES:
            run.search(family)
        return run.outcome()


@dataclass(frozen=True, eq=False)
class _Data:
    """The rows of one search, in canonical order and in the reference space."""

    columns: tuple[str, ...]
    space: ReferenceSpace
    total: int
    rows: Matrix
    judged: JudgedRows
    eps: EpsRange

    def seen_by(self, family: Family) -> Matrix:
        return self.rows if family.scales else self.judged.rows


def _prepare(frame: pd.DataFrame, seed: int) -> _Data:
    if len(frame) < FEWEST_ROWS:
        raise NotAnswerable(
            f"Segments need at least {FEWEST_ROWS} rows to be found, but there are {len(frame)}. "
            "Bring a longer log or a larger table."
        )
    columns = tuple(map(str, frame.columns))
    values = canonical_order(numeric_rows(frame, columns))
    space = ReferenceSpace().fit(values)
    if len(space.kept_) == 0:
        raise NotAnswerable(
            f"Segments need at least one column that varies, but none of {list(columns)} does. "
            "Bring data in which customers or sessions differ."
        )
    rows = space.transform(values[sample_positions(len(values), SEARCHED_ROWS, seed)])
    judged = draw_judged_rows(rows, seed)
    return _Data(columns, space, len(values), rows, judged, density_range(judged.distances))


@dataclass(frozen=True, eq=False)
class _Leader:
    """The best candidate of a family so far, all constraints measured and kept."""

    candidate: Candidate
    figures: Figures
    stability: float
    prototypes: Prototypes

    def served(self, data: _Data) -> Winner:
        family, axes = self.candidate.family, map_axes(data.rows)
        model = SegmentModel(family, data.columns, data.space, self.prototypes, axes)
        return Winner(model, self.candidate, self.figures, self.stability)


def _leader(candidate: Candidate, prototypes: Prototypes | None) -> _Leader | None:
    figures = candidate.figures
    if candidate.broken or prototypes is None or figures is None or figures.stability is None:
        return None
    return _Leader(candidate, figures, figures.stability, prototypes)


class _Run:
    """One search as it goes: what was tried, and the best of each family so far."""

    def __init__(self, data: _Data, limit: Limit, seed: int, progress: Progress | None) -> None:
        self._data, self._limit, self._seed = data, limit, seed
        self._progress = progress
        self._tried: list[Candidate] = []
        self._best: dict[str, _Leader] = {}
        self._seconds: dict[str, float] = {}

    def search(self, family: Family) -> None:
        start = time.monotonic()
        seconds, trials = self._limit.deal()
        tune_family(
            family,
            self._data.eps,
            lambda config: self._try(family, config),
            seconds=seconds,
            trials=trials,
            seed=self._seed,
        )
        self._seconds[family.name] = time.monotonic() - start

    def _try(self, family: Family, config: Mapping[str, Any]) -> float:
        candidate, prototypes = self._judge(family, config)
        self._tried.append(candidate)
        if leader := _leader(candidate, prototypes):
            self._best[family.name] = leader
        self._limit.count_trial()
        if self._progress:
            self._progress(self._limit.done(), _line(candidate))
        return _score(candidate)

    def _judge(
        self, family: Family, config: Mapping[str, Any]
    ) -> tuple[Candidate, Prototypes | None]:
        """Measure the cheap figures first, and stability only of what would take the lead."""
        data = self._data
        seen = data.seen_by(family)
        labels = family.cluster(seen, config, self._seed)
        count_broken = wrong_count(len(np.unique(labels[labels != NOISE])))
        if count_broken:
            return Candidate(family.name, config, None, count_broken), None
        prototypes = find_prototypes(seen, labels, family, self._seed, served=data.rows)
        figures = measure(prototypes, data.rows, data.judged)
        candidate = Candidate(family.name, config, figures, broken_constraints(figures))
        return self._with_stability(candidate, family, prototypes), prototypes

    def _with_stability(
        self, candidate: Candidate, family: Family, prototypes: Prototypes
    ) -> Candidate:
        if candidate.broken or candidate.figures is None:
            return replace(candidate, note="stability not measured: refused without it")
        lead = self._lead(family.name)
        if candidate.figures.silhouette <= lead:
            return replace(candidate, note=f"stability not measured: {lead:.3f} was ahead")
        index = stability(
            prototypes,
            self._data.judged.rows,
            family,
            candidate.config,
            self._seed,
            self._limit.out_of_time,
        )
        if index is None:
            return replace(candidate, note="stability not measured: the time was up")
        figures = candidate.figures.with_stability(index)
        return replace(candidate, figures=figures, broken=broken_constraints(figures))

    def _lead(self, family: str) -> float:
        best = self._best.get(family)
        return best.figures.silhouette if best else -np.inf

    def outcome(self) -> SegmentSearch:
        lines = sorted(map(self._line_of, FAMILIES), key=_rank)
        winner = self._best.get(lines[0].family)
        data = self._data
        return SegmentSearch(
            winner=winner.served(data) if winner else None,
            leaderboard=tuple(lines),
            candidates=tuple(self._tried),
            elbow=_elbow(self._tried),
            rows=data.total,
            sampled_rows={
                **{family.name: len(data.seen_by(family)) for family in FAMILIES},
                "judged": len(data.judged.rows),
            },
        )

    def _line_of(self, family: Family) -> FamilyResult:
        tried = [candidate for candidate in self._tried if candidate.family == family.name]
        best = family.name in self._best
        return FamilyResult(
            family.name,
            self._lead(family.name) if best else None,
            len(tried),
            "" if best else _reason(tried),
            self._seconds[family.name],
        )


def _score(candidate: Candidate) -> float:
    """Rank candidates for the searcher: silhouettes, below them whatever breaks a constraint.

    Among the refused, a better silhouette still shows the way; nothing measured shows none.
    """
    if candidate.figures is None or np.isnan(candidate.figures.silhouette):
        return -10.0
    silhouette = candidate.figures.silhouette
    return silhouette - 3.0 * len(candidate.broken)


def _rank(line: FamilyResult) -> float:
    """Order the leaderboard: the best silhouette first, families without one last."""
    return float("inf") if line.silhouette is None else -line.silhouette


def _reason(tried: list[Candidate]) -> str:
    """Say why a family has no winner, by the candidate that came nearest."""
    if not tried:
        return "not tried: the time was up"
    nearest = max(tried, key=_score)
    return "; ".join(nearest.broken) or nearest.note


def _line(candidate: Candidate) -> str:
    settings = ", ".join(f"{key}={_short(value)}" for key, value in candidate.config.items())
    if candidate.figures is None or candidate.broken:
        return f"{candidate.family} {settings}: {'; '.join(candidate.broken)}"
    return f"{candidate.family} {settings}: silhouette {candidate.figures.silhouette:.3f}"


def _short(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _elbow(tried: list[Candidate]) -> tuple[ElbowPoint, ...]:
    points = {
        c.figures.segments: ElbowPoint(
            c.figures.segments, c.figures.within_ss, c.figures.silhouette
        )
        for c in tried
        if c.family == "k-means" and c.figures is not None
    }
    return tuple(points[segments] for segments in sorted(points))
