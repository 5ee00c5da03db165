"""Tells a model family by a repo's name alone: a lead, never a finding, and no answer where two
would fit."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from lineage.core.ref import ModelRef

LONGEST_NAME = 96
"""The hub allows no longer one; a longer text is no name and is not matched."""


class FamilyNames:
    """The registry's name patterns. Each holds a literal text; only patterns whose literal occurs
    are ever compiled."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._patterns: list[tuple[str, str, str]] = [tuple(row) for row in document["patterns"]]
        self._developers: dict[str, str] = document["family_developers"]
        self._origins: dict[str, str] = document["family_origins"]
        self._own_only = frozenset(document["own_namespaces_only"])
        self._mirrors = frozenset(document["mirrors"])
        self._owners = document["namespaces"]

    def match(self, repo: str) -> str | None:
        """Registry id of the one family that the name fits, or None."""
        ref = ModelRef(repo)
        if len(ref.name) > LONGEST_NAME:
            return None
        owner = self._owners.get(ref.namespace.casefold())
        spans = {
            key: span for key, span in self._spans(ref.name).items() if self._may_mean(key, owner)
        }
        return self._nearest(spans, owner)

    def _spans(self, name: str) -> dict[str, tuple[int, int]]:
        """Families whose pattern fits, each with where the match starts and minus its length, so
        that the least is the best."""
        folded = name.casefold()
        found: dict[str, tuple[int, int]] = {}
        for key, pattern, literal in self._patterns:
            if literal in folded and (match := _compiled(pattern).search(name)):
                span = (match.start(), -len(match.group()))
                found[key] = min(found.get(key, span), span)
        return found

    def _may_mean(self, key: str, owner: str | None) -> bool:
        """Generic names mean their family only in its developer's own namespaces and in those of
        mirrors."""
        return key not in self._own_only or owner == self._developers[key] or owner in self._mirrors

    def _nearest(self, spans: dict[str, tuple[int, int]], owner: str | None) -> str | None:
        own = {key: span for key, span in spans.items() if self._developers[key] == owner}
        spans = own or spans
        below = {base for key in spans for base in self._bases(key)}
        left = {key: span for key, span in spans.items() if key not in below}
        if len({self._developers[key] for key in left}) != 1:
            return None
        return min(left, key=lambda key: (left[key], key))

    def _bases(self, key: str) -> set[str]:
        """Families that this one derives from, at any distance."""
        seen: set[str] = set()
        base = self._origins.get(key)
        while base in self._developers and base not in seen:
            seen.add(base)
            base = self._origins.get(base)
        return seen


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
