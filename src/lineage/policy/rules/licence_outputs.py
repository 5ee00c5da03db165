"""A teacher's licence withholds its outputs from training other models.

Some licences say that what the model answers is not used to improve other models, but for models
made from the same one. Where a card or a cited source says that a model was distilled from such a
teacher, the clause is shown. It is silent where the student is built on a model under the same
licence, and where the developer or publisher of both is the same.

What to do: read the clause, and ask the publisher by what right the outputs were used.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.core.relation import Grade, Relation
from lineage.evidence.licences import About, Says, shared
from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level
from lineage.policy.paths import along_weights, claim_line, path_to
from lineage.policy.questions import Question
from lineage.policy.rules.interface import Rule, Settings
from lineage.policy.rules.licences import clause_line, is_by_same


def check(case: Case, settings: Settings) -> Iterator[Finding]:
    """One finding for each student and teacher."""
    within = set(along_weights(case.graph))
    for edge in case.graph.edges:
        if (
            edge.relation is not Relation.DISTILLED
            or edge.child not in within
            or edge.grade is Grade.INFERRED
        ):
            continue
        terms = shared(case.licences.get(edge.parent, ()), About.OUTPUTS, Says.WITHHOLDS)
        if terms is None or is_by_same(case, edge.child, edge.parent):
            continue
        if _is_under(case, edge.child, terms.word):
            continue
        message = (
            f"{edge.child} was trained on outputs of {edge.parent}, which declares {terms.word}; "
            f"clause {terms.term.clause} there, in our words: {terms.term.text}"
        )
        path = (*path_to(case.graph, edge.child), edge.parent)
        evidence = (claim_line(edge.claims[0]), clause_line(terms))
        yield settings.finding(edge.parent, path, message, evidence)


def _is_under(case: Case, student: str, licence: str) -> bool:
    """Whether it, or a model whose weights it holds, declares this licence."""
    todo, seen = [student], {student}
    while todo:
        model = todo.pop()
        if any(one.word == licence for one in case.licences.get(model, ())):
            return True
        new = {edge.parent for edge in case.graph.parents(model) if edge.carries_weights} - seen
        seen |= new
        todo += new
    return False


RULE = Rule(
    id="licence-outputs",
    level=Level.INFO,
    questions=frozenset({Question.LICENCE, Question.ORIGIN, Question.TEACHERS}),
    summary="A teacher's licence withholds its outputs from training other models",
    explanation=__doc__,
    check=check,
)
