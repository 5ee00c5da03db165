"""Tell by its text alone what a module imports."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lineage.scan.python.module import Imported

_IMPORT = re.compile(r"import(?!\w)([\s\\]*\([^()]*\)|(?:[^\n;\\]|\\\n?)*)")
_FROM = re.compile(r"(?<!\w)from(?!\w)")
_BETWEEN = re.compile(r"(?:[ \t\f.\w]|\\\n)*")
_BLANK = re.compile(r"[\s\\]+")
_AROUND_DOT = re.compile(r" ?\. ?")
_ALIAS = re.compile(r"\(?\s*([\w.]+)(?:\s+as\s+(\w+))?\s*\)?\Z")

# The calls that `import_later` keeps, and perhaps a few more, and the name that is set to one.
_IMPORTS_LATER = re.compile(r"(?:mport|MPORT|azy|AZY)\w*[\s\\]*\(")
_SET = re.compile(r"(\w+)[\s\\]*=[\s\\]*[\w.\s\\]*\Z")
_FAR = 200


def later_in(code: str) -> Iterator[str]:
    """Each name that a call may import something under; `code` has no comments and no texts."""
    for match in _IMPORTS_LATER.finditer(code):
        bound = _SET.search(code, max(0, match.start() - _FAR), match.start())
        if bound is not None:
            yield bound[1]


def without_imports(code: str) -> str:
    """The code without what its imports import."""
    return _IMPORT.sub("import", code)


def imports_in(code: str) -> Iterator[tuple[str, Imported]]:
    """Each name that an import binds, and what it is; `code` has no comments and no texts."""
    for match in _IMPORT.finditer(code):
        origin = _origin(code, match.start())
        for written in _AROUND_DOT.sub(".", _BLANK.sub(" ", match[1])).split(","):
            alias = _ALIAS.match(written.strip())
            if alias is None:
                continue  # `*`, or nothing behind a last comma
            name, bound = alias.groups()
            if origin is not None:
                module = origin.lstrip(".")
                yield bound or name, Imported(module, name, len(origin) - len(module))
            else:
                first = name.partition(".")[0]
                yield bound or first, Imported(name if bound else first, None, 0)


def _origin(code: str, end: int) -> str | None:
    """What stands between `from` and an `import` that begins at `end`, without blanks."""
    at = code.rfind("from", 0, end)
    while at >= 0 and not _FROM.match(code, at):
        at = code.rfind("from", 0, at)  # a part of another word
    if at < 0 or not _BETWEEN.fullmatch(code, at + 4, end):
        return None
    return _BLANK.sub("", code[at + 4 : end])
