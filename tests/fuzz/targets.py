"""What is fuzzed: every parser of foreign bytes as a function of bytes, with the only errors that
it may raise, and inputs to begin with.

A target returns on anything, or raises a LineageError (or the error of its own that its callers
turn into a status). Anything else, a run of many seconds and unbounded memory are crashes.
"""

from __future__ import annotations

import json
import struct
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from urllib.parse import urlsplit

from lineage.core.card import parse_card
from lineage.core.errors import DataError, LineageError, PolicyError, UsageError
from lineage.core.guarded_yaml import read_yaml
from lineage.core.record import FileEntry
from lineage.core.ref import parse_ref
from lineage.fingerprint.foreign import read_evidence
from lineage.fingerprint.opening import Files, open_weights
from lineage.fingerprint.ranges import RefusedError, Tally
from lineage.policy.load import load_policy
from lineage.scan.files import FAULT
from lineage.scan.scan import scan
from lineage.sources.hub.payload import record_of
from lineage.sources.oci.archive import members_of, unzipped
from lineage.sources.oci.layers import Blobs, parts_of
from lineage.sources.oci.manifest import Index, read_listing
from lineage.sources.snapshot.format import key_of
from lineage.sources.snapshot.record_codec import decode, encode
from lineage.sources.snapshot.source import SnapshotSource
from lineage.sources.snapshot.writer import Content, write_snapshot
from lineage.sources.web.address import (
    ForbiddenAddressError,
    is_literal_private,
    next_address,
    parse_endpoint,
)
from lineage.sources.web.payload import PayloadError, parse_json
from lineage.workflows.lock import read_lock
from lineage.workflows.portfolio.journal import Journal
from lineage.workflows.portfolio.read import read_inputs


@dataclass(frozen=True)
class Target:
    """One parser."""

    run: Callable[[bytes], object]
    seeds: tuple[bytes, ...]
    may_raise: tuple[type[Exception], ...] = ()

    def look_at(self, data: bytes) -> None:
        """One input; raises where a promise is broken."""
        try:
            self.run(data)
        except self.may_raise:
            return


@cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="lineage-fuzz-"))


def _card(data: bytes) -> None:
    card = parse_card(data)
    assert isinstance(card.metadata, Mapping)
    assert all(line > 0 for line, _ in card.recovered)


def _yaml(data: bytes) -> None:
    reading = read_yaml(data.decode("utf-8", "replace"))
    assert reading.documents or reading.problem or not data.strip() or reading.documents == ()


def _payload(data: bytes) -> None:
    record = record_of(
        parse_json(data), requested="a/b", expected="a/b", retrieved_at="2026-01-01T00:00:00Z"
    )
    assert record.id.lower() == "a/b"
    again = decode(encode(record), requested="a/b", source="hub")
    assert (again.id, again.card.keys(), again.files) == (
        record.id,
        record.card.keys(),
        record.files,
    )


def _record(data: bytes) -> None:
    decode(data.decode("utf-8", "replace"), requested="a/b", source="snapshot")


def _weights(file: str, data: bytes) -> None:
    """Opened within a small budget, and the first numbers of each tensor read."""
    read = lambda path, start, end: data[start:end]  # noqa: E731 - one line is what it is
    opened = open_weights(
        Files("me/model", (FileEntry(file, len(data)),), read),
        tally=Tally(max_bytes=8 << 20, max_requests=200),
    )
    for name in opened.weights.names()[:50]:
        tensor = opened.weights.tensor(name)
        if tensor.is_readable and tensor.count:
            assert len(opened.weights.numbers(name, 0, min(tensor.count, 16))) <= 16


def _written(name: str, data: bytes) -> Path:
    path = _folder() / name
    path.write_bytes(data)
    return path


def _policy(data: bytes) -> None:
    load_policy(_written("lineage.toml", data), "0.1.0", developers=frozenset({"meta"}))


