"""What can keep a run from starting or from going on."""

from __future__ import annotations

__all__ = ["RunError"]


class RunError(Exception):
    """The run cannot start or cannot go on.

    Parameters
    ----------
    message : str
        A sentence for the terminal.
    code : int, default 1
        Exit code.
    """

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code
