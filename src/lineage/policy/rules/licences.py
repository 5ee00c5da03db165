"""What the rules about licence texts share: whose relation to a base is shown, and who may set
other terms."""

from __future__ import annotations

from lineage.core.relation import Grade, Relation
from lineage.evidence.licences import Clause
from lineage.graph.edge import Edge
from lineage.policy.case import Case
from lineage.policy.paths import citation_line, is_whole


def is_shown(edge: Edge) -> bool:
    """Whether somebody says that the child was made from the whole of the parent: no lead, and not
    two copies of which nobody knows which was first."""
    is_stated = edge.grade is not Grade.INFERRED and edge.relation is not Relation.SAME_WEIGHTS
    return is_stated and is_whole(edge)


def is_by_same(case: Case, child: str, parent: str) -> bool:
    """Whether both are of one developer or publisher, who may give its own models under terms of
    its choice."""
    nodes = case.graph.nodes
    makers = [case.attributions[model].developer for model in (child, parent)]
    by_maker = bool(makers[0] and makers[1] and makers[0].id == makers[1].id)
    publisher = nodes[child].publisher
    return by_maker or bool(publisher and publisher == nodes[parent].publisher)


def clause_line(clause: Clause) -> str:
    """One clause as evidence: licence, place, our words, and where to read it."""
    term, read = clause.term, citation_line(clause.text.citations[0])
    return f"{clause.text.name}, clause {term.clause}: {term.text} {read}"
