"""What can go wrong between the app and a service, each with a sentence for the page."""

from __future__ import annotations

from ui.models import Task

__all__ = [
    "BadAnswer",
    "GatewayError",
    "NothingToAsk",
    "Refused",
    "ServiceDown",
    "ServiceSlow",
    "UploadError",
]


class GatewayError(Exception):
    """One service's part of an answer is missing.

    Parameters
    ----------
    task : Task
        Whose part.
    message : str
        A sentence that names the service and what to try.
    """

    def __init__(self, task: Task, message: str) -> None:
        super().__init__(message)
        self.task = task


class ServiceDown(GatewayError):
    """Nobody answers at the service's address."""


class ServiceSlow(GatewayError):
    """The service did not answer in time."""


class BadAnswer(GatewayError):
    """The service answered something that the contract does not allow."""


class NothingToAsk(GatewayError):
    """The data at hand has no unit of the kind that the service answers for."""


class Refused(GatewayError):
    """The service refused the request and said why.

    Parameters
    ----------
    task : Task
        Who refused.
    message : str
        A sentence with the service's reason.
    status : int
        HTTP status.
    code : str
        The error's code in the contract.
    field : str, optional
        The field that the service points at.
    """

    def __init__(
        self, task: Task, message: str, status: int, code: str, field: str | None = None
    ) -> None:
        super().__init__(task, message)
        self.status = status
        self.code = code
        self.field = field


class UploadError(Exception):
    """An uploaded file cannot be read; the sentence names the file and what to try."""
