"""The file of tokens: `NAME sha256:DIGEST` a line, and `operator` behind it for who may read the
audit log. It holds no token, so whoever reads it cannot log in."""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import re
import secrets
import stat
from pathlib import Path

from lineage.core.errors import UsageError
from lineage.core.value import dataclass

_LOG = logging.getLogger("lineage.serve")
_LINE = re.compile(r"([A-Za-z0-9][A-Za-z0-9._@-]{0,63}) sha256:([0-9a-f]{64})( operator)?")
_MORE = "lineage serve --token-file FILE --new-token NAME adds one."
_LONGEST = 1 << 20
_PREFIX = "lineage_"
"""By which a scanner for secrets knows one."""


@dataclass(frozen=True)
class Token:
    """One line."""

    name: str
    digest: str
    is_operator: bool = False


class Tokens:
    """Those of one file, read again whenever it changes."""

    def __init__(self, path: Path) -> None:
        """Raises UsageError where the file cannot be used."""
        self._path = path
        self._seen = _state(path)
        self._tokens = read(path)

    def named(self, secret: str) -> Token | None:
        """The token that a client shows; None for none of ours."""
        digest = _digest(secret)
        found = None
        for token in self._current():  # all of them: how long it takes tells nothing
            if hmac.compare_digest(token.digest, digest):
                found = token
        return found

    def current(self, token: Token) -> Token | None:
        """The same token as the file has it now; None where it is gone."""
        return next((one for one in self._current() if one.digest == token.digest), None)

    def _current(self) -> tuple[Token, ...]:
        try:
            seen = _state(self._path)
            if seen != self._seen:
                self._seen, self._tokens = seen, ()  # nobody, should it not be readable
                self._tokens = read(self._path)
        except UsageError as problem:
            self._tokens = ()
            _LOG.error("%s", problem)
        return self._tokens


def read(path: Path) -> tuple[Token, ...]:
    """The tokens of a file. Raises UsageError where it is not there, is open to others, holds a
    line that is no token, or none at all."""
    try:
        mode = path.stat().st_mode
        if os.name == "posix" and mode & (stat.S_IRWXO | stat.S_IWGRP):
            raise UsageError(
                f"{path} can be read or changed by others.", f"Restrict it: chmod 600 {path}"
            )
        with path.open("rb") as file:
            lines = file.read(_LONGEST).decode().splitlines()
    except (OSError, ValueError) as problem:
        raise UsageError(f"The tokens in {path} could not be read: {problem}.", _MORE) from problem
    found = []
    for number, line in enumerate(lines, 1):
        text = " ".join(line.split())
        if not text or text.startswith("#"):
            continue
        if (fits := _LINE.fullmatch(text)) is None:
            raise UsageError(f"{path}, line {number}: not NAME sha256:DIGEST.", _MORE)
        found.append(Token(fits[1], fits[2], bool(fits[3])))
    if not found:
        raise UsageError(f"{path} contains no token.", _MORE)
    return tuple(found)


def add(path: Path, name: str) -> str:
    """A new token for somebody, of which the file keeps the digest; made if missing. Raises
    UsageError."""
    secret = _PREFIX + secrets.token_urlsafe(32)
    line = f"{name} sha256:{_digest(secret)}"
    if _LINE.fullmatch(line) is None:
        raise UsageError(
            f"{name[:64]!r} is not a name for a token.", "Use up to 64 letters, digits and . _ @ -"
        )
    if path.exists() and any(token.name == name for token in read(path)):
        raise UsageError(
            f"{path} already has a token for {name}.", "Delete its line to replace it."
        )
    try:
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(handle, "a", encoding="utf-8") as file:
            file.write(f"{line}\n")
    except OSError as problem:
        raise UsageError(f"{path} could not be written: {problem}.") from problem
    return secret


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _state(path: Path) -> tuple[int, ...]:
    try:
        found = path.stat()
    except OSError as problem:
        raise UsageError(f"The tokens in {path} could not be read: {problem}.", _MORE) from problem
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino
