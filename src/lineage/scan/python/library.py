"""Find the module of the scanned repository that an import means, without importing anything."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath

from lineage.scan.python.module import Imported, Module, parse

_MOST_PARSED = 20_000


class Library:
    """The repository's Python files, parsed when first needed and kept."""

    def __init__(self, files: dict[str, None], read: Callable[[str], str | None]) -> None:
        self._read = read
        self._modules: dict[str, Module | None] = {}
        self._by_name: dict[str, list[str]] = {}
        for file in files:
            path = PurePosixPath(file)
            name = path.parent.name if path.name == "__init__.py" else path.stem
            self._by_name.setdefault(name, []).append(file)

    def module(self, file: str, text: str) -> Module:
        """The parsed module of a file that was read anyway. Raises what `parse` raises."""
        known = self._modules.get(file)
        if known is None:
            known = parse(text, file)
            if len(self._modules) < _MOST_PARSED:
                self._modules[file] = known
        return known

    def find(self, origin: Module, imported: Imported) -> Module | None:
        """The module that `imported` names as seen from `origin`, or
        None where it is not of this repository."""
        for file in self._candidates(origin.file, imported):
            module = self._load(file)
            if module is not None:
                return module
        return None

    def _candidates(self, origin: str, imported: Imported) -> list[str]:
        parts = [p for p in imported.module.split(".") if p]
        if not parts and imported.level == 0:
            return []
        folder = PurePosixPath(origin).parent
        for _ in range(imported.level - 1):
            folder = folder.parent
        last = parts[-1] if parts else folder.name
        tail = "/".join(parts)
        found: list[tuple[int, str]] = []
        for file in self._by_name.get(last, []):
            stem = file.removesuffix(".py").removesuffix("/__init__")
            if imported.level:
                if stem == "/".join(p for p in (folder.as_posix(), tail) if p not in ("", ".")):
                    found.append((0, file))
            elif stem == tail or stem.endswith(f"/{tail}"):
                # The nearest file of that name: beside the importer first, then by length.
                found.append((0 if PurePosixPath(stem).parent == folder else 1 + len(stem), file))
        return [file for _, file in sorted(found)][:3]

    def _load(self, file: str) -> Module | None:
        if file not in self._modules:
            text = self._read(file)
            try:
                self._modules[file] = (
                    parse(text, file)
                    if text is not None and len(self._modules) < _MOST_PARSED
                    else None
                )
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                self._modules[file] = None
        return self._modules[file]
