"""A long table that many places load from is told at the first of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from lineage.core.use import Certainty, ModelUse

_MOST = 40
"""Models that each place may have, though another one tells them too."""


def sureness(use: ModelUse) -> tuple[bool, bool, int]:
    """What the surest telling of a model has least of."""
    return use.certainty is Certainty.POSSIBLE, use.if_found, use.certainty.rank


def told_once(uses: Iterable[ModelUse]) -> Iterator[ModelUse]:
    """The uses, but of what more than so many models that one place may load were taken from,
    only the surest telling of each: every model is told, and every such place, by its first."""
    found = list(uses)
    at_place = Counter((use.file, use.line) for use in found if use.defined_at)
    told: dict[tuple[str, str, str], tuple[bool, bool, int]] = {}
    for use in found:
        known = told.get(_what(use))
        told[_what(use)] = min(sureness(use), known) if known is not None else sureness(use)
    done, places = set[tuple[str, str, str]](), set[tuple[str, int]]()
    for use in found:
        place, what = (use.file, use.line), _what(use)
        is_many = bool(use.defined_at) and at_place[place] > _MOST
        if is_many and place in places and (what in done or told[what] < sureness(use)):
            continue
        if told[what] == sureness(use):
            done.add(what)
        places.add(place)
        yield use


def _what(use: ModelUse) -> tuple[str, str, str]:
    return use.defined_at, str(use.kind), use.model or use.expression
