"""Makes strings from strangers safe to show in a terminal or a plain file."""

from __future__ import annotations

import unicodedata

# Format characters that reorder or hide text: bidi controls, zero-width characters, soft hyphen,
# tags.
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def printable(text: object, limit: int = 500) -> str:
    """`text` on one line, with control, bidi and invisible characters written as escapes, clipped
    to `limit` characters."""
    raw = str(text)
    clipped = raw if len(raw) <= limit else raw[:limit] + "…"
    return clipped if clipped.isascii() and clipped.isprintable() else "".join(map(_shown, clipped))


def _shown(char: str) -> str:
    if unicodedata.category(char) not in _UNSAFE_CATEGORIES:
        return char
    return " " if char in "\n\r\t" else f"\\u{ord(char):04x}"


def counted(number: int, noun: str) -> str:
    """`1 model`, `2 models`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
