"""Claims about one model that cannot all be true, with both sides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lineage.core.claim import Claim, Observation, ObservationKind
from lineage.core.relation import Grade, Relation
from lineage.core.value import dataclass
from lineage.core.word import Word
from lineage.graph.edge import Edge
from lineage.graph.graph import Node


class Disagreement(Word):
    """What two sides disagree about."""

    FROM_SCRATCH = "from-scratch"
    """The card says that the model was trained from scratch, and another trace names a base."""
    PARENTS = "parents"
    """Two traces name different base models; it is not a merge,
    and neither descends from the other."""


@dataclass(frozen=True, order=True)
class ClaimSide:
    """One side: the statement and where it is."""

    says: str
    source: str
    file: str
    location: str

    def __str__(self) -> str:
        place = ", ".join(part for part in (self.file, self.location) if part)
        return f"{self.says} ({self.source}: {place})"


@dataclass(frozen=True, order=True)
class Contradiction:
    """Both sides of one disagreement; which of them is right is not decided here."""

    kind: Disagreement
    model: str
    one: ClaimSide
    other: ClaimSide

    @property
    def sentence(self) -> str:
        """For a report."""
        return f"{self.model}: {self.one}; but {self.other}."


def contradictions(node: Node, edges: Iterable[Edge]) -> tuple[Contradiction, ...]:
    """What disagrees about `node`, in a stable order.

    `edges` are those of the whole graph: a grandparent contradicts nothing.
    """
    known = list(edges)
    own = [
        edge
        for edge in known
        if edge.child == node.id
        and edge.parent != node.id
        and edge.component is None
        and edge.carries_weights
    ]
    firm = [edge for edge in own if edge.grade is not Grade.INFERRED]
    found = {*_from_scratch(node, firm), *_parents(node, firm, known)}
    return tuple(sorted(found))


def _from_scratch(node: Node, edges: Sequence[Edge]) -> Iterator[Contradiction]:
    """A family's card says it of the family: a base by the
    same publisher is not a contradiction."""
    for seen in _observations(node, ObservationKind.FROM_SCRATCH)[:1]:
        for edge in edges:
            if (
                edge.parent.partition("/")[0].lower() != node.publisher.lower()
                or not node.publisher
            ):
                yield Contradiction(
                    Disagreement.FROM_SCRATCH,
                    node.id,
                    ClaimSide(f"“{seen.text}”", "card statements", seen.file, seen.location),
                    _side(edge.claims[0], f"base model {edge.parent}"),
                )


def _parents(node: Node, edges: Sequence[Edge], known: Sequence[Edge]) -> Iterator[Contradiction]:
    if any(claim.relation is Relation.MERGE for edge in edges for claim in edge.claims):
        return
    by_source: dict[tuple[str, str], dict[str, Claim]] = {}
    for edge in edges:
        for claim in edge.claims:
            if claim.grade is not Grade.INFERRED:
                by_source.setdefault((claim.source, claim.file), {})[edge.parent] = claim
    bases = {edge.parent for edge in edges}
    above = _ancestors(bases, known)
    # A copy of a model at another place is that model: two cards that name one each agree.
    same = _ancestors(bases, [edge for edge in known if _is_copy(edge)])
    above = {model: above[model] | {model} for model in bases}
    same = {model: same[model] | {model} for model in bases}
    sources = sorted(by_source)
    for position, one in enumerate(sources):
        for other in sources[position + 1 :]:
            yield from _apart(node.id, by_source[one], by_source[other], above, same)


def _apart(
    model: str,
    one: dict[str, Claim],
    other: dict[str, Claim],
    above: dict[str, set[str]],
    same: dict[str, set[str]],
) -> Iterator[Contradiction]:
    if one.keys() & other.keys():
        return
    for left, claim in sorted(one.items()):
        for right, against in sorted(other.items()):
            if not (same[right] & above[left] or same[left] & above[right]):
                sides = sorted(
                    (_side(claim, f"base model {left}"), _side(against, f"base model {right}"))
                )
                yield Contradiction(Disagreement.PARENTS, model, *sides)


def _is_copy(edge: Edge) -> bool:
    return edge.relation is Relation.CONVERSION and edge.component is None


def _ancestors(models: Iterable[str], edges: Sequence[Edge]) -> dict[str, set[str]]:
    """Everything above each model, by any edge; walked without
    recursion, for real graphs have cycles."""
    parents: dict[str, list[str]] = {}
    for edge in edges:
        parents.setdefault(edge.child, []).append(edge.parent)
    found: dict[str, set[str]] = {}
    for model in models:
        seen, todo = set[str](), list(parents.get(model, ()))
        while todo:
            name = todo.pop()
            if name not in seen:
                seen.add(name)
                todo += parents.get(name, ())
        found[model] = seen
    return found


def _observations(node: Node, kind: ObservationKind) -> list[Observation]:
    return sorted(seen for seen in node.observations if seen.kind is kind)


def _side(claim: Claim, says: str) -> ClaimSide:
    return ClaimSide(says, claim.source, claim.file, claim.location)
