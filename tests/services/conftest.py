"""Services in process, and the real ones, each started once."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from services.common.application import make_application
from services.conversion.answers import ConversionPrediction
from services.revenue.answers import RevenuePrediction
from services.segmentation.answers import SegmentPrediction
from tests.services import hand_made, serving
from tests.services.calling import Caller

Ask = Callable[..., dict[str, Any]]


def _caller(bundle: Any, kind: Any) -> Caller:
    return Caller(make_application(bundle, kind))


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bundles")


@pytest.fixture(scope="session")
def conversion(folder: Path) -> Caller:
    return _caller(hand_made.purchase_bundle(folder / "purchase"), ConversionPrediction)


@pytest.fixture(scope="session")
def two_answers(folder: Path) -> Caller:
    return _caller(hand_made.two_answer_bundle(folder / "two"), ConversionPrediction)


@pytest.fixture(scope="session")
def revenue(folder: Path) -> Caller:
    return _caller(hand_made.spend_bundle(folder / "spend"), RevenuePrediction)


@pytest.fixture(scope="session")
def segmentation(folder: Path) -> Caller:
    return _caller(hand_made.segment_bundle(folder / "segment"), SegmentPrediction)


@pytest.fixture(scope="session")
def rows(folder: Path) -> Caller:
    return _caller(hand_made.rows_bundle(folder / "rows"), ConversionPrediction)


@pytest.fixture(scope="session")
def dated(folder: Path) -> Caller:
    return _caller(hand_made.dated_bundle(folder / "dated"), ConversionPrediction)


@pytest.fixture(scope="session")
def broken(folder: Path) -> Caller:
    return _caller(hand_made.broken_bundle(folder / "broken"), ConversionPrediction)


@pytest.fixture
def asked(conversion: Caller) -> dict[str, Any]:
    """A good request to `conversion`, to be spoilt."""
    return copy.deepcopy(conversion.get("/example").json())


@pytest.fixture(scope="session")
def store(folder: Path) -> Path:
    """A BENTOML_HOME that holds a bundle for each service."""
    home = folder / "bentoml"
    bundles = [
        hand_made.purchase_bundle(folder / "stored-conversion"),
        hand_made.spend_bundle(folder / "stored-revenue"),
        hand_made.segment_bundle(folder / "stored-segmentation"),
    ]
    serving.store(home, [bundle.path for bundle in bundles])
    return home


@pytest.fixture(scope="session")
def served(store: Path) -> Iterator[dict[str, serving.Server]]:
    """The three real services, by task."""
    with serving.started(store, serving.SERVICES) as servers:
        yield servers
