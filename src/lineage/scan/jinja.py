"""Templates of Jinja, written out as far as they say themselves what is filled in: what `set`
gives a name, and each branch of an `if` that stands within a line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lineage.scan.kinds import FileKind

_SET = re.compile(
    r"\{%-?\s*set\s+(?P<name>\w{1,60})\s*=\s*(?P<quote>[\"'])(?P<value>[^\"'\n]{0,200})(?P=quote)"
    r"\s*-?%\}"
)
_FILLED = re.compile(r"\{\{-?\s*(\w{1,60})\s*-?\}\}")
_TAG = re.compile(r"\{%[^{}\n]{0,300}%\}")
_CHOICE = re.compile(
    r"\{\{-?\s*(?P<q>[\"'])(?P<one>[^\"'\n]{1,200})(?P=q)\s+if\s[^{}\n]{1,200}?\selse\s+"
    r"(?P<r>[\"'])(?P<other>[^\"'\n]{1,200})(?P=r)\s*-?\}\}"
)
_WRITTEN = frozenset(
    {
        FileKind.YAML, FileKind.TOML, FileKind.INI, FileKind.LINES, FileKind.SHELL,
        FileKind.DOCKERFILE, FileKind.MAKEFILE, FileKind.MODELFILE, FileKind.SCRIPT,
        FileKind.PROCFILE, FileKind.PACKAGES, FileKind.LIST,
    }
)  # fmt: skip
_LONGEST_LINE = 2_000
_MOST = 6
"""So many ways to write a template out are read."""


def written_out(text: str, kind: FileKind) -> Iterator[str]:
    """The texts that such a template can become, line for line; any other text as it is."""
    is_one = "{%" in text or ("{{" in text and " else " in text)
    if kind not in _WRITTEN or not is_one:
        yield text
        return
    known = {one["name"]: one["value"] for one in _SET.finditer(text)}
    lines = [_ways(line, known) for line in text.split("\n")]
    for number in range(min(max(map(len, lines)), _MOST)):
        yield "\n".join(ways[number % len(ways)] for ways in lines)


def _ways(line: str, known: dict[str, str]) -> list[str]:
    if "{" not in line or len(line) > _LONGEST_LINE:
        return [line]
    line = _FILLED.sub(lambda match: known.get(match[1], match[0]), line)
    ways = list(dict.fromkeys(_CHOICE.sub(rf"\g<{part}>", line) for part in ("one", "other")))
    pieces = _TAG.split(line)
    if len(pieces) == 1:
        return ways
    between = [piece for piece in pieces[1:-1] if piece.strip()]
    return [f"{pieces[0]}{piece}{pieces[-1]}" for piece in between] or ["".join(pieces)]
