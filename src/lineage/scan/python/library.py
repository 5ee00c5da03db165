"""Find the module of the scanned repository that an import means, without importing anything."""

from __future__ import annotations

import gc
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath

from lineage.scan.python.flow import as_module
from lineage.scan.python.index import parse
from lineage.scan.python.module import Imported, Module

_MOST_KEPT = 5_500_000
"""Characters of the modules that are kept parsed: a tree takes about forty times its text."""


@contextmanager
def unhurried_collector() -> Iterator[None]:
    """Do without the collection of garbage: modules that are read no more are released.

    Python's own collector counts new objects: a parsed module is nothing but new objects, and it
    would look through the same trees over and over, for half of all the time a scan takes.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class Library:
    """The repository's Python files, parsed when first needed and kept."""

    def __init__(
        self,
        files: dict[str, None],
        read: Callable[[str], str | None],
        data: Iterable[str] = (),
    ) -> None:
        """`data`: files that modules may read while they run."""
        self._read = read
        self._data: dict[str, list[str]] = {}
        for name in data:
            self._data.setdefault(name.rpartition("/")[2], []).append(name)
        self._modules: OrderedDict[str, tuple[Module | None, int]] = OrderedDict()
        self._kept = 0
        self._retired: list[Module] = []
        self._found: dict[tuple[str, Imported], list[str]] = {}
        """By the folder of a file and what it imports: the files that this may be."""
        self._by_name: dict[str, list[str]] = {}
        for file in files:
            path = PurePosixPath(file)
            name = path.parent.name if path.name == "__init__.py" else path.stem
            self._by_name.setdefault(name, []).append(file)

    def module(self, file: str, text: str) -> Module:
        """The parsed module of a file that was read anyway. Raises what `parse` raises."""
        known = self._modules.get(file)
        if known is not None and known[0] is not None:
            self._modules.move_to_end(file)
            return known[0]
        module = parse(text, file)
        self._keep(file, module, len(text))
        return module

    def __call__(self, origin: Module, imported: Imported) -> Module | None:
        """The module that `imported` names as seen from `origin`, or
        None where it is not of this repository."""
        for file in self._candidates(origin.file, imported):
            module = self._load(file)
            if module is not None:
                return module
        return None

    def file_of(self, origin: Module, imported: Imported) -> str | None:
        """The file of that module, whether or not it can be parsed."""
        return next(iter(self._candidates(origin.file, imported)), None)

    def may_be_own(self, origin: str, imported: Imported) -> bool:
        """Whether `imported`, as seen from a file, may be a module of this repository or of one."""
        both = (imported, as_module(imported))
        return any(self._candidates(origin, one) for one in both)

    def data_of(self, origin: Module, name: str) -> str | None:
        """The text of a file that a module reads by its name or the end of it: beside the module
        where there is one, otherwise the only one of that name."""
        wanted = PurePosixPath(name).as_posix().lstrip("/.")
        folder = PurePosixPath(origin.file).parent
        last = wanted.rpartition("/")[2]
        found = [one for one in self._data.get(last, ()) if f"/{one}".endswith(f"/{wanted}")]
        beside = [one for one in found if one == (folder / wanted).as_posix()] or found
        return self._read(beside[0]) if len(beside) == 1 else None

    def _candidates(self, origin: str, imported: Imported) -> list[str]:
        """The files that an import may mean as seen from one, the likeliest first."""
        folder = origin.rpartition("/")[0]
        known = self._found.get((folder, imported))
        if known is None:
            known = self._found[folder, imported] = self._search(PurePosixPath(folder), imported)
        return known

    def _search(self, folder: PurePosixPath, imported: Imported) -> list[str]:
        parts = [p for p in imported.module.split(".") if p]
        if not parts and imported.level == 0:
            return []
        above = folder
        for _ in range(imported.level - 1):
            above = above.parent
        last = parts[-1] if parts else above.name
        tail = "/".join(parts)
        found: list[tuple[int, str]] = []
        for file in self._by_name.get(last, []):
            stem = file.removesuffix(".py").removesuffix("/__init__")
            if imported.level:
                if stem == "/".join(p for p in (above.as_posix(), tail) if p not in ("", ".")):
                    found.append((0, file))
            elif stem == tail or stem.endswith(f"/{tail}"):
                # The nearest file of that name: beside the importer first, then by length.
                found.append((0 if PurePosixPath(stem).parent == folder else 1 + len(stem), file))
        return [file for _, file in sorted(found)][:3]

    def _load(self, file: str) -> Module | None:
        known = self._modules.get(file)
        if known is not None:
            self._modules.move_to_end(file)
            return known[0]
        text = self._read(file)
        try:
            module = parse(text, file) if text is not None else None
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            module = None
        self._keep(file, module, len(text or ""))
        return module

    def _keep(self, file: str, module: Module | None, size: int) -> None:
        """Keep what was parsed last; what was not used for long is parsed again when needed."""
        self._kept -= self._modules.pop(file, (None, 0))[1]
        self._modules[file] = (module, size)
        self._kept += size
        while self._kept > _MOST_KEPT and len(self._modules) > 1:
            retired, gone = self._modules.popitem(last=False)[1]
            self._kept -= gone
            if retired is not None:
                self._retired.append(retired)

    def clear(self) -> None:
        """Let go of all modules."""
        self._retired.extend(one for one, _ in self._modules.values() if one is not None)
        self._modules.clear()
        self._kept = 0
        self.release()

    def release(self) -> None:
        """Let go of the modules that are kept no more; only between two files, when none of them
        is being read."""
        while self._retired:
            self._retired.pop().release()
