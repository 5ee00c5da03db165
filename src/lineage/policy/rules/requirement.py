"""The model matches a requirement of a pack or of the policy.

Requirements are written in packs and policy files with their status, dates, sources, exceptions and open questions. A finding says
which requirement matches because of which path, and what is open; it says nothing about the law's last word. Findings carry the
id of the requirement and of the way it matched, such as `us-ndaa-fy26-1532/covered-nation`, and a policy sets the level of either
one under `[rules]`.

What to do: show the finding to counsel; a listed exception that applies belongs in a waiver as its `ground`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lineage.core.record import Status
from lineage.graph.edge import Edge
from lineage.policy.axes import Place, places
from lineage.policy.case import Case
from lineage.policy.documents import DOCUMENTS, missing
from lineage.policy.finding import Finding, Level
from lineage.policy.paths import descent, joined, path_evidence
from lineage.policy.requirement import Axis, Match, Requirement
from lineage.policy.rules.interface import Rule, Settings
from lineage.policy.rules.jurisdictions import evidence, says

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
                elif self._is_open(place):
                    yield self._unknown(place)

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
        absent, open_ = missing(self.case, self.match.missing)
        target = self.case.target
        if absent:
            yield self._finding(
                target,
                (target,),
                f"{target} does not show {joined([DOCUMENTS[n][0] for n in absent], limit=20)}.",
                absent,
            )
        if open_:
            text = f"Whether {target} shows {joined([DOCUMENTS[n][0] for n in open_], limit=20)} cannot be told from what was read."
            yield self._finding(target, (target,), text, open_, unknown=True)

    def _takes(self, place: Place) -> bool:
        named = place.developer is not None and place.developer.id in self.match.developers
        where = place.jurisdiction
        inside = where is not None and where in self.match.jurisdictions
        return (
            named
            or inside
            or (where is not None and bool(self.match.outside) and where not in self.match.outside)
        )

    def _is_open(self, place: Place) -> bool:
        """Whether not knowing who this is leaves the match open. An unreadable model is for `unresolved-ancestor` to report."""
        if self.match.unknown == "ignore":
            return False
        if place.axis in (Axis.TRAINER, Axis.PUBLISHER) and not self.match.outside:
            return False  # most trainers on a hub are in no registry; only who must be inside a list has to be known
        node = self.case.graph.nodes.get(place.model)
        if node is not None and not node.status.is_known and node.status is not Status.LOCAL:
            return False
        return place.developer is None or (
            place.jurisdiction is None and bool(self.match.jurisdictions or self.match.outside)
        )

    def _unknown(self, place: Place) -> Finding:
        text = f"{says(self.case, place)[:-1]}, so whether it matches is not known."
        return self._finding(
            place.model, place.path, text, evidence(self.case, place), unknown=True
        )

    def _finding(
        self,
        model: str,
        path: tuple[str, ...],
        because: str,
        lines: tuple[str, ...] | list[str],
        *,
        unknown: bool = False,
    ) -> Finding:
        requirement, match = self.requirement, self.match
        verb = "may match" if unknown else "matches"
        head = f"{self.case.target} {verb} {requirement.id} ({requirement.title}; {requirement.when}): "
        questions = [match.question] if match.question else list(requirement.open_questions[:1])
        tail = "".join(f" Open question: {question}" for question in questions)
        unread = (
            "" if requirement.primary_text_read else " The primary text was not read for this pack."
        )
        return Finding(
            f"{requirement.id}/{match.id}",
            max(self.level, Level.REVIEW, key=lambda v: v.rank) if unknown else self.level,
            model,
            path,
            f"{head}{because}{tail}{unread}",
            (*lines, *(f"{requirement.id}: {source}" for source in requirement.sources)),
            unknown and self.level is Level.FAIL and match.unknown == "inconclusive",
            f"{PACKS_DOC}#{requirement.id}",
        )


def _axis_of(edges: tuple[Edge, ...]) -> Axis:
    """What the model at the end of a chain is to the one at its start: a teacher or part once any step makes it one."""
    if any(not edge.carries_weights for edge in edges):
        return Axis.TEACHER
    return Axis.COMPONENT if any(edge.component is not None for edge in edges) else Axis.FOUNDATION


RULE = Rule(
    id="requirement",
    summary="The model matches a requirement of a pack or of the policy",
    explanation=__doc__,
    check=check,
)
