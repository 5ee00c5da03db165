"""Writes a state dict in each format that is read: safetensors, PyTorch zip, GGUF with a tokenizer,
ONNX."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import torch

from weights.derive import State, depth

_NAMES = {torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16"}


def raw(value: torch.Tensor) -> bytes:
    return (
        value.contiguous().view(torch.uint8).numpy().tobytes()
        if value.dim()
        else value.numpy().tobytes()
    )


def safetensors(state: State) -> bytes:
    header, parts, at = {}, [], 0
    for name, value in state.items():
        data = raw(value)
        header[name] = {
            "dtype": _NAMES[value.dtype],
            "shape": list(value.shape),
            "data_offsets": [at, at + len(data)],
        }
        parts.append(data)
        at += len(data)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + b"".join(parts)


def config(state: State) -> dict[str, object]:
    width = state["model.norm.weight"].numel()
    return {
        "architectures": ["Qwen2ForCausalLM"],
        "model_type": "qwen2",
        "hidden_size": width,
        "num_hidden_layers": depth(state),
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "intermediate_size": 256,
        "vocab_size": state["model.embed_tokens.weight"].shape[0],
        "tie_word_embeddings": "lm_head.weight" not in state,
        "rms_norm_eps": 1e-6,
        "rope_theta": 10000.0,
        "hidden_act": "silu",
        "max_position_embeddings": 256,
        "torch_dtype": "float32",
    }


def folder(state: State, place: Path) -> Path:
    """A model folder as a repo would have it."""
    place.mkdir(parents=True, exist_ok=True)
    (place / "model.safetensors").write_bytes(safetensors(state))
    (place / "config.json").write_text(json.dumps(config(state)))
    return place


def pytorch(state: State, place: Path) -> Path:
    place.mkdir(parents=True, exist_ok=True)
    torch.save(dict(state), place / "pytorch_model.bin")
    (place / "config.json").write_text(json.dumps(config(state)))
    return place


_GGUF = {
    "model.embed_tokens": "token_embd",
    "model.norm": "output_norm",
    "lm_head": "output",
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
    **{
        f"self_attn.{x}_proj": f"attn_{y}"
        for x, y in (("q", "q"), ("k", "k"), ("v", "v"), ("o", "output"))
    },
    **{f"mlp.{x}_proj": f"ffn_{x}" for x in ("gate", "up", "down")},
}


def _text(value: str) -> bytes:
    return struct.pack("<Q", len(value.encode())) + value.encode()


def gguf(state: State, place: Path, tokens: int = 50_000) -> Path:
    """Norms and biases F32, matrices Q8_0, behind a byte-pair tokenizer of real size."""
    pairs = [
        (b"general.architecture", 8, _text("qwen2")),
        (b"qwen2.embedding_length", 4, struct.pack("<I", state["model.norm.weight"].numel())),
    ]
    words = [f"tok{n * 7919 % 99991:x}" for n in range(tokens)]
    pairs.append(
        (b"tokenizer.ggml.tokens", 9, struct.pack("<IQ", 8, tokens) + b"".join(map(_text, words)))
    )
    pairs.append(
        (
            b"tokenizer.ggml.token_type",
            9,
            struct.pack("<IQ", 5, tokens) + struct.pack("<I", 1) * tokens,
        )
    )
    pairs.append(
        (
            b"tokenizer.ggml.merges",
            9,
            struct.pack("<IQ", 8, tokens) + b"".join(_text(f"{w[:2]} {w[2:]}") for w in words),
        )
    )
    pairs.append((b"tokenizer.chat_template", 8, _text("{% for message in messages %}" * 90)))
    table, data = b"", b""
    for name, value in state.items():
        kind, block = (
            (8, _q8_0(value))
            if value.dim() == 2 and value.shape[1] % 32 == 0
            else (0, raw(value.float()))
        )
        data += b"\0" * (-len(data) % 32)
        dimensions = tuple(reversed(value.shape))
        table += _text(_gguf_name(name)) + struct.pack(
            f"<I{len(dimensions)}QIQ", len(dimensions), *dimensions, kind, len(data)
        )
        data += block
    header = struct.pack("<4sIQQ", b"GGUF", 3, len(state), len(pairs))
    header += (
        b"".join(
            struct.pack("<Q", len(k)) + k + struct.pack("<I", kind) + v for k, kind, v in pairs
        )
        + table
    )
    place.mkdir(parents=True, exist_ok=True)
    (place / "model-q8_0.gguf").write_bytes(header + b"\0" * (-len(header) % 32) + data)
    return place


def _gguf_name(name: str) -> str:
    stem, _, ending = name.rpartition(".")
    if stem.startswith("model.layers."):
        _, _, layer, rest = stem.split(".", 3)
        return f"blk.{layer}.{_GGUF.get(rest, rest)}.{ending}"
    return f"{_GGUF.get(stem, stem)}.{ending}"


def _q8_0(value: torch.Tensor) -> bytes:
    blocks = value.float().reshape(-1, 32)
    scale = (blocks.abs().amax(1, keepdim=True) / 127).clamp_min(1e-8).half()
    numbers = (blocks / scale.float()).round().clamp(-127, 127).to(torch.int8)
    return torch.cat([scale.view(torch.uint8), numbers.view(torch.uint8)], 1).numpy().tobytes()


def _varint(value: int) -> bytes:
    out = b""
    while value > 0x7F:
        out, value = out + bytes([value & 0x7F | 0x80]), value >> 7
    return out + bytes([value])


def _field(number: int, body: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(body)) + body


def onnx(state: State, place: Path) -> Path:
    """Initializers only, with names as an exporter leaves them: norms keep theirs, matrices are
    transposed."""
    graph = b""
    for name, value in state.items():
        matrix = value.dim() == 2 and "embed" not in name
        stored = value.float().T if matrix else value.float()
        body = (
            b"".join(_varint(1 << 3) + _varint(n) for n in stored.shape)
            + _varint(2 << 3)
            + _varint(1)
        )
        body += _field(
            8, (f"onnx::MatMul_{abs(hash(name)) % 9999}" if matrix else name).encode()
        ) + _field(9, raw(stored.contiguous()))
        graph += _field(5, body)
    place.mkdir(parents=True, exist_ok=True)
    (place / "model.onnx").write_bytes(_varint(1 << 3) + _varint(8) + _field(7, graph))
    return place
