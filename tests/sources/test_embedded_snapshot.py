"""The snapshot inside the package: what it must know, and how it says what it does not."""

from __future__ import annotations

import pytest

from lineage.core.record import Status
from lineage.core.ref import ModelRef
from lineage.sources.snapshot.format import SCHEMA
from lineage.sources.snapshot.source import SnapshotSource


@pytest.fixture(scope="module")
def embedded() -> SnapshotSource:
    return SnapshotSource.embedded()


def test_it_describes_itself_with_credits(embedded: SnapshotSource) -> None:
    """Every source of it is named with its licence."""
    info = embedded.info()
    assert info.schema == SCHEMA
    assert info.models > 9000
    assert {credit.licence for credit in info.credits} == {"Apache-2.0", "MIT"}
    assert all(credit.url.startswith("https://") for credit in info.credits)


@pytest.mark.parametrize(
    ("asked", "id", "ancestors"),
    [
        ("qwen/qwen2.5-72b-instruct", "Qwen/Qwen2.5-72B-Instruct", {"Qwen/Qwen2.5-72B"}),
        ("perplexity-ai/r1-1776", "perplexity-ai/r1-1776", {"deepseek-ai/DeepSeek-R1"}),
        ("gpt2", "openai-community/gpt2", set()),
        ("meta-llama/Meta-Llama-3.1-8B", "meta-llama/Llama-3.1-8B", set()),
        (
            "unsloth/DeepSeek-R1-Distill-Llama-8B-GGUF",
            "unsloth/DeepSeek-R1-Distill-Llama-8B-GGUF",
            {"deepseek-ai/DeepSeek-R1-Distill-Llama-8B"},
        ),
    ],
)
def test_it_knows_the_models_of_the_first_page(
    embedded: SnapshotSource, asked: str, id: str, ancestors: set[str]
) -> None:
    """By any of their names, with their ancestors."""
    record = embedded.fetch(ModelRef(asked))
    assert (record.id, record.status) == (id, Status.RESOLVED)
    assert set(embedded.expected_ancestors(asked)) == ancestors


def test_every_record_can_be_read_under_its_own_key(embedded: SnapshotSource) -> None:
    """No row is damaged, and every id is spelled so that its key finds it."""
    for key, record in embedded.records():
        assert record.id.casefold() == key
        assert record.partial <= bool(record.reason), record.id
        assert record.status in (Status.RESOLVED, Status.NOT_FOUND)


def test_every_cited_edge_says_where_it_was_read(embedded: SnapshotSource) -> None:
    """A statement without a citation would be worthless."""
    edges = [edge for _, record in embedded.records() for edge in record.known_edges]
    assert len(edges) > 2900
    assert all(edge.citation.startswith("https://") and edge.seen for edge in edges)
