"""Clickwise's ground floor: what a click log is, what it can answer, and how it is scored.

Nothing heavy is imported here, since the services import this package too.
"""

from clickstream.errors import ClickwiseError

__all__ = ["ClickwiseError"]
