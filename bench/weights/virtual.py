"""A 7B model that takes no disk: real headers, and numbers made up where they are read."""

from __future__ import annotations

import io
import json
import pickle
import struct
import sys
from collections import OrderedDict

import torch

from weights.writing import _text

LAYERS, WIDTH, KV, FEED, VOCABULARY = 28, 3584, 512, 18944, 152064
_POOL = (
    torch.randn(1 << 18, generator=torch.Generator().manual_seed(7))
    .bfloat16()
    .view(torch.uint8)
    .numpy()
    .tobytes()
)


def shapes() -> dict[str, tuple[int, ...]]:
    """Names and shapes of a Qwen2.5-7B."""
    found: dict[str, tuple[int, ...]] = {"model.embed_tokens.weight": (VOCABULARY, WIDTH)}
    for layer in range(LAYERS):
        p = f"model.layers.{layer}."
        found |= {
            p + "input_layernorm.weight": (WIDTH,),
            p + "post_attention_layernorm.weight": (WIDTH,),
        }
        found |= {
            p + "mlp.gate_proj.weight": (FEED, WIDTH),
            p + "mlp.up_proj.weight": (FEED, WIDTH),
            p + "mlp.down_proj.weight": (WIDTH, FEED),
        }
        found |= {
            p + "self_attn.q_proj.weight": (WIDTH, WIDTH),
            p + "self_attn.o_proj.weight": (WIDTH, WIDTH),
        }
        found |= {p + f"self_attn.{x}_proj.weight": (KV, WIDTH) for x in "kv"}
        found |= {
            p + f"self_attn.{x}_proj.bias": (n,) for x, n in (("q", WIDTH), ("k", KV), ("v", KV))
        }
    return found | {"model.norm.weight": (WIDTH,), "lm_head.weight": (VOCABULARY, WIDTH)}


