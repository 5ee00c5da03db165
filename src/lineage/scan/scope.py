"""Which files stand beside what a project runs: its tests, its documentation, its examples."""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from pathlib import PurePosixPath

from lineage.core.word import Word

_FOLDERS = frozenset({"test", "tests", "__tests__", "doc", "docs", "example", "examples"})
_NAMES = re.compile(
    r"test_.*\.py|.*_test\.(?:py|go)|conftest\.py|.*\.(?:test|spec)\.[cm]?[jt]sx?", re.IGNORECASE
)
_IMPORTS = re.compile(
    r"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import[ \t]*(\([^)]*\)|[^\n#;]*)|import[ \t]+([^\n#;]+))",
    re.MULTILINE,
)


class Scope(Word):
    """What of a repository a check is about."""

    ALL = "all"
    RUNTIME = "runtime"
    """Without tests, documentation and examples, except where the rest imports them."""


def is_beside(file: str) -> bool:
    """Whether a path is one of tests, documentation or examples."""
    *folders, name = file.split("/")
    return bool(_NAMES.fullmatch(name)) or any(part.lower() in _FOLDERS for part in folders)


def imported_words(text: str) -> set[str]:
    """Every part of a name that the imports of a Python module mention."""
    lines = text.replace("\\\n", " ")
    return {
        word for groups in _IMPORTS.findall(lines) for word in re.findall(r"\w+", " ".join(groups))
    }


_MENTIONED = re.compile(r"(?<=/)[\w-]+|[\w-]+(?=\.[A-Za-z]{1,5}\b)")


def mentioned_words(text: str) -> set[str]:
    """The last names, without their ends, of the paths that any other file mentions: modules that
    it imports, scripts that it runs."""
    return set(_MENTIONED.findall(text))


def imported_beside(imports: Mapping[str, AbstractSet[str]]) -> frozenset[str]:
    """The files beside the rest that the rest imports or runs, straight or through one another.

    `imports`: of every file, what `imported_words` or `mentioned_words` found. A file is known by
    its last name alone, so that more is taken to be imported than is, and nothing less.
    """
    beside = {file for file in imports if is_beside(file)}
    words = {word for file in imports.keys() - beside for word in imports[file]}
    reached: set[str] = set()
    while new := {file for file in beside - reached if _last_name(file) in words}:
        reached |= new
        words.update(word for file in new for word in imports[file])
    return frozenset(reached)


def _last_name(file: str) -> str:
    path = PurePosixPath(file)
    return path.parent.name if path.name == "__init__.py" else path.stem
