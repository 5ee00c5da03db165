"""The snapshot inside the package: what it must know, and how it says what it does not."""

from __future__ import annotations

import pytest

from lineage.core.record import CardRead, Cause, Status
from lineage.core.ref import ModelRef, is_repo_id
from lineage.evidence.registry import Registry
from lineage.evidence.results import Results
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
    assert {credit.licence for credit in info.credits} == {"Apache-2.0", "CC-BY-4.0", "MIT"}
    assert all(credit.url.startswith("https://") for credit in info.credits)


@pytest.mark.parametrize(
    ("asked", "id", "status", "ancestors"),
    [
        (
            "qwen/qwen2.5-72b-instruct",
            "Qwen/Qwen2.5-72B-Instruct",
            Status.RESOLVED,
            {"Qwen/Qwen2.5-72B"},
        ),
        (
            "perplexity-ai/r1-1776",
            "perplexity-ai/r1-1776",
            Status.NOT_READ,
            {"deepseek-ai/DeepSeek-R1"},
        ),
        ("gpt2", "openai-community/gpt2", Status.RESOLVED, set()),
        ("meta-llama/Meta-Llama-3.1-8B", "meta-llama/Llama-3.1-8B", Status.NOT_READ, set()),
        (
            "unsloth/DeepSeek-R1-Distill-Llama-8B-GGUF",
            "unsloth/DeepSeek-R1-Distill-Llama-8B-GGUF",
            Status.NOT_READ,
            {"deepseek-ai/DeepSeek-R1-Distill-Llama-8B"},
        ),
    ],
)
def test_it_knows_the_models_of_the_first_page(
    embedded: SnapshotSource, asked: str, id: str, status: Status, ancestors: set[str]
) -> None:
    """By any of their names, with their ancestors; a name alone is never a model that was read."""
    record = embedded.fetch(ModelRef(asked))
    assert (record.id, record.status) == (id, status)
    assert set(embedded.expected_ancestors(asked)) == ancestors


def test_every_record_can_be_read_under_its_own_key(embedded: SnapshotSource) -> None:
    """No row is damaged, and every id is spelled so that its key finds it."""
    for key, record in embedded.records():
        assert record.id.casefold() == key
        if record.status is Status.RESOLVED:
            assert record.card_read is CardRead.METADATA, record.id
            assert not record.partial, record.id
        else:
            assert record.status in (Status.NOT_READ, Status.NOT_FOUND)
            assert record.reason, record.id
            assert not record.card, record.id


def test_every_model_of_the_registry_and_the_results_has_an_entry(embedded: SnapshotSource) -> None:
    """At least its name, so that a missing network is distinguished from a misspelt name."""
    registry, results = Registry.load(), Results.load()
    named = {*(repo for family in registry.families() for repo in family.roots), *results.models()}
    named = {name for name in named if "/" in name and is_repo_id(name)}
    missing = [
        name for name in named if embedded.fetch(ModelRef(name)).status is Status.UNREACHABLE
    ]
    assert len(named) > 800
    assert not missing


def test_every_cited_edge_says_where_it_was_read(embedded: SnapshotSource) -> None:
    """A statement without a citation would be worthless."""
    edges = [edge for _, record in embedded.records() for edge in record.known_edges]
    assert len(edges) > 2900
    assert all(edge.citation.startswith("https://") and edge.seen for edge in edges)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("qwen/Qwen2.5-7B-Instuct", "Qwen/Qwen2.5-7B-Instruct"),
        ("meta-lama/Llama-3.1-8B", "meta-llama/Llama-3.1-8B"),
        ("google/whisper-large-v3", "openai/whisper-large-v3"),
    ],
)
def test_a_slip_finds_the_name_that_was_meant(
    embedded: SnapshotSource, written: str, meant: str
) -> None:
    """A wrong letter, or the right name under another owner; first comes the likeliest."""
    assert embedded.fetch(ModelRef(written)).cause is Cause.NOT_STORED
    assert meant in embedded.near_names(written)


def test_a_name_like_no_other_finds_none(embedded: SnapshotSource) -> None:
    """A far-fetched suggestion would be worse than none, and a model that is gone is not a
    suggestion."""
    assert embedded.near_names("nobody/not-there-at-all-0xyz") == ()
    gone = next(r for _, r in embedded.records() if r.status is Status.NOT_FOUND)
    assert gone.id not in embedded.near_names(gone.id)
