"""Calls of languages without a parser here that load a model whose name is not written out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lineage.core.use import Certainty, ModelUse, UseKind
from lineage.scan.place import Places
from lineage.scan.tokens import bundled_lines

# A value in the place of the name; one of streams has no task.
_GIVEN = (
    r"`[^`\n]{0,200}\$\{[^`\n]{0,200}`"
    r"|[\"'][^\"'\n]{0,100}[\"']\s*(?:\.\s*[a-z]\w*\(|\+)[^\n,;]{0,80}"
    r"|(?:(?:await|new)\s+)?[A-Za-z_$][\w$]*(?:[.:(\[][^\n,;]{0,80})?"
)
_UNNAMED = tuple(
    (mark, re.compile(rf"{call}(?P<given>{_GIVEN})(?=\s*[,)+])"))
    for mark, call in (
        (
            "pipeline(",
            r"(?P<via>p(?<!\w.)ipeline)\(\s*[\"'](?:text|token|feature|image|audio|zero|fill"
            r"|question|object|automatic|sentiment|summari|translat|depth|document|visual)"
            r"[a-z0-9-]*[\"']\s*,\s*",
        ),
        (
            "retrained(",
            r"(?P<via>[AP](?<!\w.)(?:(?<=A)uto|(?<=P)re[tT]rained)\w*)"
            r"\.from_?[pP]retrained\(\s*",
        ),
    )
)
# What Terraform sets to a variable, and a key before it.
_SET_TO = re.compile(r"=\s*\"?(?:\$\{)?(?P<given>(?:var|local)\.\w{1,60})\b")
_MODEL_KEY = re.compile(r"\b(?P<key>HF_\w{1,30}|\w{0,30}(?:MODEL_ID|model_id))\"?\s*\Z")
_KEY_BEFORE = 140


def unnamed_uses(code: str, file: str) -> Iterator[ModelUse]:
    """Calls that load a model whose name is not written out."""
    places, bundled = Places(code), bundled_lines(code)
    read_to = 0
    for start, end, via, given in sorted(_unnamed(code)):
        if start < read_to:
            continue  # within the call before
        read_to = end
        line, column = places.of(start)
        if line not in bundled:
            yield ModelUse(
                file,
                line,
                column,
                UseKind.UNRESOLVED,
                "",
                via,
                Certainty.LIKELY,
                expression=given,
                reason="known only when the code runs",
            )


def _unnamed(code: str) -> Iterator[tuple[int, int, str, str]]:
    """Where each begins and ends, by what it is told, and what is given to it."""
    for mark, pattern in _UNNAMED:
        for match in pattern.finditer(code) if mark in code else ():
            yield *match.span(), match["via"], match["given"]
    for match in _SET_TO.finditer(code) if "var." in code or "local." in code else ():
        key = _MODEL_KEY.search(code, max(0, match.start() - _KEY_BEFORE), match.start())
        if key is not None:
            yield key.start(), match.end(), f"key {key['key']}", match["given"]
