"""Cut a module down to its documentation decorators, where nothing else in it can name a model.

A library of models gives example names to the decorators that write its documentation:
`@auto_docstring(checkpoint="org/name")`. They are listed as documentation, and to read them the
decorators and the imports are enough, without the thousand lines below.
"""

from __future__ import annotations

import re
from contextlib import suppress

from lineage.scan.python.index import parse
from lineage.scan.python.lexed import Lexed, lexed
from lineage.scan.python.module import Module
from lineage.scan.python.named import DOCUMENTS
from lineage.scan.python.textual import code_may_name_model, tells
from lineage.scan.services import Services

_TEXT = r'''(?:"""(?:[^"\\]|"(?!""))*"""|"[^"\\\n]*"|'[^'\\\n]*')'''
# A decorator at the margin that is given texts by keyword and nothing else.
_DECORATOR = re.compile(
    rf"(?m)^@([\w.]+)\([ \t\n]*(?:\w+[ \t]*=[ \t]*{_TEXT}[ \t\n]*(?:,[ \t\n]*)?)+\)"
    r"[ \t]*(?:#[^\n]*)?$"
)
_MARK = "_lineage_documented"
# At the margin of a sum that goes on over several lines the same characters multiply: only a
# decorator has a class or a function below it.
_DECORATES = re.compile(
    rf"(?m)^@{_MARK}\s*\n(?=(?:\s*@[\w.]+(?:\([^()]*\))?[ \t]*\n)*\s*(?:class|def|async)\b)"
)
_IMPORT = re.compile(
    r"(?m)^[ \t]*((?:from[ \t]+[\w.]+[ \t]+)?import\b(?:[ \t]*\([^()]*\)|[^()\\;\n]+)$)"
)
_IMPORTS = re.compile(r"\bimport\b")


def documented_part(text: str, file: str, module: Lexed, services: Services) -> Module | None:
    """The imports and those decorators, each on its own lines, as a module; None where something
    else could name a model, so that the whole has to be parsed."""
    spans = [one.span() for one in _DECORATOR.finditer(text) if DOCUMENTS.search(_last(one[1]))]
    if not spans or "\r" in text or code_may_name_model(module, services):
        return None
    rest = lexed(_DECORATOR.sub(f"@{_MARK}", text))
    imports = _IMPORT.findall(rest.code)
    is_all = (
        rest.is_sure
        and not any(tells(one, services) for one in rest.texts)
        and rest.code.count(_MARK) == len(_DECORATES.findall(rest.code)) == len(spans)
        and len(_IMPORTS.findall(rest.code)) == len(imports)
    )
    if not is_all:
        return None
    with suppress(SyntaxError):  # the whole has it too, and its own line is told
        return parse(_on_their_lines(text, spans, imports), file)
    return None


def _on_their_lines(text: str, spans: list[tuple[int, int]], imports: list[str]) -> str:
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
