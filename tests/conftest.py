"""Fixtures that several folders of tests share: real data where it is, and trained bundles."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from automl.options import Options
from automl.training import train
from clickstream.bundle import Bundle, open_bundle
from clickstream.simulator import simulate
from clickstream.sources import read_source
from tests.once import make_once
from tests.orders_file import write_orders

ROOT = Path(__file__).parent.parent

# BentoML reads it when it is first imported; no test may touch the user's own store.
os.environ["BENTOML_DO_NOT_TRACK"] = "true"


def data_folder() -> Path | None:
    """Where real data sets are, None where this checkout has none beside it."""
    named = os.environ.get("CLICKWISE_DATA")
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    return folder if folder.is_dir() else None


@pytest.fixture(scope="session")
def real_data() -> Callable[[str], Path]:
    """Path of a real data set's file; skips, by name, where it is absent."""

    def find(name: str) -> Path:
        folder = data_folder()
        if folder is None or not (folder / name).is_file():
            pytest.skip(f"the real data set {name} is not here; set CLICKWISE_DATA to its folder")
        return folder / name

    return find


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated log, with its truth beside it as `truth.parquet`."""

    def make(folder: Path) -> None:
        simulate(60_000, folder / "shop.parquet", seed=7, truth=folder / "truth.parquet")

    return make_once(tmp_path_factory, "shop", make) / "shop.parquet"


TRAINED = ("purchase", "exit", "session_spend", "segment")
"""Answers that the simulated log's bundles hold. A log of this size has too few buyers to show
that `repurchase` and `customer_spend` beat their baselines: order lines train those."""


@pytest.fixture(scope="session")
def trained(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the bundles conversion, revenue and segmentation of the simulated log."""

    def make(folder: Path) -> None:
        options = Options(answers=TRAINED, budget=None, trials=8, seed=0)
        outcomes = train(read_source([shop]), folder, options)
        assert [outcome.outcome for outcome in outcomes] == ["packaged"] * len(TRAINED), outcomes

    return make_once(tmp_path_factory, "trained", make)


@pytest.fixture(scope="session")
def recommending_alone(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """Of a log too short to say what new customers will want, asked for nothing else."""

    def make(folder: Path) -> None:
        options = Options(("interest",), None, 5)
        interest, recommendations = train(read_source([shop]), folder, options)
        assert (interest.outcome, interest.bundle) == ("refused", None)
        assert (recommendations.answer, recommendations.outcome) == ("recommendations", "packaged")
        assert "is among the first 20" in recommendations.message

    return open_bundle(make_once(tmp_path_factory, "recommending-alone", make) / "segmentation")


@pytest.fixture(scope="session")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of order lines: no clicks, and sessions are invoices."""
    return write_orders(tmp_path_factory.mktemp("orders") / "orders.csv")


@pytest.fixture(scope="session")
def trained_on_orders(orders: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the bundles of the order lines: repurchase, customer_spend and segment."""

    def make(folder: Path) -> None:
        outcomes = train(read_source([orders]), folder, Options(budget=None, trials=8))
        assert {outcome.answer for outcome in outcomes if outcome.outcome == "packaged"} == {
            "repurchase",
            "customer_spend",
            "segment",
        }, outcomes

    return make_once(tmp_path_factory, "trained-on-orders", make)
