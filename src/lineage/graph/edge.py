"""One edge of the lineage graph: child to parent, with every claim that says so."""

from __future__ import annotations

from lineage.core.claim import Claim
from lineage.core.relation import Grade, Relation
from lineage.core.value import dataclass


@dataclass(frozen=True)
class Edge:
    """Child to parent, with every claim that says so."""

    child: str
    parent: str
    relation: Relation
    component: str | None
    claims: tuple[Claim, ...]
    """Never empty; strongest grade first."""

    @property
    def grade(self) -> Grade:
        """That of the strongest claim."""
        return self.claims[0].grade

    @property
    def carries_weights(self) -> bool:
        """False for a teacher: its outputs, not its weights, went into the child."""
        return self.relation.carries_weights

    @property
    def is_whole(self) -> bool:
        """Whether the parent's weights as a whole went in:
        neither a teacher nor a mere component."""
        return self.carries_weights and self.component is None

    @property
    def sort_key(self) -> tuple[str, str, str, str]:
        """The order of edges in every report."""
        return (self.child, self.parent, self.component or "", str(self.relation))