_SCANNED = (
    "app.py",
    "nb.ipynb",
    "run.sh",
    "Dockerfile",
    "compose.yaml",
    "config.json",
    "pyproject.toml",
    "Makefile",
    "Modelfile",
    ".env",
    "w.yml",
    "Kitfile",
)


def _scan(data: bytes) -> None:
    """The first byte chooses the kind of file."""
    name = _SCANNED[data[0] % len(_SCANNED)] if data else _SCANNED[0]
    path = _folder() / "scan"
    path.mkdir(exist_ok=True)
    (path / name).write_bytes(data[1:])
    try:
        result = scan(path)
        assert not any(one.reason.startswith(FAULT) for one in result.unreadable), result.unreadable
        assert all(len(use.model) <= 500 for use in result.uses), result.uses
    finally:
        (path / name).unlink()


_LISTS = ("list.csv", "list.txt", "list.json", "bom.cdx", "bom.spdx", "list.tsv")


def _inputs(data: bytes) -> None:
    """The first byte chooses the suffix."""
    rows = read_inputs(_written(_LISTS[data[0] % len(_LISTS)] if data else "list.csv", data[1:]))
    assert all(row.target or row.problem for row in rows)


def _lock(data: bytes) -> None:
    read_lock(_written("lineage.lock", data))


def _journal(data: bytes) -> None:
    Journal(_written("journal.jsonl", data), {"tool": "1"}, b"key")


@cache
def _good_snapshot() -> bytes:
    path = _folder() / "good.sqlite"
    from lineage.core.record import ModelRecord, Status

    write_snapshot(
        path,
        Content({key_of("a/b"): ModelRecord("a/b", "a/b", Status.RESOLVED, "snapshot")}, {}),
        built_on="2026-01-01",
    )
    return path.read_bytes()


def _snapshot(data: bytes) -> None:
    """A snapshot file with a piece of the input laid over it: two bytes say where."""
    good = bytearray(_good_snapshot())
    at = int.from_bytes(data[:2], "big") % len(good)
    good[at : at + len(data[2:])] = data[2:]
    source = SnapshotSource(_written("snapshot.sqlite", bytes(good)))
    source.info()
    source.fetch(parse_ref("a/b"))
    source.expected_ancestors("a/b")


def _address(data: bytes) -> None:
    """No redirect from the endpoint leads to a private address, whatever it looks like."""
    endpoint = parse_endpoint("https://huggingface.co")
    target = next_address(
        endpoint, "https://huggingface.co/a", data.decode("utf-8", "replace"), off_host=True
    )
    parts = urlsplit(target)
    assert (
        parts.scheme == "https"
        and "@" not in parts.netloc
        and not is_literal_private(parts.hostname or "localhost")
    )


def _ref(data: bytes) -> None:
    ref = parse_ref(data.decode("utf-8", "replace"))
    assert ".." not in ref.id and ref.id.isascii() and len(ref.id) < 200


def _archive(data: bytes) -> None:
    """No file of a tar leads out of it or past its end, packed or not."""
    whole = not data[:1] or data[0] % 2 == 0
    raw = data[1:]
    if raw[:2] == b"\x1f\x8b":
        raw, _ = unzipped(raw, is_whole=whole)
    held = members_of(lambda start, end: raw[start:end], len(raw) if whole else None)
    for member in held.files:
        assert not member.path.startswith("/") and ".." not in member.path.split("/")
        assert not whole or member.at + member.size <= len(raw)


def _listing(data: bytes) -> None:
    """A manifest or an index, and the files of its layers, whose bytes are noise."""
    listing = read_listing(data, "the registry")
    if isinstance(listing, Index):
        assert len(listing.models) <= len(listing.entries)
    else:
        parts_of(listing, Blobs(lambda _, size: data[:size], lambda _, at, end: data[at:end]))


def _tar(packed: bool) -> bytes:
    import io
    import tarfile

    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:gz" if packed else "w") as tar:
        for name in ("README.md", "a/" + "b" * 120 + "/config.json"):
            info = tarfile.TarInfo(name)
            info.size = 3
            tar.addfile(info, io.BytesIO(b"{} "))
    return held.getvalue()


