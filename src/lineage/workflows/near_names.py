"""Names that a target which nobody knows may be a slip for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from lineage.core.errors import CannotRunError, LineageError
from lineage.core.record import Cause, Status
from lineage.core.ref import is_repo_id
from lineage.evidence.near_names import near_names
from lineage.graph.graph import LineageGraph, Node

if TYPE_CHECKING:
    from lineage.sources.hub.source import HubSource
    from lineage.sources.snapshot.source import SnapshotSource

_ROWS = 300
"""Models that the one call asks for, those of most downloads first."""


class NearNames:
    """One run's suggestions: from the offline data, which cost nothing; else from one search of
    the Hub, made once in a run and only for a target that the Hub does not show."""

    def __init__(
        self,
        snapshot: SnapshotSource,
        hub: HubSource | None,
        is_owner: Callable[[str], bool],
    ) -> None:
        self._snapshot = snapshot
        self._hub = hub
        self._is_owner = is_owner
        self._lock = threading.Lock()
        self._has_searched = False

    def of(self, node: Node) -> tuple[str, ...]:
        """Those of a target that was not found."""
        is_missing = node.status is Status.NOT_FOUND and self._hub is not None
        if not (is_missing or node.cause is Cause.NOT_STORED):
            return ()
        return self._stored(node.id) or (self._searched(node.id) if is_missing else ())

    def _stored(self, name: str) -> tuple[str, ...]:
        try:
            near = self._snapshot.near_names(name)
        except LineageError:  # what is wrong with the offline data is reported where it answers
            return ()
        return _others(name, near)

    def _searched(self, name: str) -> tuple[str, ...]:
        """Of a known owner its models, else whatever is called so under any owner."""
        hub = self._hub
        with self._lock:
            if self._has_searched or hub is None:
                return ()
            self._has_searched = True
        owner, slash, own = name.rpartition("/")
        is_known = bool(slash) and self._is_owner(owner)
        pages = hub.list_pages(
            author=owner if is_known else None,
            search=None if is_known else own,
            sort="downloads",
            ascending=False,
            page_size=_ROWS,
            patient=False,
        )
        try:
            page = next(pages, None)
        except CannotRunError:  # the plain error stands without a suggestion
            return ()
        found = [record.id for record in page.records] if page else []
        return _others(name, near_names(name, filter(is_repo_id, found)))


def with_near_names(graph: LineageGraph, near: Sequence[str]) -> LineageGraph:
    """The graph, with the near names behind the reason why its target was not found."""
    if not near:
        return graph
    node = graph.nodes[graph.target]
    reason = f"{node.reason} (did you mean {' or '.join(near)}?)"
    return replace(graph, nodes={**graph.nodes, node.id: replace(node, reason=reason)})


def _others(name: str, near: Iterable[str]) -> tuple[str, ...]:
    return tuple(one for one in near if one.casefold() != name.casefold())
