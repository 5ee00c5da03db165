"""The key that Kaggle's own client keeps in a folder."""

from __future__ import annotations

import json
from pathlib import Path

from lineage.sources.web.login import basic

TOKENS, KEYS = ("access_token", "access_token.txt"), "kaggle.json"
_MOST = 64_000


def kept_key(folder: Path) -> str:
    """The header's text from a token or from `kaggle.json`; empty where there is neither, or none
    that can be read: what everybody may see is then asked for without."""
    for name in TOKENS:
        if token := _text(folder / name):
            return f"Bearer {token}"
    try:
        content = json.loads(_text(folder / KEYS) or "{}")
    except (ValueError, RecursionError):
        return ""
    user, key = (
        content.get(word) if isinstance(content, dict) else "" for word in ("username", "key")
    )
    return basic(user, key) if isinstance(user, str) and isinstance(key, str) and key else ""


def _text(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return opened.read(_MOST).decode("utf-8", "replace").strip()
    except OSError:
        return ""
