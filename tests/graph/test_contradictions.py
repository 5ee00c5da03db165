"""Claims that disagree, with both sides."""

from __future__ import annotations

from typing import Any

from lineage.core.claim import Claim, Observation, ObservationKind
from lineage.core.record import Status
from lineage.core.relation import Grade, Relation
from lineage.graph.contradictions import Disagreement, contradictions
from lineage.graph.edge import Edge
from lineage.graph.graph import Node


def _edge(
    parent: str,
    *sources: str,
    child: str = "me/child",
    relation: Relation = Relation.FINETUNE,
    grade: Grade = Grade.DECLARED,
    **more: Any,
) -> Edge:
    claims = tuple(
        Claim(child, parent, parent, relation, grade, source, f"{source}.file", "key")
        for source in sources or ("card metadata",)
    )
    return Edge(child, parent, relation, more.get("component"), claims)


def _node(*seen: tuple[ObservationKind, str]) -> Node:
    noticed = tuple(
        Observation(kind, "me/child", "config.json", "model_type", text) for kind, text in seen
    )
    return Node("me/child", Status.RESOLVED, 0, observations=noticed)


def test_components_teachers_and_inferred_bases_contradict_nothing() -> None:
    """Only whole weights that somebody stated count."""
    node = _node(
        (ObservationKind.ARCHITECTURE, "qwen2"),
        (ObservationKind.FROM_SCRATCH, "Trained from scratch."),
    )
    edges = [
        _edge("meta-llama/Llama-3.1-8B", component="text_encoder"),
        _edge("meta-llama/Llama-3.1-70B", relation=Relation.DISTILLED),
        _edge("meta-llama/Llama-3.1-8B-x", grade=Grade.INFERRED),
    ]
    assert contradictions(node, edges) == ()


def test_from_scratch_beside_a_base() -> None:
    """Somebody else's base contradicts it; the publisher's own base model does not, for cards speak
    of families."""
    node = _node((ObservationKind.FROM_SCRATCH, "Trained from scratch."))
    (found,) = contradictions(node, [_edge("acme/base", "config.json", grade=Grade.EMBEDDED)])
    assert found.kind is Disagreement.FROM_SCRATCH
    assert contradictions(node, [_edge("me/base")]) == ()


def test_two_sources_with_two_parents() -> None:
    """Neither descends from the other, and it is not a merge."""
    edges = [_edge("acme/a", "card metadata"), _edge("acme/b", "config.json", grade=Grade.EMBEDDED)]
    (found,) = contradictions(_node(), edges)
    assert (found.kind, {found.one.source, found.other.source}) == (
        Disagreement.PARENTS,
        {"card metadata", "config.json"},
    )


def test_a_grandparent_a_merge_and_a_shared_parent_are_not_a_disagreement() -> None:
    """A copied card names the grandparent; a merge has many parents; sources that share one
    agree."""
    apart = [_edge("acme/a", "card metadata"), _edge("acme/b", "config.json")]
    assert contradictions(_node(), [*apart, _edge("acme/b", child="acme/a")]) == ()
    assert contradictions(_node(), [*apart, _edge("acme/a", child="acme/b")]) == ()
    merged = [
        _edge("acme/a", "card metadata", relation=Relation.MERGE),
        _edge("acme/b", "config.json"),
    ]
    assert contradictions(_node(), merged) == ()
    assert (
        contradictions(
            _node(),
            [_edge("acme/a", "card metadata", "config.json"), _edge("acme/b", "card metadata")],
        )
        == ()
    )


def test_a_copy_at_another_place_is_the_same_model() -> None:
    """Two cards of one model name its base, each as its own place calls it."""
    edges = [
        _edge("acme/chat", "names", relation=Relation.CONVERSION),
        _edge("modelscope:acme/base", "card metadata"),
        _edge("acme/base", child="acme/chat"),
    ]
    copy = _edge("acme/base", child="modelscope:acme/base", relation=Relation.CONVERSION)
    assert contradictions(_node(), [*edges, copy]) == ()
    (found,) = contradictions(_node(), edges)
    assert found.kind is Disagreement.PARENTS
    trained = _edge("acme/base", child="modelscope:acme/base")
    assert contradictions(_node(), [*edges, trained])


def test_cycles_end() -> None:
    """Real graphs have them."""
    edges = [
        _edge("acme/a", "card metadata"),
        _edge("acme/b", "config.json"),
        _edge("acme/c", child="acme/a"),
        _edge("acme/a", child="acme/c"),
    ]
    assert len(contradictions(_node(), edges)) == 1
