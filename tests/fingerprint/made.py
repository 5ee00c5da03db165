"""Small models in every format, written byte by byte, so that tests need neither torch nor
numpy."""

from __future__ import annotations

import json
import random
import struct
from collections.abc import Mapping
from pathlib import Path

from lineage.core.record import FileEntry
from lineage.fingerprint.opening import Files, open_weights
from lineage.fingerprint.profile import LiveProfile
from lineage.fingerprint.ranges import ByteRanges, Tally

Weights = dict[str, tuple[tuple[int, ...], list[float]]]
WIDTH, LAYERS, KV, FEED, VOCABULARY = 96, 4, 8, 16, 700


def model(
    seed: int, *, width: int = WIDTH, layers: int = LAYERS, vocabulary: int = VOCABULARY
) -> Weights:
    """A llama-like model of random numbers: norms near one, matrices near zero."""
    chance = random.Random(seed)

    def numbers(
        *shape: int, mean: float = 0.0, spread: float = 0.05
    ) -> tuple[tuple[int, ...], list[float]]:
        count = 1
        for n in shape:
            count *= n
        return shape, [chance.gauss(mean, spread) for _ in range(count)]

    found: Weights = {"model.embed_tokens.weight": numbers(vocabulary, width)}
    for layer in range(layers):
        p = f"model.layers.{layer}."
        found[p + "input_layernorm.weight"] = numbers(width, mean=1.0, spread=0.2)
        found[p + "self_attn.v_proj.weight"] = numbers(KV, width)
        found[p + "self_attn.q_norm.weight"] = numbers(8, mean=1.0)
        found[p + "post_attention_layernorm.weight"] = numbers(width, mean=1.0, spread=0.2)
        found[p + "mlp.gate_proj.weight"] = numbers(FEED, width)
        found[p + "mlp.down_proj.weight"] = numbers(width, FEED)
    found["model.norm.weight"] = numbers(width, mean=1.0, spread=0.2)
    return found


def tuned(weights: Weights, seed: int, amount: float = 0.02) -> Weights:
    """The model after some training: every number moved a little."""
    chance = random.Random(seed)
    return {
        name: (shape, [v + chance.gauss(0, amount) for v in values])
        for name, (shape, values) in weights.items()
    }


def relayered(weights: Weights, order: list[int]) -> Weights:
    """Layers chosen by number."""
    found = {name: value for name, value in weights.items() if ".layers." not in name}
    for new, old in enumerate(order):
        for name, value in weights.items():
            if f".layers.{old}." in name:
                found[name.replace(f".layers.{old}.", f".layers.{new}.")] = value
    return found


def safetensors(weights: Weights, dtype: str = "F32") -> bytes:
    """As a file."""
    header: dict[str, object] = {}
    parts = []
    at = 0
    for name, (shape, values) in weights.items():
        data = packed(values, dtype)
        header[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [at, at + len(data)]}
        parts.append(data)
        at += len(data)
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + b"".join(parts)


def packed(values: list[float], dtype: str) -> bytes:
    """Numbers in one of the plain encodings; BF16 by cutting, which test numbers survive."""
    if dtype == "BF16":
        wide = struct.pack(f"<{len(values)}f", *values)
        return b"".join(wide[i + 2 : i + 4] for i in range(0, len(wide), 4))
    return struct.pack(
        f"<{len(values)}{ {'F32': 'f', 'F16': 'e', 'F64': 'd'}[dtype] }".replace(" ", ""), *values
    )


def text(value: str) -> bytes:
    """A GGUF text."""
    return struct.pack("<Q", len(value.encode())) + value.encode()


_GGUF = {
    "model.embed_tokens.weight": "token_embd.weight",
    "model.norm.weight": "output_norm.weight",
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
    "self_attn.v_proj": "attn_v",
    "self_attn.q_norm": "attn_q_norm",
    "mlp.gate_proj": "ffn_gate",
    "mlp.down_proj": "ffn_down",
    "model.layers.": "blk.",
}


