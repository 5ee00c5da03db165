"""Other names that JavaScript gives to what loads models, written back: `import {pipeline as p}`,
`const {pipeline: p} = require(…)`, `const load = pipeline`, `t["pipeline"](…)`."""

from __future__ import annotations

import re

_IMPORTED = re.compile(r"\bimport\b[^;'\"{}()]{0,200}\{(?P<names>[^{}]{1,5000})\}\s{0,9}from\b")
_REQUIRED = re.compile(
    r"\{(?P<names>[^{}]{1,2000})\}\s{0,9}=[\s(]{0,9}(?:await\s{1,9})?(?:require|import)\s{0,9}\("
)
_ALIAS = re.compile(r"([A-Za-z_$][\w$]{1,60})\s{0,9}(?::|\bas\b)\s{0,9}([A-Za-z_$][\w$]{0,60})")
_ASSIGNED = re.compile(
    r"\b(?:const|let|var)\s{1,9}(?P<new>[A-Za-z_$][\w$]{0,60})\s{0,9}=\s{0,9}"
    r"(?:[\w$]{1,60}\.){0,2}(?P<old>pipeline|from_pretrained)\s{0,9}(?:;|\n|\Z)"
)
_BRACKETS = re.compile(r"\[[\"'`](pipeline|from_pretrained)[\"'`]\](?=\s{0,5}\()")
_CALLED = re.compile(r"(?<![\w$.])[A-Za-z_$][\w$]{0,60}(?=\s{0,5}[(<.])")


def renamed(code: str) -> str:
    """The code with the loaders' own names; every line stays on its line."""
    if "pipeline" in code or "from_pretrained" in code:
        code = _BRACKETS.sub(r".\1", code)
    if "import" not in code and "require" not in code:
        return code
    names: dict[str, str] = {}
    for pattern, mark in ((_IMPORTED, " as "), (_REQUIRED, "{")):
        for match in pattern.finditer(code) if mark in code else ():
            names |= {new: old for old, new in _ALIAS.findall(match["names"]) if old != new}
    for match in _ASSIGNED.finditer(code):
        names[match["new"]] = match["old"]
    if not names:
        return code
    return _CALLED.sub(lambda match: names.get(match.group(), match.group()), code)
