"""API keys: who may ask.

A key is 32 random bytes. What a service is told is its sha256 alone, which suffices for a secret
that nobody can guess; a slow hash is for what people choose. `python -m services.common.keys
OWNER` makes a key and the entry for a service's settings.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
import secrets
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from clickstream.bundle import BundleError

__all__ = ["KeyFileError", "Keys", "entry_of", "new_key"]

_ENTRY = re.compile(r"([A-Za-z0-9._-]{1,40}):([0-9a-f]{64})")
_log = logging.getLogger("clickwise.keys")
_LOOK_SECONDS = 1.0
"""How often a file is looked at."""


class KeyFileError(BundleError):
    """Keys that a service was given cannot be used."""


class Keys:
    """The keys that a service knows; several owners, and several keys of one owner.

    Parameters
    ----------
    listed : str, optional
        Entries separated by commas.
    file : Path, optional
        Entries, one per line; empty lines and what follows a # do not count. It is read again when
        it changes, so a key is replaced without a restart: add the new one, change the callers,
        take the old one out.

    Raises
    ------
    KeyFileError
        If an entry is none, or the file cannot be read.
    """

    def __init__(self, listed: str | None = None, file: Path | None = None) -> None:
        self._listed = _entries((listed or "").split(","), "CLICKWISE_SERVICE_API_KEYS")
        self._file = file
        self._changed: int | None = None
        self._looked = -_LOOK_SECONDS
        self._read: dict[str, str] = {}
        self.set_up = bool(listed) or file is not None
        self._look(strict=True)

    def owner(self, key: str) -> str | None:
        """Whose key it is; None of one that is not known.

        Compared with every known key, in a time that does not tell how much of it was right.

        Parameters
        ----------
        key : str
            As a caller sent it.
        """
        self._look(strict=False)
        digest = hashlib.sha256(key.encode()).hexdigest()
        found = None
        for known, owner in (self._listed | self._read).items():
            if hmac.compare_digest(known, digest):
                found = owner
        return found

    def _look(self, *, strict: bool) -> None:
        """Read the file again if it changed; one that cannot be read now leaves what was known."""
        if self._file is None or time.monotonic() - self._looked < _LOOK_SECONDS:
            return
        self._looked = time.monotonic()
        try:
            changed = self._file.stat().st_mtime_ns
            if changed != self._changed:
                lines = self._file.read_text(encoding="utf-8").splitlines()
                self._read = _entries((line.partition("#")[0] for line in lines), str(self._file))
                self._changed = changed
        except (OSError, UnicodeDecodeError, KeyFileError) as error:
            if strict:
                raise KeyFileError(f"The file of API keys cannot be used: {error}") from error
            _log.error("The file of API keys cannot be used, and those known stay: %s", error)


def _entries(texts: Iterable[str], where: str) -> dict[str, str]:
    """Owners by the sha256 of their keys."""
    found: dict[str, str] = {}
    for number, text in enumerate(texts, start=1):
        entry = text.strip()
        if not entry:
            continue
        matched = _ENTRY.fullmatch(entry)
        if matched is None:
            # What stands there may be a key by mistake, so it is not repeated.
            raise KeyFileError(
                f"Entry {number} of {where} is not `owner:sha256`, with 64 hexadecimal digits. "
                "`python -m services.common.keys OWNER` makes one."
            )
        found[matched[2]] = matched[1]
    return found


def new_key() -> str:
    """A key that nobody can guess."""
    return secrets.token_urlsafe(32)


def entry_of(owner: str, key: str) -> str:
    """What a service is told of a key.

    Parameters
    ----------
    owner : str
        Letters, digits, dots and dashes, for logs and limits.
    key : str
        The secret.
    """
    return f"{owner}:{hashlib.sha256(key.encode()).hexdigest()}"


def _main(arguments: list[str]) -> int:
    if len(arguments) != 1 or not _ENTRY.fullmatch(f"{arguments[0]}:{'0' * 64}"):
        sys.stderr.write("Give one name: letters, digits, dots and dashes, at most 40.\n")
        return 2
    key = new_key()
    sys.stdout.write(f"key, shown once: {key}\nentry: {entry_of(arguments[0], key)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
