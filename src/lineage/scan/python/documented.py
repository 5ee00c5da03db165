"""Cut a module down to its documentation decorators, where nothing else in it can name a model.

A library of models gives example names to the decorators that write its documentation:
`@auto_docstring(checkpoint="org/name")`. They are listed as documentation, and to read them the
decorators and the imports are enough, without the thousand lines below.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress

from lineage.core.value import dataclass
from lineage.scan.python.index import parse
from lineage.scan.python.lexed import Lexed, lexed
from lineage.scan.python.module import Module
from lineage.scan.python.named import DOCUMENTS
from lineage.scan.python.textual import code_may_name_model, tells
from lineage.scan.services import Services

_TEXT = r'''(?:"""(?:[^"\\]|"(?!""))*"""|"[^"\\\n]*"|'[^'\\\n]*')'''
# A decorator that is given texts by keyword and nothing else.
_DECORATOR = re.compile(
    rf"(?m)@([\w.]+)\([ \t\n]*(?:\w+[ \t]*=[ \t]*{_TEXT}[ \t\n]*(?:,[ \t\n]*)?)+\)"
    r"[ \t]*(?:#[^\n]*)?$"
)
_MARK = "_lineage_documented"
# At the margin of a sum that goes on over several lines the same characters multiply: only a
# decorator has a class or a function below it.
_DECORATES = re.compile(
    rf"\n@{_MARK}(?=\s*\n(?:\s*@[\w.]+(?:\([^()]*\))?[ \t]*\n)*\s*(?:class|def|async)\b)"
)
_IMPORT = re.compile(
    r"(?m)[ \t]*((?:from[ \t]+[\w.]+[ \t]+)?import\b(?:[ \t]*\([^()]*\)|[^()\\;\n]+)$)"
)
_IMPORTS = re.compile(r"i(?<!\w.)mport\b")


@dataclass(frozen=True)
class Apart:
    """A module that was taken apart, and its documentation decorators apart from the rest."""

    whole: Lexed
    rest: Lexed | None = None
    """Without those decorators; None where the module has none, or it is unsure that what looks
    like one is one."""
    spans: tuple[tuple[int, int], ...] = ()
    """Of the decorators, in the text."""


def apart(text: str) -> Apart:
    """Take a module apart."""
    spans = () if "\r" in text else tuple(_spans(text))
    if not spans:
        return Apart(lexed(text))
    starts, ends = (0, *(end for _, end in spans)), (*(start for start, _ in spans), len(text))
    rest = lexed(f"@{_MARK}".join(text[a:b] for a, b in zip(starts, ends, strict=True)))
    marks = rest.code.count(_MARK)
    if not (rest.is_sure and marks == len(_DECORATES.findall(f"\n{rest.code}")) == len(spans)):
        return Apart(lexed(text))
    pieces = [rest, *(lexed(text[start:end]) for start, end in spans)]
    texts = set[str]().union(*(one.texts for one in pieces))
    is_sure = all(one.is_sure for one in pieces)
    code, quoted = "\n".join(one.code for one in pieces), "\0".join(one.quoted for one in pieces)
    return Apart(Lexed(code, texts, is_sure, quoted), rest, spans)


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Where documentation decorators at the margin stand, with a line above them."""
    at = text.find("@", 1)  # which is quicker to find than what stands behind a line's end
    while at > 0:
        found = _DECORATOR.match(text, at) if text[at - 1] == "\n" else None
        if found and DOCUMENTS.search(_last(found[1])):
            yield found.span()
        at = text.find("@", found.end() if found else at + 1)


def documented_part(text: str, file: str, module: Apart, services: Services) -> Module | None:
    """The imports and those decorators, each on its own lines, as a module; None where something
    else could name a model, so that the whole has to be parsed."""
    rest = module.rest
    if rest is None or code_may_name_model(module.whole, services):
        return None
    imports = _imports(rest.code)
    if imports is None or any(tells(one, services) for one in rest.texts):
        return None
    with suppress(SyntaxError):  # the whole has it too, and its own line is told
        return parse(_on_their_lines(text, module.spans, imports), file)
    return None


def _imports(code: str) -> list[str] | None:
    """What is imported; None where something else stands on such a line."""
    found: list[str] = []
    for one in _IMPORTS.finditer(code):
        line = _IMPORT.match(code, code.rfind("\n", 0, one.start()) + 1)
        if line is None:
            return None
        found.append(line[1])
    return found


def _on_their_lines(text: str, spans: Sequence[tuple[int, int]], imports: list[str]) -> str:
    lines = [""] * (text.count("\n") + 2)
    for start, end in spans:
        first = text.count("\n", 0, start)
        decorator = text[start:end].split("\n")
        below = first + len(decorator)
        lines[first : below + 1] = [*decorator, "class _: pass"]
    lines[-1] = "; ".join(" ".join(one.split()) for one in imports)
    return "\n".join(lines)


def _last(name: str) -> str:
    return name.rpartition(".")[2]
