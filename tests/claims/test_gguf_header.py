"""Base models in GGUF heads."""

from __future__ import annotations

import importlib.util
import struct
from pathlib import Path
from typing import Any

import pytest

from effort import steps
from lineage.claims.files.gguf_header import HEAD, GgufHeader, parse_head
from lineage.core.claim import ObservationKind
from lineage.core.relation import Grade

_spec = importlib.util.spec_from_file_location(
    "gguf_bytes", Path(__file__).with_name("gguf_bytes.py")
)
assert _spec is not None and _spec.loader is not None
gguf_bytes = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(gguf_bytes)

_BASE = {
    "general.architecture": "llama",
    "general.name": "Child 7B",
    "general.file_type": 15,
    "general.base_model.count": 1,
    "general.base_model.0.name": "Base 7B",
    "general.base_model.0.organization": "Acme",
    "general.base_model.0.repo_url": "https://huggingface.co/acme/base-7b",
    "tokenizer.ggml.tokens": ["a", "b"],
}


@pytest.mark.parametrize(("version", "order"), [(3, "<"), (2, "<"), (1, "<"), (3, ">")])
def test_versions_and_byte_orders(version: int, order: str, read: Any) -> None:
    """All versions of the format, big-endian files too, tell their base."""
    reading = read(GgufHeader(), {"x.gguf": gguf_bytes.head(_BASE, version=version, order=order)})
    assert [(claim.parent, claim.grade) for claim in reading.claims] == [
        ("acme/base-7b", Grade.EMBEDDED)
    ]
    assert [(o.kind, o.text) for o in reading.observations] == [
        (ObservationKind.ARCHITECTURE, "llama")
    ]


def test_a_base_under_another_name_is_a_parent_of_the_weights_only(read: Any) -> None:
    """The converter copies the base of what it converted, so this repo's relation to it is not
    known."""
    (claim,) = read(GgufHeader(), {"x.gguf": gguf_bytes.head(_BASE)}).claims
    assert str(claim.relation) == "unknown"


def test_a_base_under_the_models_own_name_is_what_was_quantized(read: Any) -> None:
    """Then the file is a copy of that very model."""
    (claim,) = read(
        GgufHeader(), {"x.gguf": gguf_bytes.head({**_BASE, "general.name": "base-7b"})}
    ).claims
    assert str(claim.relation) == "quantized"
    (claim,) = read(
        GgufHeader(),
        {"x.gguf": gguf_bytes.head({**_BASE, "general.name": "base-7b", "general.file_type": 1})},
    ).claims
    assert str(claim.relation) == "conversion"


def test_the_model_itself_as_its_base_is_kept_as_such(read: Any) -> None:
    """Writers do that; it is no parent."""
    (claim,) = read(GgufHeader(), {"x.gguf": gguf_bytes.head(_BASE)}, id_="acme/base-7b").claims
    assert (claim.parent, claim.problem) == (None, "self")


def test_source_keys_and_addresses_of_organisations(read: Any) -> None:
    """`general.source.*` names a model; the address of an organisation or a homepage names none."""
    values = {
        "general.architecture": "llama",
        "general.repo_url": "https://huggingface.co/acme",
        "general.url": "https://example.org/acme/base",
        "general.source.repo_url": "https://huggingface.co/acme/source",
    }
    assert [
        claim.parent for claim in read(GgufHeader(), {"x.gguf": gguf_bytes.head(values)}).claims
    ] == ["acme/source"]


def test_a_base_without_an_address_is_a_guess(read: Any) -> None:
    """Name and organisation are put together and looked for."""
    values = {
        "general.base_model.0.name": "Base 7B",
        "general.base_model.0.organization": "Acme Ai",
    }
    (claim,) = read(GgufHeader(), {"x.gguf": gguf_bytes.head(values)}).claims
    assert (claim.parent, claim.tentative, claim.grade) == ("Acme-Ai/Base-7B", True, Grade.INFERRED)


def test_key_values_that_do_not_fit_are_told(read: Any) -> None:
    """Silence must not be taken for `no base` where the bytes ended before the keys did."""
    values = {
        "tokenizer.ggml.tokens": ["x" * 1000] * 200,
        "general.base_model.0.repo_url": "https://huggingface.co/acme/base",
    }
    reading = read(GgufHeader(), {"x.gguf": gguf_bytes.head(values)})
    assert reading.claims == ()
    assert [o.kind for o in reading.observations] == [ObservationKind.TRUNCATED]


