"""A bundle is data alone, and is what it was when it was packaged, or is refused."""

from __future__ import annotations

import json
import pickletools
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clickstream.answers import ANSWERS
from clickstream.bundle import RECOMMENDED, BundleError, file_hash, open_bundle, write_bundle
from clickstream.lookups import LOOKUPS
from clickstream.scoring import Scorer

TASKS = ("conversion", "revenue", "segmentation")
KINDS = {".json", ".sql", ".onnx", ".parquet", ".html", ".md"}


@pytest.fixture
def copy(trained: Path, tmp_path: Path) -> Path:
    """A conversion bundle to spoil."""
    return Path(shutil.copytree(trained / "conversion", tmp_path / "conversion"))


def spoil(copy: Path, change: Callable[[dict[str, Any]], None]) -> None:
    file = copy / "manifest.json"
    manifest = json.loads(file.read_text())
    change(manifest)
    file.write_text(json.dumps(manifest))


@pytest.mark.parametrize("task", TASKS)
def test_a_bundle_opens_and_holds_what_its_manifest_lists(trained: Path, task: str) -> None:
    bundle = open_bundle(trained / task, task)
    name, answer = bundle.answer()
    assert name == bundle.manifest.default_answer
    listed = set(bundle.manifest.files) | set(bundle.manifest.run["files"])
    own = (
        "features.sql",
        "features.spark.sql",
        "features.sqlite.sql",
        "model.onnx",
        "evaluation.json",
        "example.json",
        "reference.parquet",
        "training_units.parquet",
    )
    files = {"report.html", "card.md"} | {
        f"{answer}/{file}" for answer in bundle.manifest.answers for file in own
    }
    lookups = RECOMMENDED if task == "segmentation" else LOOKUPS
    files |= {f"lookups/{name}.parquet" for name in lookups}
    assert listed == files
    assert all(file_hash(bundle.path / file) for file in files)
    assert "SELECT" in bundle.features_sql(name)
    assert bundle.evaluation(name)["leaderboard"]
    assert answer.family in {line["family"] for line in bundle.evaluation(name)["leaderboard"]}


def test_two_answers_cannot_bring_two_tables_of_one_name(tmp_path: Path) -> None:
    table = "lookups/rates.parquet"
    with pytest.raises(BundleError, match="bring different files of the name lookups/rates"):
        write_bundle(tmp_path, [{table: b"1"}, {table: b"1"}, {table: b"2"}], {}, {})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("task", TASKS)
def test_the_example_works(trained: Path, task: str) -> None:
    bundle = open_bundle(trained / task)
    scorer = Scorer(bundle)
    for name in bundle.manifest.answers:
        body = bundle.example(name)
        assert body["answer"] == name
        found = scorer.predict_units(body["units"], name)
        assert found.unit_ids == ["example-1", "example-2", "example-3"]
        assert all(len(values) == 3 for values in found.outputs.values())
        if ANSWERS[name].scope == "session" or name == "segment":
            assert not any(found.warnings), "training data is like itself"
        ids = json.dumps(body)
        assert '"s0' not in ids, "the shop's own session ids stay at home"
        assert '"c0' not in ids


def is_pickle(content: bytes) -> bool:
    """Whether the content runs as a pickle to its end."""
    try:
        for _ in pickletools.genops(content):
            pass
    except Exception:  # noqa: BLE001 - whatever stops it, it is no pickle
        return False
    return True


def test_the_search_for_pickles_finds_one() -> None:
    import pickle

    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert is_pickle(pickle.dumps({"a": [1.5, "b"]}, protocol))


@pytest.mark.parametrize("task", TASKS)
def test_no_file_of_a_bundle_is_or_holds_a_pickle(trained: Path, task: str) -> None:
    for file in (trained / task).rglob("*"):
        if not file.is_file():
            continue
        content = file.read_bytes()
        assert file.suffix in KINDS
        assert not is_pickle(content), file
        for protocol in (2, 3, 4, 5):
            start = b"\x80" + bytes([protocol])
            place = content.find(start)
            while place >= 0:
                assert not is_pickle(content[place:]), (file, place)
                place = content.find(start, place + 1)
        for marker in (b"joblib", b"cloudpickle", b"__reduce__", b"sklearn."):
            assert marker not in content, (file, marker)
        if file.suffix == ".parquet":
            assert content[:4] == content[-4:] == b"PAR1"
            assert b"pandas" not in content
        if file.suffix == ".json":
            json.loads(content)
        if file.suffix in {".sql", ".html", ".md"}:
            content.decode("utf-8")


@pytest.mark.parametrize(
    "name", ["purchase/model.onnx", "purchase/features.sql", "report.html", "purchase/example.json"]
)
def test_a_changed_file_is_refused_by_name(copy: Path, name: str) -> None:
    file = copy / name
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with pytest.raises(BundleError, match="sha256 differs") as refused:
        open_bundle(copy)
    assert name in str(refused.value)


def test_a_missing_file_is_refused_by_name(copy: Path) -> None:
    (copy / "purchase" / "model.onnx").unlink()
    with pytest.raises(BundleError, match=r"purchase/model\.onnx missing"):
        open_bundle(copy)


@pytest.mark.parametrize("name", ["extra.pkl", "purchase/notes.txt", "purchase/manifest.json"])
def test_an_added_file_is_refused_by_name(copy: Path, name: str) -> None:
    (copy / name).write_text("{}")
    with pytest.raises(BundleError, match="does not list") as refused:
        open_bundle(copy)
    assert name in str(refused.value)


def test_a_bundle_of_another_task_is_refused(copy: Path) -> None:
    with pytest.raises(BundleError, match="holds a conversion bundle, but a revenue bundle"):
        open_bundle(copy, "revenue")
    open_bundle(copy, "conversion")


@pytest.mark.parametrize("version", [0, 2, None, "1"])
def test_another_format_version_is_refused(copy: Path, version: object) -> None:
    spoil(copy, lambda manifest: manifest.update(format_version=version))
    with pytest.raises(BundleError) as refused:
        open_bundle(copy)
    assert f"bundle format {version!r}, but this version reads format 1" in str(refused.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [("", "not valid JSON"), ("[1]", "bundle format None"), ('{"format_version": 1}', "format")],
)
def test_a_broken_manifest_is_refused(copy: Path, content: str, said: str) -> None:
    (copy / "manifest.json").write_text(content)
    with pytest.raises(BundleError, match=said) as refused:
        open_bundle(copy)
    assert "manifest.json" in str(refused.value) or "format" in said


@pytest.mark.parametrize("name", ["nowhere", "empty", "file"])
def test_what_is_no_bundle_is_refused_with_what_to_give(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("x")
    with pytest.raises(BundleError, match=r"is not a bundle: it has no manifest\.json") as refused:
        open_bundle(tmp_path / name)
    assert "clickwise train" in str(refused.value)


def test_an_answer_that_a_bundle_lacks_is_refused_with_its_reason(copy: Path) -> None:
    spoil(copy, lambda manifest: manifest.update(refused={"repurchase": "38 say yes."}))
    bundle = open_bundle(copy)
    with pytest.raises(BundleError) as refused:
        bundle.answer("repurchase")
    said = "This conversion bundle does not answer 'repurchase'; it answers exit, purchase."
    assert str(refused.value) == f"{said} It was refused: 38 say yes."
    with pytest.raises(BundleError, match="does not answer 'sales'"):
        bundle.answer("sales")
