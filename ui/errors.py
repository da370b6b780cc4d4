"""What can go wrong for the reader of a page; each error is a sentence in the reader's language."""

from __future__ import annotations

from ui.language import text
from ui.models import Task

__all__ = [
    "AppError",
    "BadAnswer",
    "FileRefused",
    "GatewayError",
    "NothingToAsk",
    "Refused",
    "ServiceDown",
    "ServiceResting",
    "ServiceSlow",
]


class AppError(Exception):
    """Something that a page has to tell.

    Parameters
    ----------
    key : str
        Of the sentence in `ui/texts`; it is made when it is shown, since the reader may change
        the language.
    **values : object
        For the names in its braces.
    """

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values

    def __str__(self) -> str:
        return text(self.key, **self.values)


class FileRefused(AppError):
    """A file of the reader cannot be used; the sentence names it and says what to try."""


class GatewayError(AppError):
    """One service's part of an answer is missing.

    Parameters
    ----------
    task : Task
        Whose part.
    key : str
        Of the sentence.
    **values : object
        For the names in its braces; `service` is there already.
    """

    def __init__(self, task: Task, key: str, **values: object) -> None:
        super().__init__(key, service=f"clickwise-{task}", **values)
        self.task = task


class ServiceDown(GatewayError):
    """Nobody answers at the service's address."""


class ServiceSlow(GatewayError):
    """The service did not answer in time."""


class ServiceResting(GatewayError):
    """The service failed several times in a row and is not asked for a while."""


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
    status : int
        HTTP status.
    code : str
        The error's code in the contract.
    message : str
        The service's reason.
    field : str, optional
        The field that the service points at.
    """

    def __init__(
        self, task: Task, status: int, code: str, message: str, field: str | None = None
    ) -> None:
        key = "errors.refused_field" if field else "errors.refused"
        super().__init__(task, key, message=message, field=field)
        self.status = status
        self.code = code
        self.field = field
