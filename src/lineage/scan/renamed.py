"""Other names that JavaScript gives to what loads models, written back: `import {pipeline as p}`,
`const {pipeline: p} = require(…)`, `const load = pipeline`, `t["pipeline"](…)`."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Each begins with a character or a set of them, which the engine skips to.
_IMPORTED = re.compile(
    r"i(?<!\w.)mport\b[^;'\"{}()]{0,200}\{(?P<names>[^{}]{1,5000})\}\s{0,9}from\b"
)
_REQUIRED = re.compile(r"\}\s{0,9}=[\s(]{0,9}(?:await\s{1,9})?(?:require|import)\s{0,9}\(")
_LONGEST = 2_000
_ALIAS = re.compile(r"([A-Za-z_$][\w$]{1,60})\s{0,9}(?::|\bas\b)\s{0,9}([A-Za-z_$][\w$]{0,60})")
_ASSIGNED = re.compile(
    r"[clv](?<!\w.)(?:(?<=c)onst|(?<=l)et|(?<=v)ar)\s{1,9}(?P<new>[A-Za-z_$][\w$]{0,60})\s{0,9}=\s{0,9}"
    r"(?:[\w$]{1,60}\.){0,2}(?P<old>pipeline|from_pretrained)\s{0,9}(?:;|\n|\Z)"
)
_BRACKETS = re.compile(r"\[[\"'`](pipeline|from_pretrained)[\"'`]\](?=\s{0,5}\()")
_MOST = 300
"""Names that are looked for one by one; of more, every call is looked at."""
_CALLED = re.compile(r"(?<![\w$.])[A-Za-z_$][\w$]{0,60}(?=\s{0,5}[(<.])")


def renamed(code: str) -> str:
    """The code with the loaders' own names; every line stays on its line."""
    may_assign = "pipeline" in code or "from_pretrained" in code
    if may_assign:
        code = _BRACKETS.sub(r".\1", code)
    if "import" not in code and "require" not in code:
        return code
    names: dict[str, str] = {}
    imported = (one["names"] for one in _IMPORTED.finditer(code)) if " as " in code else ()
    for listed in (*imported, *_required(code)):
        names |= {new: old for old, new in _ALIAS.findall(listed) if old != new}
    for match in _ASSIGNED.finditer(code) if may_assign else ():
        names[match["new"]] = match["old"]
    if not names:
        return code
    called = _CALLED if len(names) > _MOST else _called(frozenset(names))
    return called.sub(lambda match: names.get(match.group(), match.group()), code)


def _required(code: str) -> Iterator[str]:
    """What stands between the braces of `{pipeline: p} = require(…)`."""
    for match in _REQUIRED.finditer(code):
        end = match.start()
        before = code[max(0, end - _LONGEST - 1) : end]
        start = max(before.rfind("{"), before.rfind("}"))
        if before[start : start + 1] == "{":
            yield before[start + 1 :]


def _called(names: frozenset[str]) -> re.Pattern[str]:
    """Calls by these names: a class of their first letters, which the engine skips to."""
    first = "".join(sorted({re.escape(name[0]) for name in names}))
    rest = "|".join(sorted((re.escape(name[1:]) for name in names), key=len, reverse=True))
    return re.compile(rf"[{first}](?<![\w$.].)(?:{rest})(?![\w$])(?=\s{{0,5}}[(<.])")