def _claims(data: bytes) -> None:
    from fuzz.claims_target import look_at

    look_at(data)


def _gguf() -> bytes:
    pairs = b"".join(
        struct.pack("<Q", len(key)) + key + struct.pack("<IQ", 8, len(value)) + value
        for key, value in (
            (b"general.architecture", b"llama"),
            (b"general.base_model.0.repo_url", b"https://huggingface.co/a/b"),
        )
    )
    tensor = struct.pack("<Q", 17) + b"output_norm.weigh" + struct.pack("<IQIQ", 1, 8, 0, 0)
    return (b"GGUF" + struct.pack("<IQQ", 3, 1, 2) + pairs + tensor).ljust(512, b"\0")


def _safetensors() -> bytes:
    header = json.dumps(
        {
            "__metadata__": {"format": "pt"},
            "norm.weight": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]},
        }
    ).encode()
    return struct.pack("<Q", len(header)) + header + bytes(16)


def _zip() -> bytes:
    import io
    import zipfile

    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("archive/data.pkl", b"\x80\x02}q\x00(X\x01\x00\x00\x00aq\x01K\x01u.")
        archive.writestr("archive/data/0", bytes(16))
    return held.getvalue()


_ONNX = (
    b"\x08\x07\x12\x07pytorch:\x1b\x0a\x05graph\x2a\x12\x08\x02\x10\x01\x42\x04norm\x4a\x08"
    + bytes(8)
)
_CARD = b"---\nbase_model:\n- a/b\nlicense: mit\n---\n# Title\n\nBased on [a/b](https://huggingface.co/a/b).\n"
_PAYLOAD = (
    b'{"_id":"0123456789abcdef01234567","id":"a/b","sha":"'
    + b"a" * 40
    + b'","cardData":{"base_model":["c/d"]},"siblings":[{"rfilename":"README.md","size":3}]}'
)
_CDX = b'{"bomFormat":"CycloneDX","components":[{"type":"machine-learning-model","group":"a","name":"b","purl":"pkg:huggingface/a/b@1"}]}'
_SPDX = (
    b'{"spdxVersion":"SPDX-2.3","packages":[{"SPDXID":"SPDXRef-1","name":"a/b","externalRefs":[]}]}'
)
_SPDX3 = b'{"@context":"x","@graph":[{"type":"ai_AIPackage","spdxId":"x","name":"a/b"}]}'
_CODE = b"from transformers import AutoModel\nAutoModel.from_pretrained('a/b', revision='main')\n"
_NOTEBOOK = json.dumps(
    {"cells": [{"cell_type": "code", "source": ["x = 'a/b'\n", "AutoModel.from_pretrained(x)"]}]}
).encode()

_MANIFEST = json.dumps(
    {
        "config": {"mediaType": "application/x", "digest": f"sha256:{'a' * 64}", "size": 2},
        "layers": [
            {
                "mediaType": "application/vnd.cncf.model.doc.v1.tar",
                "digest": f"sha256:{'b' * 64}",
                "size": 900,
                "annotations": {"org.cncf.model.filepath": "README.md"},
            }
        ],
    }
).encode()

