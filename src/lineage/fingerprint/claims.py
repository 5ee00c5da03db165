"""What a comparison of weights adds to the lineage: inferred claims, and sentences for findings."""

from __future__ import annotations

from lineage.core.claim import Claim
from lineage.core.relation import Grade, Relation
from lineage.fingerprint.verdict import (
    Declared,
    MatchKind,
    WeightsVerdict,
    statement,
)

CLAIM_SOURCE = "weights fingerprint"
# How sure one may be that the two share weights, from the benchmark's false
# positives (none) and the strength of the class.
CONFIDENCE = {
    MatchKind.IDENTICAL: 0.99,
    MatchKind.DERIVED_OR_PARENT: 0.95,
    MatchKind.MIXTURE: 0.8,
    MatchKind.SHARED_ANCESTRY: 0.7,
}


def to_claims(verdict: WeightsVerdict) -> tuple[Claim, ...]:
    """Inferred claims, one for each candidate that shares weights.

    Its direction is the candidate's standing as a base, not measured.

    Where the class is weaker than shared ancestry there is no claim.
    """
    if not verdict.kind.is_match:
        return ()
    claims = []
    for match in verdict.matches:
        group = match.comparison.strongest
        place = f"{group.name}, r={group.r:.3f}, log10 p={group.log10_p:.0f}" if group else "sha256"
        confidence = min(CONFIDENCE.get(match.kind, 0.0), CONFIDENCE[verdict.kind])
        claims.append(
            Claim(
                child=verdict.model,
                value=match.repo,
                parent=match.repo,
                relation=Relation.UNKNOWN,
                grade=Grade.INFERRED,
                source=CLAIM_SOURCE,
                file=verdict.files[0][0] if verdict.files else "weights",
                location=place,
                excerpt=statement(match.kind, verdict.model, match.repo, match.comparison)[:200],
                confidence=confidence,
            )
        )
    return tuple(claim for claim in claims if claim.confidence)


def contradiction(verdict: WeightsVerdict) -> str | None:
    """The sentence for a finding where the weights contradict the declared
    base; None where they do or nothing is known."""
    return verdict.declared_reason if verdict.declared_vs_found is Declared.CONTRADICTS else None


def undeclared(verdict: WeightsVerdict) -> str | None:
    """The sentence for a finding where the weights show a base and none is declared."""
    return (
        verdict.statement
        if verdict.declared_vs_found is Declared.UNDECLARED and verdict.kind.is_match
        else None
    )
