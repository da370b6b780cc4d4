"""Stores bundles in BentoML's model store and builds a Bento for each service."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import bentoml
import yaml  # type: ignore[import-untyped]
from bentoml.exceptions import NotFound
from bentoml.models import BentoModel

from clickstream.bundle import open_bundle

__all__ = ["build_bento", "store_bundle"]

_BUNDLE_FOLDER = "bundle"
"""Where services look inside a stored model; `services.common.starting` says the same."""

_SERVICES = {
    "conversion": "services.conversion.service:Conversion",
    "revenue": "services.revenue.service:Revenue",
    "segmentation": "services.segmentation.service:Segmentation",
}


def store_bundle(path: Path) -> str:
    """Put a bundle into the model store as `clickwise-<task>`, and make it the latest there.

    Parameters
    ----------
    path : Path
        The bundle's folder.

    Returns
    -------
    str
        The tag. Its version is the model's: the same model stored again takes the place of its
        first copy, with the report of the later run.

    Raises
    ------
    BundleError
        If it is damaged.
    """
    manifest = open_bundle(path).manifest
    tag = f"clickwise-{manifest.task}:{manifest.model_version}"
    _be_quiet()
    _forget_model(tag)
    labels = {"project": "clickwise", "task": manifest.task, "source": manifest.source}
    with bentoml.models.create(tag, labels=labels) as model:
        shutil.copytree(path, model.path_of(_BUNDLE_FOLDER))
    return tag


def build_bento(task: str, root: Path) -> str:
    """Build the Bento of a service with the bundle last stored for it.

    Parameters
    ----------
    task : str
        `conversion`, `revenue` or `segmentation`.
    root : Path
        The repository, with `bentofile.yaml`.

    Returns
    -------
    str
        The Bento's tag.
    """
    _be_quiet()
    # BentoML writes the version that `latest` meant into the imported service and keeps it.
    sys.modules.pop(_SERVICES[task].partition(":")[0], None)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "bentofile.yaml"
        file.write_text(yaml.safe_dump(_build_options(task, root)), encoding="utf-8")
        bento = bentoml.bentos.build_bentofile(str(file), build_ctx=str(root))
    _include_model(bento)
    return str(bento.tag)


def _build_options(task: str, root: Path) -> dict[str, Any]:
    """Complete the common base, which BentoML would take as the whole of one service."""
    base: dict[str, Any] = yaml.safe_load((root / "bentofile.yaml").read_text(encoding="utf-8"))
    return base | {
        "service": _SERVICES[task],
        "labels": base["labels"] | {"task": task},
        "include": [*base["include"], f"services/{task}/*.py"],
    }


def _include_model(bento: bentoml.Bento) -> None:
    """Copy the model into the Bento, which otherwise starts with the store's latest."""
    for model in bento.info.all_models:
        BentoModel(model.tag).resolve(Path(bento.path) / "models")


def _forget_model(tag: str) -> None:
    """BentoML orders by time of storing, so what is stored again has to be stored anew."""
    try:
        bentoml.models.delete(tag)
    except NotFound:
        return


def _be_quiet() -> None:
    """Keep BentoML from reporting its use to its makers."""
    os.environ.setdefault("BENTOML_DO_NOT_TRACK", "true")
