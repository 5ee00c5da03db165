"""The audited model as the sources of open points see it: its lines, and the questions that each
model leaves open."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from lineage.core.record import Status
from lineage.core.relation import Grade
from lineage.core.value import dataclass
from lineage.evidence.evidence import Attribution
from lineage.policy.case import Case
from lineage.policy.open_points.point import Gap, OpenPoint
from lineage.policy.paths import (
    is_whole,
    path_to,
)
from lineage.policy.policy import Policy
from lineage.policy.questions import Question

LINEAGE = frozenset({Question.ORIGIN, Question.TRAINERS, Question.TEACHERS, Question.TESTS})
WHOLE = LINEAGE | {Question.TRACES, Question.LICENCE}
SHOWN = LINEAGE | {Question.TRACES}
"""What cited sources answer for the very repository whose origin they tell."""
UNREAD_CODE = LINEAGE
"""What a file of code that was not read leaves open: whatever may be asked of a model that it
names."""
TARGET = frozenset({Question.DOCUMENTS, Question.NAMES})


@dataclass(frozen=True)
class Subject:
    """One case under one policy, with the lines of its graph worked out once."""

    case: Case
    policy: Policy

    @cached_property
    def whole(self) -> set[str]:
        """The audited model and everything whose whole weights reach it."""
        return self.case.graph.weight_ancestors(self.case.target) | {self.case.target}

    @cached_property
    def parts(self) -> set[str]:
        """Everything of which only a part reaches it."""
        routes = self.case.graph.routes(lambda edge: edge.carries_weights)
        return set(routes) - self.whole

    @cached_property
    def teachers(self) -> set[str]:
        """Direct teachers of the audited model and of everything whose weights are in it."""
        graph = self.case.graph
        taught = {e.parent for m in self.whole for e in graph.parents(m) if not e.carries_weights}
        return taught - self.whole - self.parts

    @cached_property
    def copy_line(self) -> set[str]:
        """The audited model, and whatever it may be a mere copy of: each step copies, or does not
        say what was done."""
        graph = self.case.graph
        line, todo = {self.case.target}, [self.case.target]
        while todo:
            for edge in graph.parents(todo.pop()):
                if is_whole(edge) and edge.relation.may_copy and edge.parent not in line:
                    line.add(edge.parent)
                    todo.append(edge.parent)
        return line

    def questions(self, model: str) -> frozenset[Question]:
        """What stays open when nothing is known of this model."""
        if model in self.whole:
            return WHOLE | (TARGET if model == self.case.target else frozenset())
        if model in self.parts:
            return frozenset({Question.ORIGIN, Question.TRACES, Question.LICENCE})
        attribution = self.case.attributions.get(model)
        if model in self.teachers and (attribution is None or attribution.developer is None):
            return frozenset({Question.TEACHERS, Question.TESTS})
        return frozenset()

    def is_cited(self, model: str) -> bool:
        """Whether cited sources tell what this very model's weights started from: it speaks for
        itself, even unread."""
        attribution = self.case.attributions.get(model)
        if attribution is None:
            return False
        return attribution.is_origin_cited or self._is_declared_by_maker(model, attribution)

    def _is_declared_by_maker(self, model: str, attribution: Attribution) -> bool:
        """Whether a gated repository of a registered developer declares, in public, bases of that
        same developer.

        It is the maker's own statement of its own line, as a citation of its card would be; only
        its files are withheld.
        """
        graph = self.case.graph
        edges = [edge for edge in graph.parents(model) if is_whole(edge) and edge.parent != model]
        return (
            graph.nodes[model].status is Status.GATED
            and attribution.developer is not None
            and attribution.basis in ("namespace", "family")
            and any(edge.grade is Grade.DECLARED for edge in edges)
            and all(
                self.case.attributions[edge.parent].developer == attribution.developer
                for edge in edges
            )
        )

    def point(
        self,
        gap: Gap,
        model: str,
        questions: frozenset[Question],
        message: str,
        evidence: tuple[str, ...] = (),
        closes: str = "",
        *,
        path: tuple[str, ...] | None = None,
        homes: tuple[str, ...] = (),
        is_news: bool = True,
    ) -> Iterator[OpenPoint]:
        """The point, unless it leaves nothing open."""
        if questions:
            way = path or path_to(self.case.graph, model)
            on_line = model in self.copy_line
            yield OpenPoint(
                gap, model, way, questions, message, evidence, closes, homes, is_news, on_line
            )