TARGETS: dict[str, Target] = {
    "archive": Target(
        _archive, (b"\x00" + _tar(False), b"\x00" + _tar(True), b"\x01" + _tar(False))
    ),
    "registry listing": Target(
        _listing,
        (_MANIFEST, b'{"manifests": [' + _MANIFEST[_MANIFEST.index(b"[") + 1 : -2] + b"]}"),
        (PayloadError,),
    ),
    "claims": Target(
        _claims,
        (
            b"\x00" + _CARD,
            b'\x01{"base_model_name_or_path":"a/b"}',
            b"\x07" + _gguf(),
            b"\x08" + _safetensors(),
        ),
    ),
    "card": Target(
        _card,
        (
            _CARD,
            b"---\nbase_model: [a/b, c/d]\nbase_model: e/f\n---\n---\nx: y\n---\n",
            b"---\n\tbase_model: a/b\n---",
        ),
    ),
    "yaml": Target(
        _yaml, (b"a: [b, {c: d}]\n---\n- e\n", b"&a [*a]", b"? !!python/object:x y\n: |\n  z\n")
    ),
    "hub payload": Target(
        _payload,
        (_PAYLOAD, b'{"id":"a/b","gated":"auto","tags":[1,"x"],"siblings":{}}'),
        (PayloadError,),
    ),
    "record": Target(_record, (b'{"id":"a/b","status":"resolved"}', b"[]"), (DataError,)),
    "safetensors": Target(
        partial(_weights, "model.safetensors"),
        (_safetensors(), struct.pack("<Q", 1 << 60)),
        (RefusedError,),
    ),
    "GGUF": Target(
        partial(_weights, "model.gguf"),
        (_gguf(), b"GGUF" + struct.pack("<IQQ", 3, 1 << 60, 1 << 60)),
        (RefusedError,),
    ),
    "torch zip": Target(
        partial(_weights, "pytorch_model.bin"),
        (_zip(), b"\x80\x02cposix\nsystem\n."),
        (RefusedError,),
    ),
    "ONNX": Target(
        partial(_weights, "model.onnx"), (_ONNX, b"\x3a\xff\xff\xff\xff\x0f"), (RefusedError,)
    ),
    "policy": Target(
        _policy,
        (
            b'extends = ["default"]\n[rules]\nno-known-root = "fail"\n[[waivers]]\nrule = "x"\n',
            b"a = " + b"[" * 50,
        ),
        (PolicyError,),
    ),
    "scan": Target(
        _scan,
        (
            b"\x00" + _CODE,
            b"\x01" + _NOTEBOOK,
            b"\x02huggingface-cli download a/b\n",
            b"\x03FROM x\nENV MODEL=a/b\n",
            b"\x04a: {b: [a/b]}\n",
            b'\x05{"model_name_or_path": "a/b"}',
            b'\x06[tool]\nmodel = "a/b"\n',
            b"\x08FROM a/b\n",
        ),
        (LineageError,),
    ),
    "inputs": Target(
        _inputs,
        (
            b"\x00model,licence\na/b,mit\n",
            b"\x01a/b\n# c\n",
            b'\x02["a/b",{"model":"c/d"}]',
            b"\x03" + _CDX,
            b"\x04" + _SPDX,
            b"\x02" + _SPDX3,
        ),
        (UsageError,),
    ),
    "lock": Target(
        _lock, (b'{"lock":1,"models":{"a/b":{"model":"a/b","ancestors":{}}}}',), (PolicyError,)
    ),
    "journal": Target(
        _journal,
        (b'{"schema":"lineage-journal/1","tool":"1"}\n{"row":"x","report":{}}\n',),
        (LineageError,),
    ),
    "snapshot": Target(_snapshot, (b"\x00\x10abc", b"\x0f\xff" + b"\0" * 64), (DataError,)),
    "foreign evidence": Target(
        lambda data: read_evidence(data, "x.json"),
        (
            b'{"verdict":{},"tool_version":"1"}',
            b'{"matches":[{"model_id":"a/b","score":0.9}]}',
            b'{"scores":{},"model_a":"a/b","model_b":"c/d"}',
        ),
        (DataError,),
    ),
    "redirect": Target(
        _address,
        (b"https://cdn.example/x", b"//10.0.0.1/", b"/a/b", b"http://[::1]/", b"https://0x7f.1/"),
        (ForbiddenAddressError,),
    ),
    "name": Target(
        _ref,
        (b"a/b@main", b"https://huggingface.co/a/b/tree/main", b"hf://a/b", "Qwеn/x".encode()),
        (UsageError,),
    ),
}
