"""What a service needs before it starts: its bundle, whole, and settings that can be used.

The process that starts the workers checks both, and loads nothing else of ours: no worker has to
wait for what only workers need.
"""

from __future__ import annotations

from pathlib import Path

from bentoml import Model
from pydantic import ValidationError

from clickstream.bundle import Bundle, BundleError, open_bundle
from services.common.keys import Keys
from services.common.settings import ServiceSettings

__all__ = ["BUNDLE_FOLDER", "TRAFFIC", "check_start", "open_stored", "read_settings"]

TRAFFIC = {"timeout": 20}
"""Seconds that an answer may take. BentoML keeps what it knows of a request, about 5 KiB, for as
long as that after it was answered, too: at 500 requests a second, 50 MiB."""

BUNDLE_FOLDER = "bundle"
"""Folder of a stored model that holds the bundle; BentoML's own files lie beside it."""


def check_start(model: Model, task: str) -> None:
    """Find before any worker starts what would keep each of them from starting.

    Parameters
    ----------
    model : Model
        As stored.
    task : str
        The service's.

    Raises
    ------
    BundleError
        If the bundle is damaged or of another task, or a setting cannot be used.
    """
    open_stored(model, task)
    settings = read_settings()
    Keys(settings.api_keys, settings.api_keys_file)


def open_stored(model: Model, task: str) -> Bundle:
    """Open and verify the bundle of a stored model.

    Raises
    ------
    BundleError
        If it is damaged or of another task.
    """
    return open_bundle(Path(model.path_of(BUNDLE_FOLDER)), task=task)


def read_settings() -> ServiceSettings:
    """Read the settings of a service.

    Raises
    ------
    BundleError
        If one cannot be used.
    """
    try:
        return ServiceSettings()
    except ValidationError as error:
        wrong = "; ".join(
            f"CLICKWISE_SERVICE_{str(part['loc'][0]).upper()}: {part['msg']}"
            for part in error.errors()
        )
        raise BundleError(f"{wrong}. docs/settings.md lists what each takes.") from error
