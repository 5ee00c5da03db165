"""A model's signature is not valid, or its files are not what was signed.

A repository may carry a signature of its files (`model.sig`, as OpenSSF's `model_signing` writes
it). This rule speaks where a listed file has another digest, is missing, or lies there unsigned,
and where the signature itself cannot be right. Weights and code ask for a review; a card that was
edited after signing is a warning. A repository without a signature is not spoken of.

What to do: ask the publisher whether files were changed after signing, and take those that were
signed.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.evidence.signature import SignatureState
from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level
from lineage.policy.paths import path_to
from lineage.policy.rules.interface import Rule, Settings


def check(case: Case, settings: Settings) -> Iterator[Finding]:
    """One finding for each broken signature of the lineage."""
    for one in case.signatures:
        if one.state is SignatureState.BROKEN:
            only_describes = bool(one.differing) and not one.touches_weights
            level = settings.level
            if only_describes and level.rank < Level.WARN.rank:
                level = Level.WARN
            message = f"The signature {one.file} of {one.model} does not fit: {one.reason}."
            path = path_to(case.graph, one.model)
            yield settings.finding(one.model, path, message, one.differing, level=level)


RULE = Rule(
    id="broken-signature",
    level=Level.REVIEW,
    questions=frozenset(),
    summary="A model's signature is not valid, or its files are not what was signed",
    sentence="{subject} has a signature that is not valid.",
    explanation=__doc__,
    check=check,
)
