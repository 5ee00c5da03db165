"""Searches a live hub for what is built on a model, level by level,
through its list of models with a given base."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

from lineage.claims.card.hub_tree import HubTags
from lineage.core.errors import CannotRunError, DataError
from lineage.core.record import ModelRecord
from lineage.core.ref import ModelRef, is_repo_id
from lineage.core.relation import Grade, Relation
from lineage.core.value import dataclass
from lineage.graph.descendants import Below, Descent, assembled
from lineage.sources.interface import Source

_FORMAT = "lineage-descendants/1"


class ListedPage(Protocol):
    """One page of a list."""

    @property
    def records(self) -> tuple[ModelRecord, ...]:
        """Its models."""


class ListingSource(Source, Protocol):
    """A hub that lists models by a filter."""

    @property
    def endpoint(self) -> str:
        """The hub's address."""

    def list_pages(self, *, filters: str) -> Iterator[ListedPage]:
        """Pages of the models with a tag."""


@dataclass(frozen=True)
class Reach:
    """How far a search goes; each bound that is hit is reported."""

    max_depth: int = 20
    max_models: int = 20_000
    max_calls: int = 400
    """List calls; each model found costs at least one, as it may have children of its own."""
    workers: int = 8


Row = tuple[str, int | None, str, tuple[tuple[str, str], ...]]
"""A child as listed: id, downloads, day, and (parent, relation) of each tag."""


def descend(
    target: ModelRef,
    hub: ListingSource,
    reach: Reach | None = None,
    *,
    journal: Path | None = None,
    on_step: Callable[[int, int, str], None] | None = None,
) -> Descent:
    """Everything that the hub links below `target`.

    A journal keeps every finished list; a rerun asks only for the rest.

    A model that names its base in other letter case, or an old name of it, is
    not in the hub's list; an index finds those too.
    """
    record = hub.fetch(target)
    if not record.status.is_known:
        raise CannotRunError(
            f"{target.id} could not be looked up: {record.reason}.",
            "An index answers also for models that are gone: --index FILE.",
        )
    with _Journal(journal, record.id, hub.endpoint) as lists:
        return _Search(record.id, hub, reach or Reach(), lists, on_step).run()


class _Search:
    """One search. Only the calling thread touches its state; the pool runs single lists."""

    def __init__(
        self,
        target: str,
        hub: ListingSource,
        reach: Reach,
        journal: _Journal,
        on_step: Callable[[int, int, str], None] | None,
    ) -> None:
        self._target = target
        self._hub = hub
        self._reach = reach
        self._journal = journal
        self._on_step = on_step
        self._found: dict[str, Row] = {}
        self._calls = 0
        self._hit: list[str] = []

    def run(self) -> Descent:
        level, depth = [self._target], 0
        with ThreadPoolExecutor(self._reach.workers, thread_name_prefix="lineage") as pool:
            while level and not self._hit:
                if depth == self._reach.max_depth:
                    self._hit.append(
                        f"The search stopped at depth {depth}; {len(level)} models there were not "
                        "asked about."
                    )
                    break
                level = self._next(level, pool)
                depth += 1
        edges = (
            Below(row[0], parent, Relation(word), Grade.DECLARED)
            for row in self._found.values()
            for parent, word in row[3]
        )
        facts = {row[0]: (row[1], row[2]) for row in self._found.values()}
        note = (
            f"As {self._hub.endpoint} links them now; it does not link models that name their base "
            "in other letter case."
        )
        return assembled(
            self._target,
            edges,
            facts,
            source="hub",
            note=note,
            bounds_hit=self._hit,
            calls=self._calls,
        )

    def _next(self, level: list[str], pool: ThreadPoolExecutor) -> list[str]:
        """List the children of a level, the most used first; what
        is found there is the next level."""
        level = sorted(
            level,
            key=lambda model: (-(self._found[model][1] or 0) if model in self._found else 0, model),
        )
        todo = [model for model in level if model not in self._journal.lists]
        room = self._reach.max_calls - self._calls
        if len(todo) > room:
            self._hit.append(
                f"The search stopped after {self._reach.max_calls} calls; {len(todo) - room} "
                "models were not asked about."
            )
            todo = todo[:room]
        for model, listed in zip(todo, pool.map(self._list, todo), strict=True):
            rows, calls = listed
            self._calls += calls
            self._journal.keep(model, rows)
            if self._on_step:
                self._on_step(len(self._found), self._calls, model)
        fresh = {
            row[0]: row
            for model in level
            for row in self._journal.lists.get(model, ())
            if row[0] != self._target
        }
        fresh = {name: row for name, row in fresh.items() if name not in self._found}
        room = self._reach.max_models - len(self._found)
        if len(fresh) > room:
            self._hit.append(
                f"The search stopped at {self._reach.max_models} models; at least "
                f"{len(fresh) - room} more are there."
            )
            fresh = dict(list(fresh.items())[:room])
        self._found |= fresh
        return list(fresh)

    def _list(self, model: str) -> tuple[list[Row], int]:
        rows: list[Row] = []
        calls = 0
        for page in self._hub.list_pages(filters=f"base_model:{model}"):
            calls += 1
            rows += [_row(record) for record in page.records]
            if len(rows) > self._reach.max_models:
                break
        return rows, calls


