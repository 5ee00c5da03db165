"""Long tables of models: what a library can do, what somebody measured. A file with more names
under one key than anybody runs is no list of what is used. They are listed and not asked for one
by one, and the table itself stays open: what code takes from it and loads is a use of that code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from lineage.core.use import Certainty, ModelUse, UseKind

_MOST = 500
"""Names under one key that are asked for; as many as are followed from a table to a loader."""
IN_TABLE = "in a long table of models, which were not looked up one by one"


def with_tables(uses: Iterable[ModelUse]) -> Iterator[ModelUse]:
    """The uses of a structured file, those of its long tables in doubt; for each table one place
    that is open, so that none takes a model out of sight."""
    found = list(uses)
    named: dict[str, set[str]] = defaultdict(set)
    for use in found:
        if _is_loose(use):
            named[use.via].add(use.model.casefold())
    told = set[str]()
    for use in found:
        count = len(named.get(use.via, ()))
        if count <= _MOST or not _is_loose(use):
            yield use
            continue
        if use.via not in told:
            told.add(use.via)
            yield replace(
                use,
                kind=UseKind.UNRESOLVED,
                model="",
                reason=IN_TABLE,
                expression=f"{count} models",
                if_found=False,
            )
        yield replace(use, certainty=Certainty.POSSIBLE, reason=IN_TABLE)


def _is_loose(use: ModelUse) -> bool:
    return use.if_found and use.kind is UseKind.HUB and use.certainty is not Certainty.POSSIBLE
