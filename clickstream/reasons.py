"""Reasons: what moved a prediction, and by how much.

They are Shapley values (Shapley 1953) over topics of inputs: the mean change of the prediction
when a topic takes the unit's values instead of a background row's, over all orders in which topics
can do so (Strumbelj and Kononenko 2010, "An efficient explanation of individual classifications
using game theory"). Of the orders a fixed sample is taken, each with its reverse (Mitchell et al.
2022, "Sampling permutations for Shapley value estimation"), one per background row; so they add up
to prediction less base exactly, and only the parting among topics is estimated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from clickstream.bundle import Bundle
from clickstream.manifest import Input
from clickstream.scoring import FeatureBatch, Graph, feature_batch, joined

__all__ = ["BACKGROUND_ROWS", "MAX_TOPICS", "Explainer", "Reason", "Reasons", "Topic"]

Floats = npt.NDArray[np.float64]
Outputs = Mapping[str, npt.NDArray[Any]]

MAX_TOPICS = 12
BACKGROUND_ROWS = 64
"""Rows that a unit is compared with; more move no reason by much, and each costs time."""
OTHERS = "all other inputs"
_SEED = 7


@dataclass(frozen=True)
class Topic:
    """Inputs that move together.

    Attributes
    ----------
    name : str
        For readers.
    inputs : tuple of Input
        In the order of the manifest.
    """

    name: str
    inputs: tuple[Input, ...]


@dataclass(frozen=True)
class Reason:
    """What a topic did to one prediction.

    Attributes
    ----------
    topic : Topic
        Which.
    effect : float
        In the unit of what is explained.
    values : mapping of str to float or str
        The unit's values of the topic's inputs, by name; what is missing is left out.
    """

    topic: Topic
    effect: float
    values: Mapping[str, float | str]


@dataclass(frozen=True)
class Reasons:
    """Why one unit has its prediction.

    Attributes
    ----------
    base : float
        The mean of what is explained over the background.
    reasons : tuple of Reason
        The largest effect first; base and effects add up to what is explained.
    """

    base: float
    reasons: tuple[Reason, ...]


class Explainer:
    """Gives reasons for one answer of a bundle.

    What is explained is the output `value`; of an answer with classes the chance of the likeliest,
    and of one with segments the share of rows that are in the unit's.

    Parameters
    ----------
    bundle : Bundle
        A verified bundle.
    answer : str
        One of its answers.
    graph : Graph
        Of that answer.
    seed : int, default 7
        Draws the orders of topics: equal requests get equal reasons.
    """

    def __init__(self, bundle: Bundle, answer: str, graph: Graph, seed: int = _SEED) -> None:
        self._inputs = bundle.manifest.answers[answer].inputs
        self._graph = graph
        self._background = _background(bundle, answer, self._inputs)
        self._outputs = graph.outputs(self._background)
        self.topics = self._few(_topics(self._inputs))
        self._orders, self._known = _orders(len(self._rows), len(self.topics), seed)

    @property
    def _rows(self) -> list[str]:
        return self._background.unit_ids

    def reasons(self, batch: FeatureBatch, place: int) -> Reasons:
        """Say why one unit has its prediction.

        Parameters
        ----------
        batch : FeatureBatch
            Inputs of N units.
        place : int
            Which unit.
        """
        unit = _taken(batch, np.full(1, place))
        mixed = self._mixed(unit, self._known, _columns(self.topics, self._inputs))
        outputs = self._graph.outputs(joined([unit, mixed]))
        own = {name: values[:1] for name, values in outputs.items()}
        value = _explained(own, own)[0]
        background = _explained(self._outputs, own)
        between = _explained({name: values[1:] for name, values in outputs.items()}, own)
        effects = self._effects(value, background, between)
        found = [
            Reason(topic, float(effect), _values(topic, unit, self._inputs))
            for topic, effect in zip(self.topics, effects, strict=True)
        ]
        ordered = sorted(found, key=lambda one: -abs(one.effect))
        return Reasons(float(background.mean()), tuple(ordered))

    def _effects(self, value: float, background: Floats, between: Floats) -> Floats:
        """Mean change that each topic makes, over all orders.

        Parameters
        ----------
        value : float
            Of the unit.
        background : ndarray of float, shape (B,)
            Of the background rows.
        between : ndarray of float, shape (B * 2 * (T - 1),)
            Of the rows between each background row and the unit.
        """
        rows, topics = len(background), len(self.topics)
        steps = np.concatenate(
            [
                np.broadcast_to(background[:, None, None], (rows, 2, 1)),
                between.reshape(rows, 2, topics - 1),
                np.full((rows, 2, 1), value),
            ],
            axis=2,
        )
        effects = np.zeros(topics)
        np.add.at(effects, self._orders, np.diff(steps, axis=2))
        return effects / (2 * rows)

    def _mixed(
        self, unit: FeatureBatch, known: npt.NDArray[np.bool_], columns: npt.NDArray[np.intp]
    ) -> FeatureBatch:
        """Background rows in which some topics have the unit's values.

        Parameters
        ----------
        unit : FeatureBatch
            Of one unit.
        known : ndarray of bool, shape (B, K, T)
            Whether a topic is the unit's in each of K rows made of each background row.
        columns : ndarray of int, shape (D,)
            The topic of each input, numbers first.
        """
        rows, each, _ = known.shape
        taken = known.reshape(rows * each, -1)[:, columns]
        whose = np.repeat(np.arange(rows), each)
        numbers = self._background.numeric.shape[1]
        numeric = np.where(
            taken[:, :numbers], unit.numeric, self._background.numeric[whose]
        ).astype(np.float32)
        strings = np.where(
            taken[:, numbers:], unit.categorical, self._background.categorical[whose]
        )
        return FeatureBatch([""] * len(taken), numeric, strings)

    def _few(self, topics: Sequence[Topic]) -> tuple[Topic, ...]:
        """At most `MAX_TOPICS`: those that move predictions least become one.

        How much a topic moves is told by giving every background row the topic's values of the
        next one.
        """
        if len(topics) <= MAX_TOPICS:
            return tuple(topics)
        moves = [self._move(topics, place) for place in range(len(topics))]
        ranked = np.argsort(-np.array(moves), kind="stable")
        kept = sorted(ranked[: MAX_TOPICS - 1].tolist())
        rest = sorted(ranked[MAX_TOPICS - 1 :].tolist())
        others = tuple(one for place in rest for one in topics[place].inputs)
        return (*(topics[place] for place in kept), Topic(OTHERS, others))

    def _move(self, topics: Sequence[Topic], place: int) -> float:
        columns = _columns(topics, self._inputs) == place
        numbers = self._background.numeric.shape[1]
        after = np.roll(np.arange(len(self._rows)), 1)
        numeric, strings = self._background.numeric.copy(), self._background.categorical.copy()
        numeric[:, columns[:numbers]] = numeric[after][:, columns[:numbers]]
        strings[:, columns[numbers:]] = strings[after][:, columns[numbers:]]
        moved = self._graph.outputs(FeatureBatch(self._rows, numeric, strings))
        return _difference(moved, self._outputs)


def _background(bundle: Bundle, answer: str, inputs: Sequence[Input]) -> FeatureBatch:
    with duckdb.connect() as connection:
        rows = connection.read_parquet(str(bundle.reference(answer))).limit(BACKGROUND_ROWS)
        columns = rows.fetchnumpy()
    size = len(next(iter(columns.values())))
    return feature_batch([str(number) for number in range(size)], columns, inputs)


def _topics(inputs: Sequence[Input]) -> list[Topic]:
    """Inputs by topic; an input without one is a topic of its own."""
    grouped: dict[str, list[Input]] = {}
    for one in inputs:
        grouped.setdefault(one.topic or one.name, []).append(one)
    return [Topic(name, tuple(members)) for name, members in grouped.items()]


def _columns(topics: Sequence[Topic], inputs: Sequence[Input]) -> npt.NDArray[np.intp]:
    """The topic of each input, in the order of a batch: numbers first."""
    place = {one.name: number for number, topic in enumerate(topics) for one in topic.inputs}
    ordered = sorted(inputs, key=lambda one: one.type != "number")
    return np.array([place[one.name] for one in ordered], dtype=np.intp)


def _orders(
    rows: int, topics: int, seed: int
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.bool_]]:
    """Orders of topics, and who is the unit's after each step but the last.

    Returns
    -------
    ndarray of int, shape (B, 2, T)
        For each background row an order and its reverse.
    ndarray of bool, shape (B, 2 * (T - 1), T)
        Which topics are the unit's, order by order and step by step.
    """
    random = np.random.default_rng(seed)
    forward = np.array([random.permutation(topics) for _ in range(rows)], dtype=np.intp)
    orders = np.stack([forward, forward[:, ::-1]], axis=1)
    # A topic is the unit's from the step of its place in the order on.
    when = np.argsort(orders, axis=2)
    known = when[:, :, None, :] < np.arange(1, topics)[:, None]
    return orders, known.reshape(rows, 2 * (topics - 1), topics)


def _taken(batch: FeatureBatch, places: npt.NDArray[np.intp]) -> FeatureBatch:
    ids = [batch.unit_ids[place] for place in places]
    return FeatureBatch(ids, batch.numeric[places], batch.categorical[places])


def _explained(outputs: Outputs, own: Outputs) -> Floats:
    """What is explained of each row, shape (N,), for the unit whose outputs are `own`."""
    if "segment" in outputs:
        return np.ravel(outputs["segment"] == np.ravel(own["segment"])[0]).astype(np.float64)
    value = np.asarray(outputs["value"], dtype=np.float64)
    if value.ndim == 2 and value.shape[1] > 1:
        return np.asarray(value[:, int(np.argmax(own["value"][0]))])
    return np.ravel(value)


def _difference(one: Outputs, other: Outputs) -> float:
    """How far two outputs of the same rows are apart, on average."""
    name = "segment" if "segment" in one else "value"
    if name == "segment":
        return float(np.mean(np.ravel(one[name]) != np.ravel(other[name])))
    return float(np.mean(np.abs(np.asarray(one[name], np.float64) - other[name])))


def _values(topic: Topic, unit: FeatureBatch, inputs: Sequence[Input]) -> dict[str, float | str]:
    numbers = [one.name for one in inputs if one.type == "number"]
    strings = [one.name for one in inputs if one.type == "string"]
    row: dict[str, float | str] = {
        name: float(value)
        for name, value in zip(numbers, unit.numeric[0], strict=True)
        if not np.isnan(value)
    }
    row |= {
        name: str(value) for name, value in zip(strings, unit.categorical[0], strict=True) if value
    }
    return {one.name: row[one.name] for one in topic.inputs if one.name in row}
