"""Bundles in the model store, and the Bentos made of them."""

from __future__ import annotations

import importlib.metadata
import re
from pathlib import Path

import pytest
import yaml

from tests.services import hand_made, serving

BOTH = """
import sys, pathlib
from automl.packaging import build_bento, store_bundle
for path in sys.argv[2:]:
    store_bundle(pathlib.Path(path))
    print(build_bento("conversion", pathlib.Path(sys.argv[1])))
"""


@pytest.fixture(scope="module")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two conversion bundles that differ."""
    folder = tmp_path_factory.mktemp("bundles")
    return [hand_made.purchase_bundle(folder / str(seed), seed=seed).path for seed in (1, 2)]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, bundles: list[Path]) -> tuple[Path, list[str]]:
    """A home in which one process stored and built the first bundle, then the second."""
    home = tmp_path_factory.mktemp("built")
    tags = serving.run(home, BOTH, str(serving.ROOT), *map(str, bundles)).splitlines()
    return home, tags


def test_the_tag_is_the_task_and_the_models_version(tmp_path: Path) -> None:
    bundle = hand_made.segment_bundle(tmp_path / "bundle")
    tags = serving.store(tmp_path / "home", [bundle.path])
    assert tags == [f"clickwise-segmentation:{bundle.manifest.model_version}"]


def test_latest_is_what_was_packaged_last_and_nothing_is_there_twice(
    tmp_path: Path, bundles: list[Path]
) -> None:
    first, second = bundles
    tags = serving.store(tmp_path, [first, second, first])
    models = tmp_path / "models" / "clickwise-conversion"
    assert tags[0] == tags[2] != tags[1]
    assert (models / "latest").read_text() == tags[0].partition(":")[2]
    assert len([path for path in models.iterdir() if path.is_dir()]) == 2


def test_a_later_run_of_the_same_model_brings_its_report(tmp_path: Path) -> None:
    bundle = hand_made.purchase_bundle(tmp_path / "bundle")
    serving.store(tmp_path / "home", [bundle.path])
    again = hand_made.purchase_bundle(tmp_path / "again", report=b"<p>later</p>")
    tags = serving.store(tmp_path / "home", [again.path])
    stored = tmp_path / "home" / "models" / tags[0].replace(":", "/") / "bundle"
    assert (stored / "report.html").read_bytes() == b"<p>later</p>"
    assert bundle.manifest.model_version == again.manifest.model_version


def test_a_damaged_bundle_is_not_stored(tmp_path: Path) -> None:
    bundle = hand_made.purchase_bundle(tmp_path / "bundle")
    (bundle.path / "purchase" / "model.onnx").write_bytes(b"")
    with pytest.raises(AssertionError, match=r"purchase/model\.onnx is not the file"):
        serving.store(tmp_path / "home", [bundle.path])
    assert not list((tmp_path / "home" / "models").glob("clickwise-*"))


def test_a_bento_holds_its_service_and_nothing_of_the_others(
    built: tuple[Path, list[str]],
) -> None:
    home, tags = built
    source = home / "bentos" / tags[0].replace(":", "/") / "src"
    files = {path.relative_to(source).as_posix() for path in source.rglob("*.py")}
    common = {
        path.relative_to(serving.ROOT).as_posix()
        for path in (serving.ROOT / "services" / "common").glob("*.py")
    }
    assert files - common == {
        "clickstream/__init__.py",
        "clickstream/bundle.py",
        "clickstream/errors.py",
        "clickstream/loading.py",
        "clickstream/manifest.py",
        "clickstream/quoting.py",
        "clickstream/ranges.py",
        "clickstream/reasons.py",
        "clickstream/recommending.py",
        "clickstream/rfm.py",
        "clickstream/scoring.py",
        "clickstream/small_batches.py",
        "services/__init__.py",
        "services/conversion/__init__.py",
        "services/conversion/answers.py",
        "services/conversion/service.py",
    }


def test_a_bento_installs_what_is_locked(built: tuple[Path, list[str]]) -> None:
    home, tags = built
    written = home / "bentos" / tags[0].replace(":", "/") / "env" / "python" / "requirements.txt"
    locked = _requirements((serving.ROOT / "requirements" / "serving.txt").read_text())
    # BentoML names itself once more, at the version that built the Bento, which is the locked one.
    assert _requirements(written.read_text()) == locked
    assert f"bentoml=={importlib.metadata.version('bentoml')}" in locked


def test_each_bento_holds_the_bundle_that_was_the_latest_when_it_was_built(
    built: tuple[Path, list[str]], bundles: list[Path]
) -> None:
    home, tags = built
    for tag, bundle in zip(tags, bundles, strict=True):
        bento = home / "bentos" / tag.replace(":", "/")
        (manifest,) = bento.glob("models/clickwise-conversion/*/bundle/manifest.json")
        assert manifest.read_bytes() == (bundle / "manifest.json").read_bytes()
        described = yaml.safe_load((bento / "bento.yaml").read_text())
        (model,) = described["services"][0]["models"]
        assert model["tag"] == f"clickwise-conversion:{manifest.parts[-3]}"


def test_a_bento_serves_its_own_model_though_a_later_one_is_stored(
    built: tuple[Path, list[str]], bundles: list[Path], tmp_path: Path
) -> None:
    home, tags = built
    version = hand_made.model_version(bundles[0])
    with serving.started(home, {"conversion": tags[0]}, folder=tmp_path) as servers:
        server = servers["conversion"]
        answer = server.post("/predict", json=server.get("/example").json()).json()
    assert [prediction["model_version"] for prediction in answer["predictions"]] == [version]


def _requirements(text: str) -> set[str]:
    """Names, versions and hashes, without the comments and markers that BentoML writes anew."""
    lines = (re.split("[#;]", line)[0].rstrip(" \\").strip() for line in text.splitlines())
    return {line for line in lines if line}
