"""A model's name does not begin as the licence of an ancestor requires.

Some licences ask that the names of models made from the licensed one, or trained with its outputs,
begin with a word. Letter case, hyphens and spaces are not counted, and a name that begins as the
base's own does is as asked. Looked at are models that somebody published and that were trained or
merged on the way; copies in another format, and models of the same developer or publisher as the
base, are not.

What to do: read the clause, and ask the publisher.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lineage.core.relation import Grade, Relation
from lineage.evidence.licences import About, Clause, Says, Term, shared
from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level
from lineage.policy.paths import along_weights, joined, path_evidence, path_to
from lineage.policy.questions import Question
from lineage.policy.rules.interface import Rule, Settings
from lineage.policy.rules.licences import clause_line, is_by_same, is_shown

_MADE = frozenset({Relation.FINETUNE, Relation.ADAPTER, Relation.MERGE})


def check(case: Case, settings: Settings) -> Iterator[Finding]:
    """One finding for each licence that asks, naming every model whose name begins otherwise."""
    found: dict[str, tuple[Clause, dict[str, str]]] = {}
    for child, base, is_taught in _made_from(case):
        asked = shared(case.licences.get(base, ()), About.MODEL_NAME, Says.ASKS)
        if asked is None or (is_taught and not asked.term.of_outputs):
            continue
        if not _is_named(child, base, asked.term) and not is_by_same(case, child, base):
            found.setdefault(asked.word, (asked, {}))[1].setdefault(child, base)
    for word, (asked, models) in found.items():
        term = asked.term
        first, base = next(iter(models.items()))
        path = path_to(case.graph, first)
        others = f" The same goes for {joined(list(models)[1:])}." if len(models) > 1 else ""
        message = (
            f"The name of {first} does not begin with {term.name_begins}, as clause {term.clause} "
            f"of {word} asks, which {base} declares.{others}"
        )
        evidence = (*path_evidence(case, (first, base)), clause_line(asked))
        yield settings.finding(first, path, message, evidence)


def _made_from(case: Case) -> Iterator[tuple[str, str, bool]]:
    """Each published model that was trained or merged, with all that it was made from, and whether
    that is its teacher; the audited model first."""
    nodes = case.graph.nodes
    for child in sorted(along_weights(case.graph), key=lambda model: (nodes[model].depth, model)):
        if not nodes[child].publisher:
            continue
        edges = case.graph.parents(child)
        for edge in edges:
            if edge.relation is Relation.DISTILLED and edge.grade is not Grade.INFERRED:
                yield child, edge.parent, True
        todo = [edge.parent for edge in edges if is_shown(edge) and edge.relation in _MADE]
        seen = {child}
        while todo:
            base = todo.pop(0)
            if base not in seen:
                seen.add(base)
                yield child, base, False
                todo += [edge.parent for edge in case.graph.parents(base) if is_shown(edge)]


def _is_named(child: str, base: str, term: Term) -> bool:
    name, own, begin = (_bare(one) for one in (child, base, term.name_begins))
    place = own.find(begin)
    return name.startswith(begin) or (place > 0 and name.startswith(own[: place + len(begin)]))


def _bare(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.rpartition("/")[2].lower())


RULE = Rule(
    id="licence-model-name",
    level=Level.INFO,
    questions=frozenset({Question.LICENCE, Question.ORIGIN, Question.TEACHERS}),
    summary="A model's name does not begin as the licence of an ancestor requires",
    explanation=__doc__,
    check=check,
)
