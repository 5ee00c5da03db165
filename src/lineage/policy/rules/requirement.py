"""The model matches a requirement of a pack or of the policy.

Requirements are written in packs and policy files with their status, dates, sources, exceptions and
open questions. A finding says which requirement matches because of which path, and what is open; it
says nothing about the law's last word. Findings carry the id of the requirement and of the way it
matched, such as `us-ndaa-fy26-1532/covered-nation`, and a policy sets the level of either one under
`[rules]`.

What to do: show the finding to counsel; a listed exception that applies belongs in a waiver as its
`ground`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from lineage.core.value import dataclass
from lineage.graph.edge import Edge
from lineage.policy.axes import AxisPlace, places
from lineage.policy.case import Case
from lineage.policy.documents import DOCUMENTS, missing, questions_of
from lineage.policy.finding import Finding, Level
from lineage.policy.paths import descent, joined, path_evidence
from lineage.policy.questions import Inquiry, Question, no_home
from lineage.policy.requirement import Axis, Match, Requirement
from lineage.policy.rules.developers import questions_of as axis_questions
from lineage.policy.rules.interface import Rule, Settings
from lineage.policy.rules.jurisdictions import evidence, may_be_in, says

PACKS_DOC = "https://github.com/lineage-audit/lineage/blob/main/docs/packs.md"


def check(case: Case, settings: Settings) -> Iterator[Finding]:
    """One finding for each way and each path that matches."""
    for requirement in settings.policy.requirements:
        for match in requirement.matches:
            level = settings.policy.match_level(requirement, match)
            if level is not Level.OFF:
                one = _One(case, settings, requirement, match, level)
                yield from one.origins()
                yield from one.ancestors()
                yield from one.relations()
                yield from one.documents()


@dataclass(frozen=True)
class _One:
    """One way of matching one requirement, looked at in one case."""

    case: Case
    settings: Settings
    requirement: Requirement
    match: Match
    level: Level

    def origins(self) -> Iterator[Finding]:
        """Developers and jurisdictions on the axes of the match."""
        if not (self.match.developers or self.match.jurisdictions or self.match.outside):
            return
        for axis in self.match.axes:
            for place in places(self.case, axis):
                if self._takes(place):
                    yield self._finding(
                        place.model, place.path, says(self.case, place), evidence(self.case, place)
                    )

    def ancestors(self) -> Iterator[Finding]:
        """Anything at all underneath, where the match asks for that."""
        if self.match.any_ancestor:
            for model, edges in sorted(self.case.graph.paths().items()):
                if edges and _axis_of(edges) in self.match.axes:
                    path = (self.case.target, *(edge.parent for edge in edges))
                    yield self._finding(
                        model, path, f"{descent(self.case, path)}.", path_evidence(self.case, path)
                    )

    def relations(self) -> Iterator[Finding]:
        """How the audited model was made from its own bases."""
        for edge in self.case.graph.parents(self.case.target):
            if edge.relation in self.match.relations and edge.parent != self.case.target:
                path = (self.case.target, edge.parent)
                text = f"{descent(self.case, path)} (relation: {edge.relation})."
                yield self._finding(edge.parent, path, text, path_evidence(self.case, path))

    def documents(self) -> Iterator[Finding]:
        """What the audited model should show and does not."""
        absent = missing(self.case, self.match.missing)
        target = self.case.target
        if absent:
            yield self._finding(
                target,
                (target,),
                f"{target} does not show {joined([DOCUMENTS[n][0] for n in absent], limit=20)}.",
                absent,
            )

    def _takes(self, place: AxisPlace) -> bool:
        named = place.developer is not None and place.developer.id in self.match.developers
        where = place.jurisdiction
        inside = where is not None and where in self.match.jurisdictions
        return (
            named
            or inside
            or (where is not None and bool(self.match.outside) and where not in self.match.outside)
        )

    def _finding(
        self,
        model: str,
        path: tuple[str, ...],
        because: str,
        lines: tuple[str, ...] | list[str],
    ) -> Finding:
        requirement, match = self.requirement, self.match
        head = f"{because} It matches {requirement.id} ({requirement.title}; {requirement.when})."
        questions = [match.question] if match.question else list(requirement.open_questions[:1])
        tail = "".join(f" Open question: {question}" for question in questions)
        unread = (
            "" if requirement.primary_text_read else " The primary text was not read for this pack."
        )
        return Finding(
            f"{requirement.id}/{match.id}",
            self.level,
            model,
            path,
            f"{head}{tail}{unread}",
            (*lines, *(f"{requirement.id}: {source}" for source in requirement.sources)),
            help_url=f"{PACKS_DOC}#{requirement.id}",
        )


def _axis_of(edges: tuple[Edge, ...]) -> Axis:
    """What the model at the end of a chain is to the one at its start: a teacher or part once any
    step makes it one."""
    if any(not edge.carries_weights for edge in edges):
        return Axis.TEACHER
    return Axis.COMPONENT if any(edge.component is not None for edge in edges) else Axis.FOUNDATION


def asks(settings: Settings) -> Iterator[Inquiry]:
    """What each way of matching depends on, at its own level."""
    for requirement in settings.policy.requirements:
        for match in requirement.matches:
            level = settings.policy.match_level(requirement, match)
            level = max(level, _UNKNOWN.get(match.unknown, level), key=lambda one: one.rank)
            if level is not Level.OFF:
                yield Inquiry(
                    f"{requirement.id}/{match.id}",
                    level,
                    _questions(match),
                    _homes(match),
                    # Who must be inside a list has to be known; most trainers on a hub are in no
                    # registry.
                    needs_every_trainer=bool(match.outside),
                )


# A policy may make an open answer milder than the match, never more serious.
_UNKNOWN = {"review": Level.REVIEW, "ignore": Level.OFF}


def _questions(match: Match) -> frozenset[Question]:
    asked = questions_of(match.missing)
    if match.asks_origin:
        asked |= axis_questions(match.axes)
    return asked | (frozenset({Question.ORIGIN}) if match.relations else frozenset())


def _homes(match: Match) -> Callable[[Sequence[str]], bool]:
    """Whether a home that is unknown, or disputed between some places, may make the match."""
    if match.outside:
        return lambda candidates: not candidates or not set(candidates) <= set(match.outside)
    if match.jurisdictions:
        return may_be_in(frozenset(match.jurisdictions))
    return no_home


RULE = Rule(
    id="requirement",
    level=Level.FAIL,
    questions=frozenset(),
    summary="The model matches a requirement of a pack or of the policy",
    explanation=__doc__,
    check=check,
    inquiries=asks,
)
