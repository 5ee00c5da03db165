"""Which leads the lineage does not answer, and which of those ask their question alone.

A lead is answered where a family that it fits is among those of the model's ancestors (its
components too), or one of both derives from the other by the registry, or they are generations of
one developer that share a type or a size. A model of which it is shown that it was trained from
scratch, or that its own developer publishes in its own family, answers for that family. A teacher
answers what words say, never what files are.

Of the unanswered ones a strong lead asks alone: sizes that one line has, the number of words of its
tokenizer, a stated identity, a licence, a family named right behind `built on`. A weak one (a name,
a tag, a type, a line of code) asks only where a weak lead of another kind points to the same
family.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from lineage.core.claim import Lead, LeadKind
from lineage.core.value import dataclass
from lineage.evidence.evidence import Attribution
from lineage.evidence.leads.kinship import Kinship, kinship
from lineage.evidence.registry import Registry
from lineage.graph.graph import LineageGraph, Node

_WORDS = frozenset({LeadKind.NAME, LeadKind.TAG, LeadKind.PROSE, LeadKind.CODE, LeadKind.LICENCE})


@dataclass(frozen=True)
class Undeclared:
    """One family, or several that a trace cannot tell apart, to which traces of one model point and
    its lineage does not."""

    model: str
    families: tuple[str, ...]
    """Registry ids, those of which most was made first; not what was made from them."""
    leads: tuple[Lead, ...]
    """All that point there, strong ones first."""
    lineage: tuple[str, ...]
    """Registry ids of the families that the lineage does have."""


def undeclared(
    graph: LineageGraph, attributions: Mapping[str, Attribution], registry: Registry
) -> tuple[Undeclared, ...]:
    """Unanswered leads of the audited model and of every model whose weights or parts reach it,
    that need an answer."""
    found: list[Undeclared] = []
    for model in _reached(graph):
        node = graph.nodes[model]
        if node.leads:
            found += asking(graph, node, attributions, registry)
    return tuple(found)


def unanswered(
    graph: LineageGraph, node: Node, attributions: Mapping[str, Attribution], registry: Registry
) -> list[Lead]:
    """Every lead of one model that its lineage does not answer, weak ones too."""
    kin = kinship(registry)
    bodies = _families(graph, node.id, attributions, registry, teachers=False)
    words = _families(graph, node.id, attributions, registry, teachers=True)
    own = _own(node.id, attributions)
    return [
        lead
        for lead in node.leads
        if not _is_answered(lead, words if lead.kind in _WORDS else bodies, own, kin)
    ]


def asking(
    graph: LineageGraph, node: Node, attributions: Mapping[str, Attribution], registry: Registry
) -> tuple[Undeclared, ...]:
    """What needs an answer of one model."""
    kin = kinship(registry)
    left = unanswered(graph, node, attributions, registry)
    lineage = _families(graph, node.id, attributions, registry, teachers=False)
    groups: list[list[Lead]] = []
    for lead in sorted(left, key=lambda one: (not one.is_strong, one)):
        for group in groups:
            if any(_same_line(lead, other, kin) for other in group):
                group.append(lead)
                break
        else:
            groups.append([lead])
    return tuple(
        Undeclared(node.id, _origins(group, kin), tuple(group), tuple(sorted(lineage)))
        for group in groups
        if _asks(group)
    )


def _asks(leads: Sequence[Lead]) -> bool:
    return any(lead.is_strong for lead in leads) or len({lead.kind for lead in leads}) > 1


def _origins(leads: Sequence[Lead], kin: Kinship) -> tuple[str, ...]:
    """Of the strongest lead: the line of whoever made most of what it fits, without those who
    borrowed its code."""
    families = leads[0].families
    by_maker: dict[str, list[str]] = {}
    for family in sorted({*kin.foundations(families), *kin.origins(families)}):
        by_maker.setdefault(kin.maker(family), []).append(family)
    below = Counter(base for family in families for base in kin.above(family))
    line = max(by_maker.values(), key=lambda own: (sum(below[one] for one in own), len(own)))
    return tuple(sorted(line, key=lambda one: (-below[one], one)))


def _same_line(one: Lead, other: Lead, kin: Kinship) -> bool:
    return any(kin.answers(family, other.families) for family in kin.foundations(one.families))


def _is_answered(lead: Lead, known: Iterable[str], own: str | None, kin: Kinship) -> bool:
    if own is not None and kin.answers(own, lead.families, is_own=True):
        return True
    return any(kin.answers(family, lead.families) for family in known)


def _own(model: str, attributions: Mapping[str, Attribution]) -> str | None:
    """The family that the model belongs to by its developer's own namespace or by its listing; a
    stranger's name is no proof of one."""
    attribution = attributions.get(model)
    if attribution is None or attribution.basis not in ("namespace", "family"):
        return None
    return attribution.family


def _families(
    graph: LineageGraph,
    model: str,
    attributions: Mapping[str, Attribution],
    registry: Registry,
    *,
    teachers: bool,
) -> set[str]:
    """Of everything above a model, by attribution and by the name under which it is declared."""
    found: set[str] = set()
    for ancestor in _above(graph, model, teachers=teachers):
        attribution = attributions.get(ancestor)
        if attribution is not None and attribution.family:
            found.add(attribution.family)
        # A name answers where nothing is known under it: there the trail's end is open anyway. Of a
        # model whose own bases are known they answer, or a stranger could call a base after any
        # family.
        family = registry.family_of(ancestor)
        if family is not None and (registry.is_listed(ancestor) or not graph.parents(ancestor)):
            found.add(family.id)
    return found


def _above(graph: LineageGraph, model: str, *, teachers: bool) -> set[str]:
    seen: set[str] = set()
    todo = [model]
    while todo:
        for edge in graph.parents(todo.pop()):
            is_new = edge.parent not in seen and edge.parent != model
            if is_new and (edge.carries_weights or teachers):
                seen.add(edge.parent)
                todo.append(edge.parent)
    return seen


def _reached(graph: LineageGraph) -> list[str]:
    return [graph.target, *sorted(_above(graph, graph.target, teachers=False) - {graph.target})]