def gguf(
    weights: Weights,
    *,
    tokens: int = 0,
    alignment: int = 32,
    pairs: list[tuple[str, int, bytes]] | None = None,
) -> bytes:
    """As a file of F32 tensors, behind a tokenizer of so many tokens."""
    facts = [
        ("general.architecture", 8, text("llama")),
        ("llama.embedding_length", 4, struct.pack("<I", WIDTH)),
        *(pairs or []),
    ]
    if alignment != 32:
        facts.append(("general.alignment", 4, struct.pack("<I", alignment)))
    if tokens:
        words = [f"w{n * 7919 % 10007:x}{'y' * (n % 5)}" for n in range(tokens)]
        facts.append(
            ("tokenizer.ggml.tokens", 9, struct.pack("<IQ", 8, tokens) + b"".join(map(text, words)))
        )
        facts.append(
            (
                "tokenizer.ggml.token_type",
                9,
                struct.pack("<IQ", 5, tokens) + struct.pack("<I", 1) * tokens,
            )
        )
        facts.append(
            (
                "tokenizer.ggml.merges",
                9,
                struct.pack("<IQ", 8, tokens) + b"".join(text(f"{w[:2]} {w[2:]}") for w in words),
            )
        )
    table, data = b"", b""
    for name, (shape, values) in weights.items():
        for long, short in _GGUF.items():
            name = name.replace(long, short)
        data += b"\0" * (-len(data) % alignment)
        dims = tuple(reversed(shape))
        table += text(name) + struct.pack(f"<I{len(dims)}QIQ", len(dims), *dims, 0, len(data))
        data += packed(values, "F32")
    head = struct.pack("<4sIQQ", b"GGUF", 3, len(weights), len(facts))
    head += (
        b"".join(text(key) + struct.pack("<I", kind) + value for key, kind, value in facts) + table
    )
    return head + b"\0" * (-len(head) % alignment) + data


def pickle_of(weights: Weights, *, extra: bytes = b"", storage: str = "FloatStorage") -> bytes:
    """The operations that torch.save writes for a state dict; `extra` is put in before the end."""

    def word(value: str) -> bytes:
        return b"X" + struct.pack("<I", len(value)) + value.encode()

    def number(value: int) -> bytes:
        return b"J" + struct.pack("<i", value)

    out = b"\x80\x02}("
    for key, (name, (shape, values)) in enumerate(weights.items()):
        stride, step = [], 1
        for n in reversed(shape):
            stride.insert(0, step)
            step *= n
        out += word(name) + b"ctorch._utils\n_rebuild_tensor_v2\n("
        out += (
            b"("
            + word("storage")
            + f"ctorch\n{storage}\n".encode()
            + word(str(key))
            + word("cpu")
            + number(len(values))
            + b"tQ"
        )
        out += (
            number(0)
            + b"("
            + b"".join(map(number, shape))
            + b"t("
            + b"".join(map(number, stride))
            + b"t\x89"
        )
        out += b"ccollections\nOrderedDict\n)RtR"
    return out + b"u" + extra + b"."


def zipped(entries: Mapping[str, bytes], *, method: int = 0, zip64: bool = False) -> bytes:
    """A zip of stored entries, optionally with the zip64 end records that PyTorch writes."""
    out, directory = b"", b""
    for name, data in entries.items():
        extra = (
            struct.pack("<2H", 1, 24) + struct.pack("<3Q", len(data), len(data), len(out))
            if zip64
            else b""
        )
        sizes = (2**32 - 1, 2**32 - 1) if zip64 else (len(data), len(data))
        place = 2**32 - 1 if zip64 else len(out)
        directory += struct.pack(
            "<4s6H3I5H2I",
            b"PK\x01\x02",
            45,
            45,
            0,
            method,
            0,
            0,
            0,
            *sizes,
            len(name),
            len(extra),
            0,
            0,
            0,
            0,
            place,
        )
        directory += name.encode() + extra
        padding = b"Z" * (-(len(out) + 34 + len(name)) % 64)
        out += struct.pack(
            "<4s5H3I2H", b"PK\x03\x04", 45, 0, method, 0, 0, 0, *sizes, len(name), len(padding) + 4
        )
        out += name.encode() + struct.pack("<2H", 0x4246, len(padding)) + padding + data
    begin = len(out)
    out += directory
    if zip64:
        count = len(entries)
        record = struct.pack(
            "<4sQ2H2I4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, len(directory), begin
        )
        out += record + struct.pack("<4sIQI", b"PK\x06\x07", 0, begin + len(directory), 1)
        return out + struct.pack(
            "<4s4H2IH", b"PK\x05\x06", 0, 0, 65535, 65535, 2**32 - 1, 2**32 - 1, 0
        )
    return out + struct.pack(
        "<4s4H2IH", b"PK\x05\x06", 0, 0, len(entries), len(entries), len(directory), begin, 0
    )