def _row(record: ModelRecord) -> Row:
    claims = HubTags().read(record, {}).claims
    parents = {claim.parent: str(claim.relation) for claim in claims if claim.parent}
    return (
        record.id,
        record.downloads,
        (record.created_at or "")[:10],
        tuple(sorted(parents.items())),
    )


class _Journal:
    """Finished lists, one line each, written as they come;
    without a path they are kept in memory only."""

    def __init__(self, path: Path | None, target: str, endpoint: str) -> None:
        self._path = path
        self._head = {"schema": _FORMAT, "target": target, "endpoint": endpoint}
        self.lists: dict[str, Sequence[Row]] = {}
        self._file: Any = None

    def __enter__(self) -> _Journal:
        if self._path is not None:
            try:
                self._load(self._path)
                self._file = self._path.open("a", encoding="utf-8")
            except OSError as problem:
                raise CannotRunError(
                    f"The journal {self._path} cannot be used: {problem.strerror}.",
                    "Choose another --journal.",
                ) from problem
            if not self._file.tell():
                self._write(self._head)
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def keep(self, model: str, rows: Sequence[Row]) -> None:
        """A list is kept whole or not at all."""
        self.lists[model] = rows
        self._write({"of": model, "rows": rows})

    def _write(self, line: Any) -> None:
        if self._file is not None:
            self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
            self._file.flush()

    def _load(self, path: Path) -> None:
        if not path.exists() or not path.stat().st_size:
            return
        whole, _, torn = path.read_text(encoding="utf-8").rpartition("\n")
        head, *lines = whole.split("\n")
        try:
            if json.loads(head) != self._head:
                raise DataError(
                    f"The journal {path} is of another search.",
                    "Choose another --journal, or remove it.",
                )
            for line in lines:
                entry = json.loads(line)
                self.lists[entry["of"]] = [_read_row(row) for row in entry["rows"]]
        except (ValueError, KeyError, TypeError, IndexError) as problem:
            raise DataError(
                f"The journal {path} cannot be read: {problem}.", "Remove it to start again."
            ) from problem
        if torn:  # the line that a kill cut off
            path.write_text(whole + "\n", encoding="utf-8")


def _read_row(row: Any) -> Row:
    name, downloads, day, parents = row
    if not is_repo_id(name) or not (downloads is None or isinstance(downloads, int)):
        raise ValueError(f"{str(name)[:80]!r} is not a row")
    return (
        name,
        downloads,
        str(day),
        tuple((str(parent), str(Relation(word))) for parent, word in parents),
    )
