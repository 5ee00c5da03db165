"""The rules about names that impersonate."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lineage.core.claim import Claim, ObservationKind
from lineage.core.relation import Grade, Relation
from lineage.evidence.lookalike import Likeness
from lineage.policy.finding import Level
from policy.cases import CHILD, QWEN, case, edge, graph, only, record, seen

_LIKE = Likeness("Qwen-ai", "Qwen", "the same name with another word added or left out")


def test_lookalike_namespace_tells_models_and_written_names() -> None:
    """A node under such a name, and a claim whose value no hub would take."""
    fake = "Qwen-ai/Qwen2.5-7B"
    (finding,) = only(
        "lookalike-namespace", case(graph(CHILD, edge(CHILD, fake)), lookalikes={fake: _LIKE})
    )
    assert (finding.level, finding.model, finding.path) == (Level.REVIEW, fake, (CHILD, fake))
    assert "is not Qwen and looks like it" in finding.message
    written = "Qwеn/Qwen2.5-7B"
    claim = Claim(
        CHILD,
        written,
        None,
        Relation.FINETUNE,
        Grade.DECLARED,
        "card metadata",
        "README.md",
        "base_model",
        problem="prose",
    )
    found = replace(graph(CHILD), unlinked=(claim,))
    (finding,) = only("lookalike-namespace", case(found, lookalikes={written: _LIKE}))
    assert finding.model == CHILD
    assert written in finding.message
    assert not only("lookalike-namespace", case(graph(CHILD, edge(CHILD, QWEN))))


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        ({"repo_key": "a" * 24}, {"repo_key": "b" * 24}, "key"),
        ({"repo_key": "a" * 24}, {"repo_key": "a" * 24}, ""),
        ({"repo_key": None}, {"repo_key": "b" * 24}, ""),
        (
            {"created_at": "2024-05-01T00:00:00Z"},
            {"created_at": "2026-06-01T00:00:00Z"},
            "created on 2024-05-01",
        ),
        ({"created_at": "2024-05-01T00:00:00Z"}, {"created_at": "2024-05-01T10:00:00.000Z"}, ""),
        ({"retrieved_at": "2025-03"}, {"created_at": "2025-04-02T00:00:00Z"}, "seen in 2025-03"),
        ({"retrieved_at": "2025-03"}, {"created_at": "2025-03-30T00:00:00Z"}, ""),
        (
            {"retrieved_at": "2025-03-04T00:00:00Z"},
            {"created_at": "2025-03-05T00:00:00Z"},
            "seen in 2025-03-04",
        ),
        ({}, {"created_at": "2025-03-05T00:00:00Z"}, ""),
    ],
)
def test_reused_name_compares_key_and_dates_with_what_is_remembered(
    before: dict[str, str], now: dict[str, str], told: str
) -> None:
    """Only where both sides say something; the same day is no difference."""
    held = graph(CHILD, edge(CHILD, QWEN), nodes={QWEN: {"record": record(QWEN, **now)}})
    findings = only("reused-name", case(held, remembered={QWEN: record(QWEN, **before)}))
    assert bool(findings) is bool(told)
    assert all(
        told in f.message and f.level is Level.REVIEW and f.path == (CHILD, QWEN) for f in findings
    )


def test_claimed_identity_tells_each_card_once() -> None:
    """With the first place as evidence; a statement of the publisher fails nothing."""
    told = {
        CHILD: {
            "observations": (
                seen(ObservationKind.IDENTITY, CHILD, "this is a copy of x"),
                seen(ObservationKind.IDENTITY, CHILD, "not my model"),
            )
        }
    }
    (finding,) = only("claimed-identity", case(graph(CHILD, nodes=told)))
    assert finding.level is Level.INFO
    assert "not my model" in finding.evidence[0] or "copy of x" in finding.evidence[0]