def torch_zip(weights: Weights, *, zip64: bool = True, extra: bytes = b"") -> bytes:
    """As a `.bin` file."""
    entries = {"archive/data.pkl": pickle_of(weights, extra=extra), "archive/byteorder": b"little"}
    entries |= {
        f"archive/data/{key}": packed(values, "F32")
        for key, (_, values) in enumerate(weights.values())
    }
    return zipped(entries, zip64=zip64)


def varint(value: int) -> bytes:
    """A protobuf number."""
    out = b""
    while value > 0x7F:
        out, value = out + bytes([value & 0x7F | 0x80]), value >> 7
    return out + bytes([value])


def field(number: int, body: bytes) -> bytes:
    """A protobuf field of bytes."""
    return varint(number << 3 | 2) + varint(len(body)) + body


def onnx(weights: Weights, *, outside: str = "") -> tuple[bytes, bytes]:
    """(model file, external data file); the second is empty unless a name for it is given."""
    graph, beside = b"", b""
    for name, (shape, values) in weights.items():
        data = packed(values, "F32")
        body = (
            b"".join(varint(1 << 3) + varint(n) for n in shape)
            + varint(2 << 3)
            + varint(1)
            + field(8, name.encode())
        )
        if outside:
            for key, value in (
                ("location", outside),
                ("offset", str(len(beside))),
                ("length", str(len(data))),
            ):
                body += field(13, field(1, key.encode()) + field(2, value.encode()))
            body += varint(14 << 3) + varint(1)
            beside += data
        else:
            body += field(9, data)
        graph += field(1, b"\x0a\x01x" * 30) + field(5, body)
    return varint(1 << 3) + varint(8) + field(7, graph), beside


def ranges(data: bytes, name: str = "file", size: int | None = None) -> ByteRanges:
    """Bytes in memory as a file."""
    return ByteRanges(
        name, len(data) if size is None else size, lambda start, end: data[start:end], Tally()
    )


def files(contents: Mapping[str, bytes], label: str = "org/model") -> Files:
    """Files in memory as a model."""
    entries = tuple(FileEntry(name, len(data)) for name, data in contents.items())
    return Files(label, entries, lambda name, start, end: contents[name][start:end])


def profile(
    weights: Weights,
    label: str = "org/model",
    dtype: str = "F32",
    config: Mapping[str, object] | None = None,
) -> LiveProfile:
    """A model in memory, opened."""
    contents = {"model.safetensors": safetensors(weights, dtype)}
    if config:
        contents["config.json"] = json.dumps(config).encode()
    return LiveProfile(open_weights(files(contents, label)))


FIXTURES = Path(__file__).parents[1] / "fixtures" / "fingerprint"


def norms(name: str) -> dict[str, dict[tuple[str, int], tuple[float, ...]]]:
    """The shipped norm vectors: model to (role, layer) to numbers."""
    index = json.loads((FIXTURES / f"{name}_norms.json").read_text())
    data = (FIXTURES / f"{name}_norms.f16").read_bytes()
    found: dict[str, dict[tuple[str, int], tuple[float, ...]]] = {}
    for key, (start, count) in index.items():
        parts = key.split("|")
        role = parts[1].rstrip("0123456789") if len(parts) == 2 else parts[1]
        layer = int(parts[2]) if len(parts) == 3 else int(parts[1][len(role) :] or -1)
        found.setdefault(parts[0], {})[role, layer] = struct.unpack_from(f"<{count}e", data, start)
    return found