class Virtual:
    """Known stretches of bytes; everywhere else the pool, repeated."""

    def __init__(self) -> None:
        self.parts: list[tuple[int, bytes]] = []
        self.size = 0

    def put(self, data: bytes) -> None:
        self.parts.append((self.size, data))
        self.size += len(data)

    def skip(self, length: int) -> None:
        self.size += length

    def read(self, start: int, end: int) -> bytes:
        at = start % len(_POOL) & ~1
        out = bytearray(
            (_POOL * ((end - start) // len(_POOL) + 2))[
                at + start % 2 : at + start % 2 + end - start
            ]
        )
        for begin, data in self.parts:
            low, high = max(start, begin), min(end, begin + len(data))
            if low < high:
                out[low - start : high - start] = data[low - begin : high - begin]
        return bytes(out)


def numbers(shape: tuple[int, ...]) -> int:
    count = 1
    for n in shape:
        count *= n
    return count


def safetensors() -> Virtual:
    header, at = {}, 0
    for name, shape in shapes().items():
        header[name] = {
            "dtype": "BF16",
            "shape": list(shape),
            "data_offsets": [at, at + 2 * numbers(shape)],
        }
        at += 2 * numbers(shape)
    text = json.dumps(header, separators=(",", ":")).encode()
    file = Virtual()
    file.put(struct.pack("<Q", len(text)) + text)
    file.skip(at)
    return file


def gguf() -> Virtual:
    """Q8_0 matrices and F32 norms behind a tokenizer of 5.9 MB, as llama.cpp writes Qwen2.5."""
    file = Virtual()
    table, at = b"", 0
    for name, shape in shapes().items():
        kind, size = (8, numbers(shape) // 32 * 34) if len(shape) == 2 else (0, 4 * numbers(shape))
        stem = (
            name.removesuffix(".weight")
            .replace("model.layers.", "blk.")
            .replace("self_attn.", "attn_")
            .replace("mlp.", "ffn_")
        )
        for long, short in (
            ("_proj", ""),
            ("input_layernorm", "attn_norm"),
            ("post_attention_layernorm", "ffn_norm"),
            ("attn_o", "attn_output"),
        ):
            stem = stem.replace(long, short)
        stem = {
            "model.norm": "output_norm",
            "model.embed_tokens": "token_embd",
            "lm_head": "output",
        }.get(stem, stem)
        dims = tuple(reversed(shape))
        table += _text(stem + ("" if stem.endswith("bias") else ".weight")) + struct.pack(
            f"<I{len(dims)}QIQ", len(dims), *dims, kind, at
        )
        at += size + -size % 32
    words = [f"{n * 2654435761 % 2**32:x}"[: 3 + n % 9] for n in range(VOCABULARY)]
    pairs = [
        (b"general.architecture", 8, _text("qwen2")),
        (b"qwen2.block_count", 4, struct.pack("<I", LAYERS)),
    ]
    pairs.append(
        (
            b"tokenizer.ggml.tokens",
            9,
            struct.pack("<IQ", 8, len(words)) + b"".join(map(_text, words)),
        )
    )
    pairs.append(
        (
            b"tokenizer.ggml.token_type",
            9,
            struct.pack("<IQ", 5, len(words)) + struct.pack("<I", 1) * len(words),
        )
    )
    pairs.append(
        (
            b"tokenizer.ggml.merges",
            9,
            struct.pack("<IQ", 8, len(words) - 677)
            + b"".join(_text(f"{w[:2]} {w[2:]}") for w in words[677:]),
        )
    )
    pairs.append((b"tokenizer.chat_template", 8, _text("{%- if tools %}{{ message }}" * 80)))
    head = struct.pack("<4sIQQ", b"GGUF", 3, len(shapes()), len(pairs)) + b"".join(
        struct.pack("<Q", len(k)) + k + struct.pack("<I", kind) + v for k, kind, v in pairs
    )
    file.put(head + table + b"\0" * (-len(head + table) % 32))
    file.skip(at)
    return file


class _Storage:
    def __init__(self, key: str, count: int) -> None:
        self.key, self.count = key, count


class _Tensor:
    def __init__(self, storage: _Storage, shape: tuple[int, ...]) -> None:
        self.storage, self.shape = storage, shape

    def __reduce_ex__(self, protocol: object) -> tuple[object, ...]:
        stride = (self.shape[1], 1) if len(self.shape) == 2 else (1,)
        return torch._utils._rebuild_tensor_v2, (
            self.storage,
            0,
            self.shape,
            stride,
            False,
            OrderedDict(),
        )


class _Pickler(pickle.Pickler):
    def persistent_id(self, obj: object) -> object:
        return (
            ("storage", torch.BFloat16Storage, obj.key, "cpu", obj.count)
            if isinstance(obj, _Storage)
            else None
        )


def pytorch() -> Virtual:
    """A zip with zip64 records, as torch.save writes it."""
    state = OrderedDict(
        (name, _Tensor(_Storage(str(n), numbers(shape)), shape))
        for n, (name, shape) in enumerate(shapes().items())
    )
    stream = io.BytesIO()
    _Pickler(stream, 2).dump(state)
    file, directory = Virtual(), b""
    entries = [
        ("archive/data.pkl", stream.getvalue(), None),
        ("archive/byteorder", b"little", None),
    ]
    entries += [
        (f"archive/data/{n}", None, 2 * numbers(shape)) for n, shape in enumerate(shapes().values())
    ]
    for name, data, length in entries:
        size = len(data) if data is not None else length or 0
        start = file.size
        padding = -(start + 30 + len(name) + 4) % 64
        file.put(
            struct.pack(
                "<4s5H3I2H",
                b"PK\x03\x04",
                0,
                0,
                0,
                0,
                0,
                0,
                min(size, 2**32 - 1),
                min(size, 2**32 - 1),
                len(name),
                padding + 4,
            )
        )
        file.put(name.encode() + struct.pack("<2H", 0x4246, padding) + b"Z" * padding)
        file.put(data) if data is not None else file.skip(size)
        extra = struct.pack("<Q", start) if start >= 2**32 else b""
        extra = struct.pack("<2H", 1, len(extra)) + extra if extra else b""
        directory += struct.pack(
            "<4s6H3I5H2I",
            b"PK\x01\x02",
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            size,
            size,
            len(name),
            len(extra),
            0,
            0,
            0,
            0,
            min(start, 2**32 - 1),
        )
        directory += name.encode() + extra
    begin = file.size
    record = struct.pack(
        "<4sQ2H2I4Q",
        b"PK\x06\x06",
        44,
        45,
        45,
        0,
        0,
        len(entries),
        len(entries),
        len(directory),
        begin,
    )
    end = struct.pack("<4sIQI", b"PK\x06\x07", 0, begin + len(directory), 1)
    file.put(
        directory
        + record
        + end
        + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 65535, 65535, 2**32 - 1, 2**32 - 1, 0)
    )
    return file


if __name__ == "__main__":
    sys.exit("Run bench/weights_zoo.py.")
