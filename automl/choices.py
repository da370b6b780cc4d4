"""What a user named on the command line, checked."""

from __future__ import annotations

from pathlib import Path

from clickstream.answers import ANSWERS, TASKS
from clickstream.errors import BundleError, ClickwiseError

__all__ = ["bundles_in", "chosen_answers"]


def chosen_answers(tasks: str | None, answers: str | None) -> tuple[str, ...]:
    """Answers named, or those of the tasks named, or all.

    Parameters
    ----------
    tasks, answers : str or None
        Names separated by commas.

    Raises
    ------
    ClickwiseError
        If a name is unknown or both lists exclude each other.
    """
    of_tasks = _names(tasks, TASKS, "task")
    named = _names(answers, tuple(ANSWERS), "answer")
    chosen = tuple(name for name in named if ANSWERS[name].task in of_tasks)
    if not chosen:
        raise ClickwiseError(f"No answer is left: {answers} are not answers of {tasks}.")
    return chosen


def _names(text: str | None, known: tuple[str, ...], what: str) -> tuple[str, ...]:
    if text is None:
        return known
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if unknown := [name for name in names if name not in known]:
        raise ClickwiseError(
            f"There is no {what} {unknown[0]!r}; the {what}s are {', '.join(known)}."
        )
    return names or known


def bundles_in(folder: Path) -> list[Path]:
    """The task folders that `clickwise train` wrote.

    Raises
    ------
    BundleError
        If there is none.
    """
    found = [folder / task for task in TASKS if (folder / task / "manifest.json").is_file()]
    if not found:
        raise BundleError(
            f"{folder} holds no bundle: expected one of {', '.join(TASKS)} in it, as "
            "`clickwise train --out` writes them."
        )
    return found
