"""The bundle: a folder of data, no code, that carries preprocessing and model to a service."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from clickstream.errors import BundleError
from clickstream.manifest import (
    FORMAT_VERSION,
    AnswerManifest,
    Input,
    Manifest,
    SegmentProfile,
    Strategy,
    Trait,
)

__all__ = [
    "RECOMMENDED",
    "AnswerManifest",
    "Bundle",
    "BundleError",
    "Input",
    "Manifest",
    "SegmentProfile",
    "Strategy",
    "Trait",
    "file_hash",
    "open_bundle",
    "write_bundle",
]

MANIFEST = "manifest.json"
RECOMMENDED = ("neighbours", "popular", "product_categories")
"""Lookups that no query reads: pairs of products, popular ones, and the category of each."""
RUN_FILES = ("report.html", "card.md")
"""Files that tell of the run (times, machine): their hashes stand in the manifest's `run`."""


@dataclass(frozen=True)
class Bundle:
    """A verified bundle.

    Attributes
    ----------
    path : Path
        The folder.
    manifest : Manifest
        What it says of itself.
    """

    path: Path
    manifest: Manifest

    def answer(self, name: str | None = None) -> tuple[str, AnswerManifest]:
        """Name and manifest of an answer, the task's default where none is named.

        Raises
        ------
        BundleError
            If the bundle has no such answer.
        """
        name = name or self.manifest.default_answer
        if name is None:
            refusals = " ".join(f"{one}: {why}" for one, why in self.manifest.refused.items())
            raise BundleError(f"This bundle recommends products and answers nothing. {refusals}")
        if name not in self.manifest.answers:
            refused = self.manifest.refused.get(name)
            known = ", ".join(self.manifest.answers) or "nothing"
            reason = f" It was refused: {refused}" if refused else ""
            raise BundleError(
                f"This {self.manifest.task} bundle does not answer {name!r}; "
                f"it answers {known}.{reason}"
            )
        return name, self.manifest.answers[name]

    def features_sql(self, answer: str) -> str:
        """The DuckDB query that makes the inputs of an answer from events and cuts."""
        return (self.path / answer / "features.sql").read_text(encoding="utf-8")

    def spark_sql(self, answer: str) -> str:
        """The same query in Spark's dialect.

        Raises
        ------
        BundleError
            If the bundle was made without one.
        """
        file = self.path / answer / "features.spark.sql"
        if not file.is_file():
            raise BundleError(
                f"{self.path} has no query for Spark in {answer}: it was made before Spark could "
                "score, or of ready-made rows. Train again, or score without --engine spark."
            )
        return file.read_text(encoding="utf-8")

    def sqlite_queries(self) -> Mapping[str, str]:
        """The same queries in SQLite's dialect, by answer; none of an answer made without one."""
        files = {
            answer: self.path / answer / "features.sqlite.sql" for answer in self.manifest.answers
        }
        return {
            answer: file.read_text(encoding="utf-8")
            for answer, file in files.items()
            if file.is_file()
        }

    def model(self, answer: str) -> bytes:
        """The ONNX graph of an answer."""
        return (self.path / answer / "model.onnx").read_bytes()

    def reference(self, answer: str) -> Path:
        """Background rows of an answer's inputs, as Parquet.

        Raises
        ------
        BundleError
            If the bundle was made without them.
        """
        file = self.path / answer / "reference.parquet"
        if not file.is_file():
            raise BundleError(
                f"{self.path} has no reference.parquet in {answer}, which reasons are made from. "
                "Package it again."
            )
        return file

    def evaluation(self, answer: str) -> dict[str, Any]:
        """Curves, leaderboard and profiles, as pages and reports draw them."""
        return _read_json(self.path / answer / "evaluation.json")

    def example(self, answer: str, limit: int = 3) -> dict[str, Any]:
        """A body for `POST /predict` that works, made from reference data.

        Parameters
        ----------
        answer : str
            Which answer's.
        limit : int, default 3
            How many units or rows at most.
        """
        body = _read_json(self.path / answer / "example.json")
        kind = "rows" if "rows" in body else "units"
        return body | {kind: body[kind][:limit]}

    def lookups(self) -> dict[str, Path]:
        """The learned tables that `features.sql` reads, by relation name."""
        return {name: file for name, file in self._learned().items() if name not in RECOMMENDED}

    def recommended(self) -> dict[str, Path]:
        """The learned tables that recommendations are made of, by relation name."""
        return {name: file for name, file in self._learned().items() if name in RECOMMENDED}

    def _learned(self) -> dict[str, Path]:
        return {file.stem: file for file in sorted((self.path / "lookups").glob("*.parquet"))}

    def report(self) -> str:
        """The report, a self-contained HTML page."""
        return (self.path / "report.html").read_text(encoding="utf-8")

    def card(self) -> str:
        """The model card, in Markdown."""
        return (self.path / "card.md").read_text(encoding="utf-8")


