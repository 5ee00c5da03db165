"""A model is signed by somebody who is not shown to be its publisher.

A good signature says who signed the files, never who developed the model. This rule speaks where
the policy names who signs for the publisher (`signers`) and somebody else did, or nobody who is
known; and, where the policy is silent, where an account of Sigstore signed whose name is none of
the publisher's. An account of the same name is taken as no contradiction, though a name shows
little: name the real one in the policy. Where the policy is silent, an unknown key identifies
nobody, and is not spoken of.

What to do: ask the publisher who signs its models, and name that signer in the policy.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level
from lineage.policy.paths import path_to
from lineage.policy.rules.interface import Rule, Settings


def check(case: Case, settings: Settings) -> Iterator[Finding]:
    """One finding for each signature of another than the publisher."""
    for one in case.signatures:
        if one.signs_for_publisher is not False:
            continue
        publisher = case.graph.nodes[one.model].publisher
        shown = f"by {one.signer}" if one.signer else "by an unknown key"
        if one.signer and not one.is_signer_shown:
            shown = f"by an unknown {one.signer}"
        message = (
            f"{one.model} is signed {shown}; nothing shows that this is its publisher {publisher}."
        )
        yield settings.finding(one.model, path_to(case.graph, one.model), message, (one.file,))


RULE = Rule(
    id="signer-not-publisher",
    level=Level.WARN,
    questions=frozenset(),
    summary="A model is signed by somebody who is not shown to be its publisher",
    sentence="{subject} is signed by somebody who is not shown to be its publisher.",
    explanation=__doc__,
    check=check,
)
