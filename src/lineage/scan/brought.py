"""What other files of the repository set for one that imports them, in languages without a parser
here: constants of a JavaScript module, of a Go package, of a class in a file of its name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from pathlib import PurePosixPath
from posixpath import normpath

from lineage.scan.joined import Constants, constants_of

_MODULE = re.compile(
    r"\b(?:from|require\(|import\(|import)\s{0,5}[\"'](\.{1,2}/[\w./@-]{1,200})[\"']"
)
_ENDS = ("", ".ts", ".js", ".mjs", ".tsx", ".jsx", ".cjs", ".mts", ".cts", ".json")
_SCRIPTS = frozenset(_ENDS[1:-1]) | {".svelte", ".vue", ".astro"}
_OWNED = re.compile(r"(?<![\w.])([A-Z]\w{2,60})(?:\.|::)[A-Za-z_]")
_NAMED_AFTER_CLASS = frozenset({".java", ".kt", ".cs", ".scala", ".swift", ".dart", ".php"})
# A call or a key that is given a model by a name, or by a text with one in it.
_GIVEN = re.compile(
    r"[pPmMrRdDlLeE](?i:(?<=p)ipeline|(?<=p)retrained|(?<=m)odel|(?<=r)epo|(?<=d)ownload|(?<=l)lm"
    r"|(?<=e)mbed)\w{0,20}[\"'\]]?\s{0,5}"
    r"(?:\(|=>|:=|[:=])[^;{}\n]{0,200}?(?:\$\{|[A-Za-z_$][\w$]*\s*(?:[,)+;}]|\n))"
)
_KINDS = _SCRIPTS | _NAMED_AFTER_CLASS | {".go", ".json"}
_MOST = 30
_MOST_KEPT = 200
_LONGEST = 400_000


class Brought:
    """The constants of one repository's files, for the files that take from them."""

    def __init__(self, names: Iterable[str], read: Callable[[str], str | None]) -> None:
        self._read = read
        self._names = frozenset(n for n in names if PurePosixPath(n).suffix in _KINDS)
        self._known: dict[str, Constants] = {}

    @cached_property
    def _by_folder(self) -> dict[str, list[str]]:
        return self._grouped(lambda name: str(PurePosixPath(name).parent))

    @cached_property
    def _by_last(self) -> dict[str, list[str]]:
        return self._grouped(lambda name: PurePosixPath(name).name)

    def _grouped(self, key: Callable[[str], str]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name in sorted(self._names):
            found.setdefault(key(name), []).append(name)
        return found

    def to(self, code: str, file: str) -> Constants | None:
        """The constants of the files that `code` takes from; None where it asks for none."""
        if len(code) > _LONGEST or not _GIVEN.search(code):
            return None
        found = Constants({}, {})
        for name in dict.fromkeys(self._sources(code, file)):
            own = self._of(name)
            found.names.update(own.names)
            found.members.update(own.members)
        return found if found.names or found.members else None

    def _of(self, name: str) -> Constants:
        known = self._known.get(name)
        if known is None:
            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
            text = self._read(name) or ""
            known = constants_of(text if len(text) <= _LONGEST else "")
            self._known[name] = known
        return known

    def _sources(self, code: str, file: str) -> Iterator[str]:
        path = PurePosixPath(file)
        if path.suffix in _SCRIPTS:
            for match in list(_MODULE.finditer(code))[:_MOST]:
                at = normpath(str(path.parent / match[1]))
                stem = re.sub(r"\.[cm]?js\Z", "", at)
                tries = (one + end for one in (at, stem, f"{at}/index") for end in _ENDS)
                yield from [one for one in tries if one in self._names][:1]
        elif path.suffix == ".go":
            beside = self._by_folder.get(str(path.parent), [])
            yield from [one for one in beside if one != file and one.endswith(".go")][:_MOST]
        elif path.suffix in _NAMED_AFTER_CLASS:
            for owner in sorted(set(_OWNED.findall(code)))[:_MOST]:
                yield from self._by_last.get(f"{owner}{path.suffix}", [])[:1]
