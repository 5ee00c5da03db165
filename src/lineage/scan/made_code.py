"""Code that is made while it runs: decoded or fetched, and run at once, so that no scan can say
what it loads."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lineage.core.use import Certainty, ModelUse, UseKind

MADE_CODE = "code that is made while it runs"
_RUNS = re.compile(
    r"(?P<via>[eFric](?<!\w.)(?:(?<=e)val|(?<=F)unction|(?<=r)unInThisContext|(?<=r)unInNewContext"
    r"|(?<=i)nstance_eval|(?<=c)reate_function))"
    r"\s{0,9}\([^;\n]{0,120}?(?:\batob|Buffer\.from|base64_decode|gzinflate|gzuncompress"
    r"|decode64|unescape|inflate\w{0,9}|fromCharCode)\s{0,9}\("
)
_INTERPRETER = r"(?:sudo\s+(?:-\w+\s+)*)?(?P<{}>(?:ba|z|da|k)?sh|python3?)\b"
_ASKED = r"\s*(?:curl|wget)\b(?P<{}>[^)`\n]{{0,400}})"
_FETCHED = re.compile(
    rf"\b(?:curl|wget)\s(?P<piped>[^|\n]{{1,400}})\|\s*{_INTERPRETER.format('via')}"
    rf"|(?<![\w./-]){_INTERPRETER.format('shell')}\s[^\n|]{{0,60}}(?:<\(|\$\(|`){_ASKED.format('a')}"
    rf"|(?<![\w./-])(?P<eval>eval|source|\.)\s[^\n|]{{0,20}}(?:<\(|\$\(|`){_ASKED.format('b')}"
)
_OPEN = ("$", "`", "{{")
"""Of an address that is not written out. One that is tells whose program is installed, as the name
of a package does."""
_PIPED = re.compile(
    r"\b(?:base64\s+(?:-d|-D|--decode)|openssl\s+enc\s[^|\n]{0,200}-d|xxd\s+-r|gunzip|zcat)\b"
    r"[^|\n]{0,200}\|\s*(?:sudo\s+)?(?P<via>(?:ba|z|da|k)?sh|python3?(?=\s*(?:-?\s*\Z|-\s)))\b"
    r"|\b(?P<eval>eval|(?:ba|z|da|k)?sh\s+-c|python3?\s+-c)\s[^\n]{0,200}"
    r"\b(?:base64\s+(?:-d|-D|--decode)|xxd\s+-r)\b"
)


def made_in_code(code: str) -> Iterator[tuple[int, str]]:
    """Where a text of a language without a parser here does so, and by which call."""
    if "eval" in code or "Function" in code or "runIn" in code or "create_function" in code:
        yield from ((match.start(), match["via"]) for match in _RUNS.finditer(code))


def made_in_shell(line: str) -> Iterator[tuple[int, str]]:
    """Where a shell's line does so."""
    if "base64" in line or "xxd" in line or "openssl" in line or "|" in line:
        for match in _PIPED.finditer(line):
            yield match.start(), match["via"] or match["eval"]
    if "curl" in line or "wget" in line:
        for match in _FETCHED.finditer(line):
            asked = match["piped"] or match["a"] or match["b"] or ""
            if any(mark in asked for mark in _OPEN):
                yield match.start(), match["via"] or match["shell"] or match["eval"]


def made_use(place: tuple[str, int, int], via: str, expression: str) -> ModelUse:
    """The open point of such a place."""
    return ModelUse(
        *place,
        UseKind.UNRESOLVED,
        "",
        via,
        Certainty.LIKELY,
        expression=expression[:120],
        reason=MADE_CODE,
    )
