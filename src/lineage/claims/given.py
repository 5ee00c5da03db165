"""Hands in claims that were made elsewhere: by another tool, or by a comparison of weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from lineage.claims.interface import Reading, ReadsNoFile
from lineage.core.claim import Claim
from lineage.core.record import ModelRecord


class GivenClaims(ReadsNoFile):
    """Hands claims that were made elsewhere to a walk: what the weights say, or what another tool
    found."""

    def __init__(self, name: str, claims: Sequence[Claim]) -> None:
        self.name = name
        self._claims = tuple(claims)

    def __bool__(self) -> bool:
        """Whether there is any claim."""
        return bool(self._claims)

    def read(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Reading:
        """The claims about this model, under whichever of its names they were made."""
        names = {name.casefold() for name in (record.id, record.requested, *record.redirected_from)}
        return Reading(
            tuple(
                replace(claim, child=record.id)
                for claim in self._claims
                if claim.child.casefold() in names
            )
        )
