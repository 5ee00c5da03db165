"""The key that seals journals: outside every checkout, readable by its owner alone."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

from lineage.core.errors import CannotRunError, UsageError
from lineage.core.plain_file import read_plain

VARIABLE = "LINEAGE_JOURNAL_KEY"
_BYTES = 32
_FEWEST = 16


def journal_key() -> bytes:
    """LINEAGE_JOURNAL_KEY, which a pipeline keeps as a secret, or the user's own key, made at its
    first use."""
    given = os.environ.get("LINEAGE_JOURNAL_KEY", "").strip()
    if given:
        if len(given) < _FEWEST:
            raise UsageError(
                f"{VARIABLE} has fewer than {_FEWEST} characters.", "Give a longer one."
            )
        return given.encode()
    path = _folder() / "journal.key"
    try:
        return _kept(path)
    except OSError as problem:
        raise CannotRunError(
            f"The journal key {path} cannot be used: {problem.strerror or problem}.",
            f"Set {VARIABLE}, or run without --resume.",
        ) from problem


def _kept(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        if os.name == "posix" and path.stat().st_mode & 0o077:
            path.chmod(0o600)
        found = read_plain(path, 4096)
        if len(found) >= _BYTES:
            return found
        raise
    with os.fdopen(descriptor, "wb") as file:
        key = secrets.token_bytes(_BYTES)
        file.write(key)
    return key


def _folder() -> Path:
    """Where a user's programs keep state on this platform: not with caches, which pipelines carry
    around."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "lineage"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "lineage"
    state = os.environ.get("XDG_STATE_HOME", "")
    return (Path(state) if state.startswith("/") else Path.home() / ".local/state") / "lineage"
