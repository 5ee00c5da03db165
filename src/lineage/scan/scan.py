"""Scan a repository: list its files, read each, and gather every use of a model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from lineage.core.elsewhere import parse_elsewhere
from lineage.core.errors import UsageError
from lineage.core.use import Certainty, ModelUse, UseKind
from lineage.scan.answered import without_answered
from lineage.scan.asked_of import with_modelscope
from lineage.scan.files import FileRead, FileReader, Repository, ScanBounds, checksum
from lineage.scan.folders import with_folder
from lineage.scan.kinds import FileKind
from lineage.scan.names import named_elsewhere
from lineage.scan.processes import Readers, readers_of
from lineage.scan.python.flow import Inlet, by_owner
from lineage.scan.python.outputs import ONLY_WRITTEN, takes
from lineage.scan.python.own_words import with_own_words
from lineage.scan.read import text_of
from lineage.scan.result import ScanResult, Unreadable
from lineage.scan.scope import Scope, imported_beside, is_beside
from lineage.scan.services import Services
from lineage.scan.settings import with_settings
from lineage.scan.told_once import sureness, told_once
from lineage.scan.walk import files_of, is_excluded

_MOST_ROUNDS = 10
"""So many functions may hand a name on, one to the next, before one of them loads it."""


def scan(
    path: str | Path,
    *,
    exclude: tuple[str, ...] = (),
    bounds: ScanBounds | None = None,
    services: Callable[[], Services] = Services,
    scope: Scope = Scope.ALL,
    jobs: int = 1,
    parses_all: bool = False,
) -> ScanResult:
    """Find the models that the code below `path` (or in that one file) uses.

    Runs nothing, follows no link out of the folder, leaves no bound. `services` tells which
    addresses, clients and words mean a service that answers for models; it is asked once. Up to
    `jobs` processes read, and what they find is the same as what one finds. `parses_all` does
    without the filter that saves the parsing of modules which name no model.

    Raises UsageError where there is no such folder or file.
    """
    root, limits = Path(path), bounds or ScanBounds()
    if root.is_file():
        alone = Repository(root.parent, (root.name,), services(), limits, parses_all=parses_all)
        return _Scan(alone).run(jobs=1)
    if not root.is_dir():
        raise UsageError(
            f"There is no folder or file {str(path)!r}.",
            "Give the path of a repository, or none for the current folder.",
        )
    listed = files_of(root, exclude=exclude, most=limits.files + 1)
    names = listed.names[: limits.files]
    run = _Scan(Repository(root, names, services(), limits, scope, parses_all, exclude))
    if len(listed.names) > limits.files:
        run.bounds_hit.append(f"more than {limits.files} files: the rest was not read")
    run.unreadable.extend(listed.left_out)
    return run.run(jobs=jobs)


class _Scan:
    """One run over one folder."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self.unreadable: list[Unreadable] = []
        self.bounds_hit: list[str] = []
        self._read: dict[str, FileRead] = {}
        """By the file's name; of each without what is gathered at once."""
        self._inlets: set[Inlet] = set()

    def run(self, *, jobs: int) -> ScanResult:
        with readers_of(self._repository, jobs) as readers:
            found = [*self._each(readers), *self._fillings(readers)]
        root, names = self._repository.root, self._repository.names
        found += self._started()
        started = self._read.keys() - set(names)
        found = list(with_settings(found, (*names, *sorted(started)), partial(text_of, root)))
        found = [self._if_written(use) for use in found]
        found = list(with_modelscope(with_own_words(found, self._inlets)))
        uses = told_once(settled(one for use in found for one in with_folder(use, root)))
        imported = imported_beside(
            {name: one.imports for name, one in self._read.items() if one.imports is not None}
        )
        kept, beside = list[ModelUse](), list[ModelUse]()
        for use in uses:
            is_left_out = is_beside(use.file) and use.file not in imported
            is_kept = self._repository.scope is Scope.ALL or not is_left_out
            (kept if is_kept else beside).append(use)
        kept = without_answered(kept)
        return ScanResult(
            str(self._repository.root),
            tuple(u for u in kept if u.kind is not UseKind.UNRESOLVED),
            tuple(u for u in kept if u.kind is UseKind.UNRESOLVED),
            tuple(sorted(set(self.unreadable))),
            sum(one.is_read for one in self._read.values()),
            tuple(self.bounds_hit),
            tuple(beside),
        )

    def _if_written(self, use: ModelUse) -> ModelUse:
        """A name that its module only writes is possible at most, unless another module takes what
        it stands under."""
        if use.reason != ONLY_WRITTEN or use.certainty is Certainty.POSSIBLE:
            return use
        name = use.via.rpartition(" ")[2]
        words = (name, "getattr", "vars")  # by one of which a module takes it
        sums = frozenset(map(checksum, words))
        others = (file for file, one in self._read.items() if one.words and one.may_hold(sums))
        root = self._repository.root
        read, origin = partial(text_of, root), text_of(root, use.file)
        if any(takes(read(file), name, origin) for file in others if file != use.file):
            named = parse_elsewhere(use.target) if use.target else None
            return replace(use, reason="" if named is None else named_elsewhere(named).reason)
        return replace(use, certainty=Certainty.POSSIBLE)

    def _each(self, readers: Readers) -> Iterator[ModelUse]:
        """What every file shows by itself."""
        most, read = self._repository.bounds.total_bytes, 0
        for name, one in readers.each(self._repository.names):
            yield from self._taken(one)
            self.unreadable.extend(one.unreadable)
            self.bounds_hit.extend(one.bounds_hit)
            self._read[name] = replace(
                one, uses=(), unreadable=(), bounds_hit=(), inlets=frozenset()
            )
            read += one.size
            if read > most:
                self.bounds_hit.append(f"more than {most} bytes: the rest was not read")
                return

    def _started(self) -> Iterator[ModelUse]:
        """What the files show that others run, whatever their names end with."""
        reader, done = FileReader(self._repository), set[tuple[str, FileKind]]()
        for _ in range(_MOST_ROUNDS):
            new = {one for read in self._read.values() for one in read.starts} - done
            for name, kind in sorted(new):
                if not is_excluded(name, self._repository.exclude):
                    one = reader.read(name, kind)
                    yield from self._taken(one)
                    self.unreadable.extend(one.unreadable)
                    self._read.setdefault(name, replace(one, uses=(), inlets=frozenset()))
                    self._read[name] = replace(self._read[name], starts=one.starts)
            done |= new
        reader.close()

    def _taken(self, one: FileRead) -> tuple[ModelUse, ...]:
        self._inlets |= one.inlets
        return one.uses

    def _fillings(self, readers: Readers) -> Iterator[ModelUse]:
        """What modules hand to the parameters and fields that were seen to be loaded, and what is
        handed to those that hand it on."""
        known = set[Inlet]()
        for number in range(_MOST_ROUNDS + 1):
            wanted = by_owner(one for one in self._inlets - known if one.is_followed)
            known |= self._inlets
            if not wanted:
                return
            if number == _MOST_ROUNDS:
                every = (one for inlets in wanted.values() for one in inlets)
                hidden = next((one for one in every if not one.is_data), None)
                reason = f"names are handed on to it through more than {_MOST_ROUNDS} functions"
                if hidden is not None:
                    self.unreadable.append(Unreadable(hidden.file, reason))
                return
            # Who calls an owner names it; who sets a field below its class names the field.
            sums = frozenset(
                checksum(one.parameter if one.is_attribute else one.owner)
                for inlets in wanted.values()
                for one in inlets
            )
            names = tuple(
                name
                for name, one in self._read.items()
                if name.endswith(".py") and one.may_hold(sums)
            )
            # Each round begins with what the one before read last, which is still kept parsed.
            ordered = names if number % 2 else names[::-1]
            for _, one in readers.each(ordered, wanted):
                yield from self._taken(one)
                self.unreadable.extend(one.unreadable)


def settled(uses: Iterable[ModelUse]) -> list[ModelUse]:
    """Sorted, and each model once per line: the surest telling of it."""
    best: dict[tuple[str, int, str, str], ModelUse] = {}
    for use in uses:
        key = (use.file, use.line, str(use.kind), use.model or use.expression)
        known = best.get(key)
        if known is None or _sureness(use) < _sureness(known):
            best[key] = use
    return sorted(best.values(), key=lambda u: u.sort_key)


def _sureness(use: ModelUse) -> tuple[bool, bool, int, int, str]:
    return *sureness(use), use.column, use.via
