"""What Spark could not do is refused before it starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from automl.batch import Written
from automl.spark_scores import score_files
from clickstream.bundle import open_bundle
from clickstream.errors import ClickwiseError
from tests.automl.conftest import run


@pytest.mark.parametrize("verb", ["train", "score"])
def test_the_command_says_how_to_get_spark(
    trained: Path, shop: Path, tmp_path: Path, verb: str
) -> None:
    bundle = ["--bundle", trained / "conversion"] if verb == "score" else []
    result = run(verb, shop, *bundle, "--out", tmp_path / "out", "--engine", "spark")
    assert result.exit_code == 2
    assert "`make env-spark`" in result.stderr


@pytest.mark.parametrize("verb", ["train", "score"])
def test_a_place_for_spark_to_run_needs_spark(tmp_path: Path, verb: str) -> None:
    bundle = ["--bundle", tmp_path] if verb == "score" else []
    result = run(verb, tmp_path, *bundle, "--out", tmp_path, "--master", "spark://shop:7077")
    assert result.exit_code == 2
    assert "add --engine spark" in result.stderr


def score(trained: Path, file: Path, out: Path, mapping: Path | None = None) -> Written:
    bundle = open_bundle(trained / "segmentation")
    return score_files(bundle, [file], mapping, None, out, "local[2]")


def test_what_stands_already_is_not_replaced(trained: Path, shop: Path, tmp_path: Path) -> None:
    with pytest.raises(ClickwiseError, match=f"{tmp_path} exists, .*: name another --out"):
        score(trained, shop, tmp_path)


def test_a_folder_takes_no_mapping(trained: Path, tmp_path: Path) -> None:
    with pytest.raises(ClickwiseError, match="leave it out, or give single files"):
        score(trained, tmp_path, tmp_path / "scores", tmp_path / "shop.toml")
