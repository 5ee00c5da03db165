"""How numbers are stored in weights files: sizes of every known
encoding, and decoders for those that are read."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

Decoder = Callable[[bytes], Sequence[float]]


@dataclass(frozen=True)
class Encoding:
    """A number format; block formats pack several numbers with shared scales."""

    name: str
    per_block: int
    """Numbers in one block; 1 for plain formats."""
    block_bytes: int
    decode: Decoder | None = None
    """None where only the size is known: such tensors are skipped, never misread."""
    bits: int = 32
    """Mantissa plus sign plus exponent of plain floats; decides
    which of two encodings is the coarser."""

    def size(self, count: int) -> int | None:
        """Bytes of `count` numbers; None where they do not fill whole blocks."""
        return None if count % self.per_block else count // self.per_block * self.block_bytes


def _plain(code: str, width: int) -> Decoder:
    return lambda data: struct.unpack(f"<{len(data) // width}{code}", data)


def widen_bf16(data: bytes) -> Sequence[float]:
    """BF16 is the upper half of an F32."""
    wide = bytearray(2 * len(data))
    wide[2::4], wide[3::4] = data[0::2], data[1::2]
    return struct.unpack(f"<{len(data) // 2}f", wide)


@cache
def _eight_bit(exponent_bits: int, mantissa_bits: int) -> tuple[float, ...]:
    bias = 2 ** (exponent_bits - 1) - 1
    table = []
    for code in range(256):
        exponent = (code & 0x7F) >> mantissa_bits
        mantissa = (code & ((1 << mantissa_bits) - 1)) / (1 << mantissa_bits)
        value = (
            (1 + mantissa) * 2.0 ** (exponent - bias) if exponent else mantissa * 2.0 ** (1 - bias)
        )
        table.append(-value if code & 0x80 else value)
    return tuple(table)


def _float8(exponent_bits: int, mantissa_bits: int) -> Decoder:
    return lambda data: [_eight_bit(exponent_bits, mantissa_bits)[byte] for byte in data]


PLAIN: dict[str, Encoding] = {
    "F64": Encoding("F64", 1, 8, _plain("d", 8), 64),
    "F32": Encoding("F32", 1, 4, _plain("f", 4), 32),
    "F16": Encoding("F16", 1, 2, _plain("e", 2), 16),
    "BF16": Encoding("BF16", 1, 2, widen_bf16, 15),
    "F8_E4M3": Encoding("F8_E4M3", 1, 1, _float8(4, 3), 8),
    "F8_E5M2": Encoding("F8_E5M2", 1, 1, _float8(5, 2), 8),
    **{
        name: Encoding(name, 1, width)
        for name, width in (("I64", 8), ("U64", 8), ("C64", 8), ("I32", 4), ("U32", 4))
    },
    **{
        name: Encoding(name, 1, width)
        for name, width in (("I16", 2), ("U16", 2), ("I8", 1), ("U8", 1), ("BOOL", 1))
    },
    "F8_E8M0": Encoding("F8_E8M0", 1, 1),
}