def test_which_file_is_read(record: Any) -> None:
    """The model first, then its projector; no later shard, no importance matrix."""
    made = record(
        files={
            "x-00002-of-00002.gguf": b"",
            "mmproj-f16.gguf": b"",
            "imatrix.gguf": b"",
            "x-00001-of-00002.gguf": b"",
        }
    )
    assert [(r.path, r.start, r.end) for r in GgufHeader().wants(made)] == [
        ("x-00001-of-00002.gguf", 0, HEAD),
        ("mmproj-f16.gguf", 0, HEAD),
    ]


def test_one_file_of_every_stem_is_read(record: Any) -> None:
    """Precisions of one model are one model, in folders too; another stem is another model."""
    names = (
        *(
            "acme-7B-Q4_K_M.gguf",
            "acme-7B-IQ3_XS.gguf",
            "acme-7B.i1-Q6_K.gguf",
            "BF16/acme-7B-BF16.gguf",
        ),
        *("acme-7B-chat-q4.gguf", "UD-Q4_K_XL/acme-7B-UD-Q4_K_XL-00001-of-00002.gguf"),
    )
    wanted = GgufHeader().wants(record(files=dict.fromkeys(names, b"")))
    assert [request.path for request in wanted] == ["acme-7B-IQ3_XS.gguf", "acme-7B-chat-q4.gguf"]


def test_an_adapter_is_one_whatever_its_precision(read: Any) -> None:
    """The converter writes the type; the base is what the adapter is for."""
    values = {**_BASE, "general.type": "adapter", "adapter.type": "lora"}
    (claim,) = read(GgufHeader(), {"x.gguf": gguf_bytes.head(values)}).claims
    assert (claim.parent, str(claim.relation)) == ("acme/base-7b", "adapter")


def test_a_projector_is_a_part(read: Any) -> None:
    """It brings eyes or ears to a model and is not the model; its architecture is not the
    model's."""
    values = {**_BASE, "general.type": "mmproj", "general.architecture": "clip"}
    reading = read(GgufHeader(), {"x-proj.gguf": gguf_bytes.head(values)})
    assert [(c.parent, c.component) for c in reading.claims] == [("acme/base-7b", "vision_encoder")]
    assert reading.observations == ()
    values |= {"clip.has_audio_encoder": True}
    (claim,) = read(GgufHeader(), {"mmproj.gguf": gguf_bytes.head(values)}).claims
    assert claim.component == "audio_encoder"


_HOSTILE = {
    "not gguf": b"PK\x03\x04" + bytes(100),
    "empty": b"",
    "magic only": b"GGUF",
    "unknown version": b"GGUF" + struct.pack("<IQQ", 99, 0, 0),
    "terabytes of keys": b"GGUF" + struct.pack("<IQQ", 3, 2**63, 2**63),
    "terabyte text": b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 2**40),
    "terabyte array": b"GGUF"
    + struct.pack("<IQQ", 3, 0, 1)
    + gguf_bytes.text("general.x")
    + struct.pack("<IIQ", 9, 4, 2**60),
    "nested arrays": b"GGUF"
    + struct.pack("<IQQ", 3, 0, 1)
    + gguf_bytes.text("general.x")
    + struct.pack("<I", 9)
    + struct.pack("<IQ", 9, 1) * 50,
    "unknown type": b"GGUF"
    + struct.pack("<IQQ", 3, 0, 1)
    + gguf_bytes.text("general.x")
    + struct.pack("<I", 77),
    "empty texts": b"GGUF"
    + struct.pack("<IQQ", 3, 0, 1)
    + gguf_bytes.text("general.x")
    + struct.pack("<IIQ", 9, 8, 2**62)
    + bytes(HEAD),
}


@pytest.mark.parametrize("content", _HOSTILE.values(), ids=_HOSTILE)
def test_hostile_heads_end_quickly(content: bytes) -> None:
    """Lengths are checked before anything is taken."""
    head = parse_head(content)
    assert steps(lambda: parse_head(content)) < 200 + 4 * len(content)
    assert not head.complete
