"""Model folders written as a few values, and their leads."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Mapping
from typing import Any

from evidence.graphs import edge, graph
from lineage.core.card import parse_card
from lineage.core.claim import Lead
from lineage.core.record import FileEntry, ModelRecord, Status
from lineage.evidence.attribution import attribute
from lineage.evidence.leads.lazy import Leads
from lineage.evidence.leads.undeclared import Undeclared, undeclared
from lineage.evidence.registry import Registry
from lineage.graph.graph import LineageGraph, Node

REGISTRY = Registry.load()
QWEN = {
    "model_type": "qwen2",
    "architectures": ["Qwen2ForCausalLM"],
    "vocab_size": 152064,
    "hidden_size": 3584,
    "num_hidden_layers": 28,
}
LLAMA = {
    "model_type": "llama",
    "architectures": ["LlamaForCausalLM"],
    "vocab_size": 128256,
    "hidden_size": 4096,
    "num_hidden_layers": 32,
}
DEEPSEEK = {
    "model_type": "deepseek_v3",
    "architectures": ["DeepseekV3ForCausalLM"],
    "vocab_size": 129280,
    "hidden_size": 7168,
    "num_hidden_layers": 61,
}


def files_of(files: Mapping[str, object]) -> dict[str, bytes]:
    """Bytes of each file; mappings are written as JSON."""
    return {
        path: content
        if isinstance(content, bytes)
        else content.encode()
        if isinstance(content, str)
        else json.dumps(content).encode()
        for path, content in files.items()
    }


def leads_of(
    id: str = "acme/atlas", /, status: Status = Status.RESOLVED, **more: Any
) -> list[Lead]:
    """All leads of one model: `files`, and fields of the record."""
    documents = files_of(more.pop("files", {}))
    card = parse_card(documents["README.md"]).metadata if "README.md" in documents else {}
    entries = tuple(FileEntry(path, len(content)) for path, content in documents.items())
    record = ModelRecord(id, id, status, "hub", card=more.pop("card", card), files=entries, **more)
    return sorted(set(Leads(REGISTRY).read(record, documents).leads))


def asked(
    *edges: tuple[str, ...],
    id: str = "acme/atlas",
    leads: Iterable[Lead] | None = None,
    **more: Any,
) -> tuple[Undeclared, ...]:
    """What one model's leads ask under a declared lineage, given as edges `(child, parent[,
    relation[, component]])`."""
    own = tuple(leads_of(id, **more) if leads is None else leads)
    plain = graph(id, *(edge(*one) for one in edges))
    nodes = {
        name: Node(name, node.status, node.depth, leads=own if name == id else ())
        for name, node in plain.nodes.items()
    }
    whole = LineageGraph(id, nodes, plain.edges)
    return undeclared(whole, attribute(whole, REGISTRY), REGISTRY)


def gguf(values: Mapping[str, object]) -> bytes:
    """The head of a GGUF file: texts, whole numbers, and lists of texts."""
    out = b"GGUF" + struct.pack("<IQQ", 3, 0, len(values))
    for key, value in values.items():
        out += _text(key)
        if isinstance(value, str):
            out += struct.pack("<I", 8) + _text(value)
        elif isinstance(value, int):
            out += struct.pack("<II", 4, value)
        elif isinstance(value, list):
            out += struct.pack("<IIQ", 9, 8, len(value)) + b"".join(map(_text, value))
    return out


def safetensors(metadata: Mapping[str, str]) -> bytes:
    """The head of a safetensors file without tensors."""
    header = json.dumps({"__metadata__": metadata}).encode()
    return len(header).to_bytes(8, "little") + header


def _text(text: str) -> bytes:
    return struct.pack("<Q", len(text)) + text.encode()
