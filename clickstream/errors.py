"""The one tree of errors: each is a sentence for the person who meets it."""

__all__ = [
    "BundleError",
    "ClickwiseError",
    "EngineError",
    "InputError",
    "LeakFound",
    "NoHeader",
    "NotAnswerable",
    "ReleaseRefused",
    "SourceError",
    "TrainingError",
    "UnknownSource",
]


class ClickwiseError(Exception):
    """Something that a user can understand and act on went wrong."""

    exit_code = 2


class SourceError(ClickwiseError):
    """A file cannot be read as the click log or table that it should be."""


class NoHeader(SourceError):
    """A text file's first row holds data, where the names of its columns were expected."""

    def __init__(self, message: str, columns: int) -> None:
        super().__init__(message)
        self.columns = columns


class UnknownSource(SourceError):
    """No source knows the columns of a file; a mapping can describe them."""


class InputError(ClickwiseError):
    """A row or a unit that was sent to be scored is not what the model takes."""


class BundleError(ClickwiseError):
    """A bundle is damaged, or of another task or format than expected."""


class EngineError(ClickwiseError):
    """The engine that was asked for is not installed, or failed at what it was given."""


class TrainingError(ClickwiseError):
    """A search ended without a single candidate that works."""

    exit_code = 3


class NotAnswerable(ClickwiseError):
    """The data at hand cannot answer the question that was asked."""

    exit_code = 3


class LeakFound(ClickwiseError):
    """An input or a split gives the label away."""

    exit_code = 3


class ReleaseRefused(ClickwiseError):
    """A trained winner did not pass the release gate."""

    exit_code = 3