def _read_json(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def file_hash(path: Path) -> str:
    """Sha256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def open_bundle(path: Path, task: str | None = None) -> Bundle:
    """Open a bundle and verify task, format version and every file's hash.

    Parameters
    ----------
    path : Path
        The bundle's folder.
    task : str, optional
        The task that the caller can serve.

    Raises
    ------
    BundleError
        If it is not a bundle, of another task or format, or any file is damaged, missing or
        was added.
    """
    manifest = _read_manifest(path)
    if task is not None and manifest.task != task:
        raise BundleError(
            f"{path} holds a {manifest.task} bundle, but a {task} bundle was expected."
        )
    _verify_files(path, manifest)
    return Bundle(path, manifest)


def _read_manifest(path: Path) -> Manifest:
    file = path / MANIFEST
    if not file.is_file():
        raise BundleError(
            f"{path} is not a bundle: it has no {MANIFEST}. "
            "Give one task's folder below the --out folder of `clickwise train`."
        )
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BundleError(f"{file} is not valid JSON: {error}. Train and package again.") from error
    version = content.get("format_version") if isinstance(content, dict) else None
    if version != FORMAT_VERSION:
        raise BundleError(
            f"{path} has bundle format {version!r}, but this version reads format "
            f"{FORMAT_VERSION}. Train again, or use the version that made it."
        )
    try:
        return Manifest.model_validate(content)
    except ValidationError as error:
        raise BundleError(f"{file} does not follow its format: {error}") from error


def _verify_files(path: Path, manifest: Manifest) -> None:
    expected = manifest.files | dict(manifest.run.get("files", {}))
    found = (file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file())
    present = set(found) - {MANIFEST}
    if missing := sorted(set(expected) - present):
        raise BundleError(f"{path} is damaged: {', '.join(missing)} missing. Package it again.")
    if added := sorted(present - set(expected)):
        raise BundleError(
            f"{path} holds files that its manifest does not list: {', '.join(added)}. "
            "Remove them or package it again."
        )
    for name, digest in expected.items():
        if file_hash(path / name) != digest:
            raise BundleError(
                f"{path} is damaged: {name} is not the file that was packaged "
                "(its sha256 differs). Package it again."
            )


def write_bundle(
    path: Path,
    parts: Sequence[Mapping[str, bytes]],
    manifest: Mapping[str, Any],
    run: Mapping[str, Any],
) -> Bundle:
    """Write a bundle's files and a manifest that holds their hashes.

    Parameters
    ----------
    path : Path
        Folder to write, empty or absent.
    parts : sequence of mapping of str to bytes
        Every file but the manifest, by its path inside the bundle; answers may share a file.
    manifest : mapping
        The fields of `Manifest` except `files`, `format_version` and `run`.
    run : mapping
        Times, commit and machine: what may differ between two equal models.

    Returns
    -------
    Bundle
        The bundle, opened again and verified.

    Raises
    ------
    BundleError
        If two parts bring different files of one name.
    """
    content = _joined(parts)
    for name, data in content.items():
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in sorted(content.items())}
    whole = Manifest(
        **manifest,
        format_version=FORMAT_VERSION,
        files={name: digest for name, digest in digests.items() if name not in RUN_FILES},
        run={**run, "files": {name: digests[name] for name in RUN_FILES if name in digests}},
    )
    text = json.dumps(whole.model_dump(mode="json"), indent=1, sort_keys=True, ensure_ascii=False)
    (path / MANIFEST).write_text(text + "\n", encoding="utf-8")
    return open_bundle(path)


def _joined(parts: Sequence[Mapping[str, bytes]]) -> dict[str, bytes]:
    content: dict[str, bytes] = {}
    for part in parts:
        for name, data in part.items():
            if content.setdefault(name, data) != data:
                raise BundleError(
                    f"Two answers bring different files of the name {name}, but one bundle holds "
                    "one. Make the answers share it, or give each a name of its own."
                )
    return content
