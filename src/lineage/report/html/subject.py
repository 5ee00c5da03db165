"""One audited model on the page: its addresses, and what of its graph decides."""

from __future__ import annotations

import itertools
from functools import cached_property

from lineage.core.country import country
from lineage.core.value import dataclass
from lineage.evidence.evidence import Attribution
from lineage.graph.graph import Node
from lineage.report.document import TargetReport
from lineage.report.html.markup import Markup, join, shown, tag
from lineage.report.sentences import deciding
from lineage.report.sentences.people import known_as

MARK = "▲"
"""Before a country that the policy names."""


@dataclass(frozen=True)
class Subject:
    """What every part of the page needs to know of one audited model."""

    target: TargetReport
    number: int
    """Its place on the page, from 1."""
    named: frozenset[str]
    """The jurisdictions that the policy looks for."""

    @cached_property
    def _addresses(self) -> dict[str, str]:
        return {model: f"t{self.number}-m{i}" for i, model in enumerate(self.target.graph.nodes, 1)}

    def anchor(self, model: str) -> str:
        """The id of a model's entry; a number of ours, so that no stranger's text is part of
        one."""
        return self._addresses.get(model, f"t{self.number}")

    def called(self, part: str) -> str:
        """The name of a part of the page for those who listen: no two are called alike."""
        number = f" ({self.number})" if self.number > 1 else ""
        return f"{part}, {shown(self.target.model, 120)}{number}"

    @cached_property
    def paths(self) -> tuple[tuple[str, ...], ...]:
        """The ways from the audited model that its verdict rests on; those to its foundations where
        it passes."""
        found = [one.path for line in deciding(self.target) for one in line.findings]
        ways = found or [one.path for one in self.target.origin.foundations]
        graph = self.target.graph
        return tuple(
            dict.fromkeys(way for way in ways if way and all(model in graph.nodes for model in way))
        )

    @cached_property
    def lit(self) -> frozenset[str]:
        """Models on those ways, the audited one among them."""
        return frozenset({self.target.model, *(model for way in self.paths for model in way)})

    @cached_property
    def lit_steps(self) -> frozenset[tuple[str, str]]:
        """Their steps, as child and parent."""
        return frozenset(step for way in self.paths for step in itertools.pairwise(way))

    def is_named(self, who: Attribution) -> bool:
        """Whether its developer's home is one that the policy looks for."""
        return who.jurisdiction is not None and who.jurisdiction in self.named

    def home(self, who: Attribution) -> str:
        """`▲ China` where the policy names it, else `Germany`."""
        mark = f"{MARK} " if self.is_named(who) else ""
        return f"{mark}{country(who.jurisdiction)}"

    def maker(self, who: Attribution) -> Markup:
        """The developer, and its country marked where the policy names it."""
        if who.developer is None:
            return join("developer unknown")
        home = self.home(who)
        shown = tag("span", home, class_="named") if self.is_named(who) else home
        return join(known_as(who.developer), ", ", shown)

    def role(self, node: Node) -> str:
        """The one word on a box: what the model is in this graph, or why it could not be read."""
        target, origin = self.target, self.target.origin
        if node.id == target.model:
            return "audited model"
        if str(node.status) not in ("resolved", "local"):
            return str(node.status).replace("-", " ")
        if any(f.model == node.id for f in origin.teachers):
            return "teacher"
        is_root = any(f.model == node.id and not f.component for f in origin.foundations)
        return "foundation" if is_root else ""
