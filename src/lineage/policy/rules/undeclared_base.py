"""A card declares no base model, but other traces name one.

Files that tools write, prose, the registry or a fingerprint name a base model that the card's
metadata does not. Forgetting is common and shows no intent; it means that the declared record alone
would have given a wrong answer.

What to do: ask the publisher to declare the base. Look at the trace, and rely on the traces
meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.core.elsewhere import has_no_cards
from lineage.core.relation import Grade, Relation
from lineage.graph.edge import Edge
from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level
from lineage.policy.paths import along_weights, claim_line, joined, path_to
from lineage.policy.questions import Question
from lineage.policy.rules.interface import Rule, Settings


def check(case: Case, settings: Settings) -> Iterator[Finding]:
    """One finding for each model whose weights went in and whose bases are all known from other
    traces than its card."""
    for model in along_weights(case.graph):
        bases = sorted(
            (e for e in case.graph.parents(model) if e.component is None and e.parent != model),
            key=lambda e: e.sort_key,
        )
        if bases and _is_silent(case, model) and not _is_stated_by_its_maker(case, model, bases):
            evidence = [claim_line(claim) for edge in bases for claim in edge.claims]
            yield settings.finding(
                model, path_to(case.graph, model), _message(case, model, bases), evidence
            )


def _is_silent(case: Case, model: str) -> bool:
    """Whether the card was read and declares nothing: a name that could not be matched is a
    declaration too."""
    node = case.graph.nodes[model]
    if not node.is_card_read or (node.card == "none" and has_no_cards(model)):
        return False
    linked = (claim for edge in case.graph.parents(model) for claim in edge.claims)
    unlinked = (claim for claim in case.graph.unlinked if claim.child == model)
    return not any(
        Grade.DECLARED in (claim.grade, claim.written_as) for claim in (*linked, *unlinked)
    )


def _is_stated_by_its_maker(case: Case, model: str, bases: list[Edge]) -> bool:
    """Whether the base is the same developer's, and cited sources tell of it: nothing is withheld
    from anybody."""
    own = case.attributions[model]
    return own.is_origin_cited and all(
        case.attributions[edge.parent].developer == own.developer for edge in bases
    )


def _message(case: Case, model: str, bases: list[Edge]) -> str:
    grades = joined(sorted({str(edge.grade) for edge in bases}))
    names = joined(sorted({edge.parent for edge in bases}))
    has_none = case.graph.nodes[model].card == "none"
    silent = "has no model card" if has_none else "declares no base model in its card"
    if all(claim.relation is Relation.SAME_WEIGHTS for edge in bases for claim in edge.claims):
        return f"{model} {silent}; its weights are those of {names}, as their digests show."
    return f"{model} {silent}; other traces ({grades}) name {names}."


RULE = Rule(
    id="undeclared-base",
    level=Level.REVIEW,
    questions=frozenset({Question.TRACES}),
    summary="A card declares no base model, but other traces name one",
    explanation=__doc__,
    check=check,
)
