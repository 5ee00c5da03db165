"""The rules about what a supplier's file says."""

from __future__ import annotations

from lineage.evidence.supplied import Agreement, Compared
from lineage.policy.finding import Level
from policy.cases import CHILD, QWEN, case, edge, graph, only

_ALL = tuple(
    Compared("base model", said, "Qwen/Qwen2.5-7B", agreement)
    for said, agreement in [
        ("Qwen2.5-7B", Agreement.AGREES),
        ("Qwen2", Agreement.IN_PART),
        ("Alibaba", Agreement.SAYS_LESS),
        ("", Agreement.SAYS_LESS),
        ("our own", Agreement.CANNOT_BE_COMPARED),
        ("Gemma", Agreement.CONTRADICTS),
    ]
)
_CASE = case(graph(CHILD, edge(CHILD, QWEN)), supplied=_ALL)


def test_supplier_contradicted_speaks_of_contradictions_alone() -> None:
    """Who names less, in part or something unknown is not called wrong."""
    (finding,) = only("supplier-contradicted", _CASE)
    assert finding.level is Level.REVIEW and finding.path == (CHILD,)
    assert "Gemma" in finding.message and "Qwen/Qwen2.5-7B" in finding.message
    assert not only("supplier-contradicted", case(graph(CHILD, edge(CHILD, QWEN))))


def test_supplier_omits_speaks_of_silence_alone() -> None:
    """Naming a company only is no silence."""
    (finding,) = only("supplier-omits", _CASE)
    assert finding.level is Level.INFO
    assert finding.message == "The supplier named no base model; we found Qwen/Qwen2.5-7B."
    assert not only("supplier-omits", case(graph(CHILD, edge(CHILD, QWEN)), supplied=_ALL[:3]))
