"""Whatever a repo holds, every reader ends in bounded claims or a reason."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from effort import ends
from fuzz.claims_target import PATHS
from lineage.claims.interface import ClaimReader, Reading
from lineage.claims.names.parent_name import read_parent_name
from lineage.claims.readers import all_readers
from lineage.core.card import parse_card
from lineage.core.claim import Claim
from lineage.core.record import FileEntry, ModelRecord, Status
from lineage.core.ref import is_repo_id
from lineage.core.relation import Grade

_READERS = {reader.name: reader for reader in all_readers()}
_WORDS = (
    "--- \n: - | > # ``` ```yaml <!-- --> [ ] ( ) { } < > ‹0› ‹ › * _ ` \" ' \\ / @ % & ! ? \x00 \ufeff \u202e é 模型 基于 をベースに "
    "base_model base_model: fine-tuned of from version quantized merge models following acme/base-7b https://huggingface.co/acme/base-7b "
    "https://huggingface.co/ hf.co/a/b:Q4 models--a--b/snapshots/ /root/x ./y None null true 1e9 .. ... --- a/b a+b merge_method: slices: "
    '"base_model_name_or_path" "_name_or_path": {"a": ,"b" ] GGUF FROM ADAPTER """ base-model finetuned_from card dataset not'
)
_FRAGMENTS = st.sampled_from(_WORDS.split(" "))
_TEXTS = (
    st.lists(_FRAGMENTS, max_size=60).map(" ".join)
    | st.lists(_FRAGMENTS, max_size=60).map("\n".join)
    | st.text(max_size=300)
)
_BYTES = st.binary(max_size=400) | _TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass"))
_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _TEXTS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["base_model", "name", "model", "id", "datasets", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


def _record(files: dict[str, bytes], **more: Any) -> ModelRecord:
    entries = tuple(FileEntry(path, len(content)) for path, content in files.items())
    return ModelRecord(
        "me/child-GGUF", "me/child-GGUF", Status.RESOLVED, "hub", files=entries, **more
    )


def _check(reading: Reading) -> None:
    assert len(reading.claims) <= 400
    for claim in reading.claims:
        _check_claim(claim)
    for seen in reading.observations:
        assert len(seen.text) <= 200 and "\n" not in seen.text


def _check_claim(claim: Claim) -> None:
    assert len(claim.value) <= 300 and len(claim.excerpt) <= 200
    assert claim.parent is None or is_repo_id(claim.parent)
    assert (claim.parent is None) == bool(claim.problem)
    assert claim.parent != claim.child
    assert not claim.tentative or claim.grade is Grade.INFERRED
    assert claim.confidence is None or 0 < claim.confidence <= 1


@pytest.mark.parametrize("reader", _READERS.values(), ids=_READERS)
@settings(max_examples=20, deadline=None)
@given(contents=st.lists(_BYTES, min_size=1, max_size=len(PATHS)))
def test_arbitrary_files(reader: ClaimReader, contents: list[bytes]) -> None:
    """Any bytes under any file name."""
    files = {path: contents[number % len(contents)] for number, path in enumerate(PATHS)}
    _check(reader.read(_record(files), files))


@pytest.mark.parametrize("reader", _READERS.values(), ids=_READERS)
@settings(max_examples=20, deadline=None)
@given(
    card=_JSON,
    config=_JSON,
    tree=_JSON,
    tags=st.lists(_TEXTS | _TEXTS.map(lambda text: "base_model:" + text), max_size=5),
)
def test_arbitrary_records(
    reader: ClaimReader, card: Any, config: Any, tree: Any, tags: list[str]
) -> None:
    """Any JSON where the Hub has card, configuration and tree, any text as a tag."""
    card = (
        card
        if isinstance(card, dict)
        else {"base_model": card, "datasets": card, "model-index": [card], "library_name": card}
    )
    config = (
        config
        if isinstance(config, dict)
        else {
            "peft": config,
            "model_type": config,
            "architectures": config,
            "quantization_config": config,
        }
    )
    tree = tree if isinstance(tree, dict) else {"relation": tree, "models": tree}
    _check(
        reader.read(_record({}, card=card, config=config, base_models=tree, tags=tuple(tags)), {})
    )


@settings(max_examples=150, deadline=None)
@given(text=_TEXTS | _JSON)
def test_arbitrary_values(text: Any) -> None:
    """A value names a repo, or there is a reason why not; guesses have the form of ids."""
    name = read_parent_name(text, "me")
    assert (name.id is None) == bool(name.problem)
    assert name.id is None or is_repo_id(name.id)
    assert all(is_repo_id(guess) for guess in name.guesses)


@settings(max_examples=100, deadline=None)
@given(content=_BYTES, ruler=st.booleans())
def test_arbitrary_cards(content: bytes, ruler: bool) -> None:
    """A card is taken apart; the body's first line is a line of the file."""
    content = b"---\n" + content + b"\n---\nbody" if ruler else content
    card = parse_card(content)
    assert 1 <= card.body_first_line <= content.count(b"\n") + content.count(b"\r") + 2
    assert all(isinstance(key, str) for key in card.metadata)


_LARGE = {
    "cues": "fine-tuned version of " * 7_500,
    "brackets": "[" * 150_000,
    "half links": "[a](" * 40_000,
    "links": "[a](https://huggingface.co/a/b-1) " * 4_500,
    "names": "a/b-1 and " * 15_000,
    "rows": "| a | b |\n" * 15_000,
    "headings": "# a\n" * 35_000,
    "fences": "```yaml\nbase_model: a/b-1\nsequence_len: 1\ndatasets: 1\n```\n" * 2_500,
    "comments": "<!--" * 35_000,
    "quotes": "> " * 70_000,
    "labels": "Base model: " * 12_500,
    "gap": "converted to " + "a " * 70_000 + "from a/b-1",
    "keys": "---\n" + "a: b\n" * 25_000 + "---\n",
    "rulers": "---\n" * 35_000,
    "nested json": '{"a":' * 30_000,
}


@pytest.mark.parametrize("text", _LARGE.values(), ids=_LARGE)
def test_large_content_ends_in_time(text: str) -> None:
    """150 kilobytes made to be slow: all readers together come to an end."""
    files = {path: text.encode() for path in PATHS}
    with ends(usual=0.5):
        for reader in _READERS.values():
            _check(reader.read(_record(files), files))
