"""The Bentos that images are built from."""

from __future__ import annotations

from pathlib import Path

import bentoml
from bentoml.exceptions import NotFound
from errors import RunError

from ui.models import Task

__all__ = ["bento_folder"]


def bento_folder(task: Task) -> Path:
    """Folder of the Bento that was built last for a task.

    Raises
    ------
    RunError
        If there is none.
    """
    try:
        return Path(bentoml.bentos.get(f"clickwise-{task}:latest").path)
    except NotFound as error:
        raise RunError(
            f"There is no Bento of {task}: `clickwise package DIR` builds one of what was trained.",
            code=2,
        ) from error
