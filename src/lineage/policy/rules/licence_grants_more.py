"""A declared licence grants what the licence of an ancestor does not.

Some licences say that a clause holds for models made from the licensed one too: non-commercial
purposes only, uses that stay forbidden, the same licence again. Where a card declares a licence
whose text grants just that, both texts are shown with the clause. It is silent where the developer
or publisher of both is the same, where a licence has no record of what its text says, and where one
of several declared licences says otherwise. Whether the clause binds anybody is not for this tool
to say.

What to do: read both clauses, and ask the publisher which terms hold.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.evidence.licences import About, Clause, Declared, Says, shared
from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level
from lineage.policy.paths import path_evidence
from lineage.policy.questions import Question
from lineage.policy.rules.interface import Rule, Settings
from lineage.policy.rules.licences import clause_line, is_by_same, is_shown


def check(case: Case, settings: Settings) -> Iterator[Finding]:
    """One finding for each clause and the model that first declares otherwise above it."""
    seen = set()
    routes = case.graph.routes(is_shown)
    for base in sorted(routes, key=lambda model: (len(routes[model]), model)):
        path = (case.target, *(edge.parent for edge in routes[base]))
        for asked in _carried(case.licences.get(base, ())):
            child, grant = _grant(case, path, asked)
            if grant is None or is_by_same(case, child, base):
                continue
            key = (child, asked.term.about, asked.word)
            if key not in seen:
                seen.add(key)
                way = path[: path.index(child) + 1]
                evidence = (*path_evidence(case, path), clause_line(grant), clause_line(asked))
                yield settings.finding(child, way, _message(child, grant, base, asked), evidence)


def _carried(licences: tuple[Declared, ...]) -> Iterator[Clause]:
    for about in About:
        for says in (Says.ASKS, Says.WITHHOLDS):
            found = shared(licences, about, says)
            if found and found.term.is_carried:
                yield found


def _grant(case: Case, path: tuple[str, ...], asked: Clause) -> tuple[str, Clause | None]:
    """The model nearest to the end of the path whose licence grants what is asked otherwise
    there."""
    for child in reversed(path[:-1]):
        grant = shared(case.licences.get(child, ()), asked.term.about, Says.GRANTS)
        if grant:
            return child, grant
    return case.target, None


def _message(child: str, grant: Clause, base: str, asked: Clause) -> str:
    return (
        f"{child} declares {grant.word}, which grants {grant.term.about.words} (clause "
        f"{grant.term.clause}), and is built on {base}, which declares {asked.word}; clause "
        f"{asked.term.clause} there, in our words: {asked.term.text}"
    )


RULE = Rule(
    id="licence-grants-more",
    level=Level.INFO,
    questions=frozenset({Question.LICENCE, Question.ORIGIN}),
    summary="A declared licence grants what the licence of an ancestor does not",
    explanation=__doc__,
    check=check,
)
