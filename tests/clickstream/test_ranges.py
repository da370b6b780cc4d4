from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from clickstream.bundle import open_bundle
from clickstream.manifest import AnswerManifest, Input
from clickstream.ranges import TrainingRanges


@pytest.fixture(scope="module")
def manifest(trained: Path) -> AnswerManifest:
    """A manifest of two numbers and two strings."""
    inputs = [
        Input(name="clicks", type="number", unit="", description="", minimum=1, maximum=21),
        Input(name="price", type="number", unit="", description="", minimum=0.1, maximum=9.9),
        Input(name="country", type="string", unit="", description="", categories=["DK", "SE"]),
        Input(name="brand", type="string", unit="", description="", categories=None),
    ]
    answer = open_bundle(trained / "conversion").manifest.answers["purchase"]
    return answer.model_copy(update={"inputs": inputs})


def warned(manifest: AnswerManifest, numbers: list[float], strings: list[str]) -> list[str]:
    (found,) = TrainingRanges(manifest).warnings(
        np.array([numbers], dtype=np.float32), np.array([strings], dtype=object)
    )
    return found


@pytest.mark.parametrize(
    "numbers", [[1, 5], [21, 9.9], [3, 0.1], [float("nan"), float("nan")]], ids=str
)
@pytest.mark.parametrize("strings", [["SE", "any"], ["", ""], ["DK", "of many"]], ids=str)
def test_what_training_saw_or_could_not_list_is_no_warning(manifest, numbers, strings) -> None:
    assert warned(manifest, numbers, strings) == []


def test_every_value_outside_is_named_with_the_range(manifest) -> None:
    assert warned(manifest, [22, 0.05], ["NO", "any"]) == [
        "clicks is 22, outside the 1 to 21 seen in training",
        "price is 0.05, outside the 0.1 to 9.9 seen in training",
        "country 'NO' was not seen in training",
    ]


def test_a_column_that_training_never_saw_filled_has_no_range(manifest) -> None:
    empty = manifest.inputs[0].model_copy(update={"minimum": None, "maximum": None})
    other = manifest.model_copy(update={"inputs": [empty, *manifest.inputs[1:]]})
    assert warned(other, [1e9, 1], ["", ""]) == []
