"""The quantized blocks of GGUF, decoded as the format defines them: a
scale, maybe a minimum, and packed integers."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence

from lineage.fingerprint.encodings import PLAIN, Decoder, Encoding


def _by_block(size: int, one: Callable[[bytes], Iterator[float]]) -> Decoder:
    def decode(data: bytes) -> Sequence[float]:
        numbers: list[float] = []
        for place in range(0, len(data), size):
            numbers.extend(one(data[place : place + size]))
        return numbers

    return decode


def _nibbles(packed: bytes) -> list[int]:
    """All low halves, then all high halves."""
    return [byte & 15 for byte in packed] + [byte >> 4 for byte in packed]


def _q8_0(block: bytes) -> Iterator[float]:
    (scale,) = struct.unpack_from("<e", block)
    return (scale * q for q in struct.unpack_from("<32b", block, 2))


def _q4_0(block: bytes) -> Iterator[float]:
    (scale,) = struct.unpack_from("<e", block)
    return (scale * (q - 8) for q in _nibbles(block[2:]))


def _q4_1(block: bytes) -> Iterator[float]:
    scale, least = struct.unpack_from("<2e", block)
    return (scale * q + least for q in _nibbles(block[4:]))


def _fifth_bits(high: int, packed: bytes) -> list[int]:
    return [q | (high >> place & 1) << 4 for place, q in enumerate(_nibbles(packed))]


def _q5_0(block: bytes) -> Iterator[float]:
    scale, high = struct.unpack_from("<eI", block)
    return (scale * (q - 16) for q in _fifth_bits(high, block[6:]))


def _q5_1(block: bytes) -> Iterator[float]:
    scale, least, high = struct.unpack_from("<2eI", block)
    return (scale * q + least for q in _fifth_bits(high, block[8:]))


def _six_bit_scales(packed: bytes) -> list[tuple[int, int]]:
    """Eight pairs of scale and minimum from twelve bytes."""
    pairs = []
    for j in range(8):
        if j < 4:
            pairs.append((packed[j] & 63, packed[j + 4] & 63))
        else:
            pairs.append(
                (
                    packed[j + 4] & 15 | packed[j - 4] >> 6 << 4,
                    packed[j + 4] >> 4 | packed[j] >> 6 << 4,
                )
            )
    return pairs


def _q4_k(block: bytes) -> Iterator[float]:
    return _super_block(block, block[16:], bytes(32))


def _q5_k(block: bytes) -> Iterator[float]:
    return _super_block(block, block[48:], block[16:48])


def _super_block(block: bytes, packed: bytes, high: bytes) -> Iterator[float]:
    scale, least = struct.unpack_from("<2e", block)
    for j, (times, minus) in enumerate(_six_bit_scales(block[4:16])):
        part = packed[j // 2 * 32 : j // 2 * 32 + 32]
        for place, byte in enumerate(part):
            q = (byte >> 4 if j % 2 else byte & 15) | (high[place] >> j & 1) << 4
            yield scale * times * q - least * minus


def _q6_k(block: bytes) -> Iterator[float]:
    (scale,) = struct.unpack_from("<e", block, 208)
    times = struct.unpack_from("<16b", block, 192)
    for half in range(2):
        low, high = block[half * 64 : half * 64 + 64], block[128 + half * 32 : 160 + half * 32]
        for quarter in range(4):
            for place in range(32):
                byte = low[place + 32 * (quarter % 2)]
                q = (byte >> 4 if quarter > 1 else byte & 15) | (
                    high[place] >> 2 * quarter & 3
                ) << 4
                yield scale * times[half * 8 + quarter * 2 + place // 16] * (q - 32)


def _block(
    name: str, per_block: int, size: int, one: Callable[[bytes], Iterator[float]] | None = None
) -> Encoding:
    return Encoding(name, per_block, size, _by_block(size, one) if one else None, 8)


# The numbers are the format's own type codes.
GGML: dict[int, Encoding] = {
    0: PLAIN["F32"],
    1: PLAIN["F16"],
    2: _block("Q4_0", 32, 18, _q4_0),
    3: _block("Q4_1", 32, 20, _q4_1),
    6: _block("Q5_0", 32, 22, _q5_0),
    7: _block("Q5_1", 32, 24, _q5_1),
    8: _block("Q8_0", 32, 34, _q8_0),
    9: _block("Q8_1", 32, 36),
    10: _block("Q2_K", 256, 84),
    11: _block("Q3_K", 256, 110),
    12: _block("Q4_K", 256, 144, _q4_k),
    13: _block("Q5_K", 256, 176, _q5_k),
    14: _block("Q6_K", 256, 210, _q6_k),
    15: _block("Q8_K", 256, 292),
    16: _block("IQ2_XXS", 256, 66),
    17: _block("IQ2_XS", 256, 74),
    18: _block("IQ3_XXS", 256, 98),
    19: _block("IQ1_S", 256, 50),
    20: _block("IQ4_NL", 32, 18),
    21: _block("IQ3_S", 256, 110),
    22: _block("IQ2_S", 256, 82),
    23: _block("IQ4_XS", 256, 136),
    24: PLAIN["I8"],
    25: PLAIN["I16"],
    26: PLAIN["I32"],
    27: PLAIN["I64"],
    28: PLAIN["F64"],
    29: _block("IQ1_M", 256, 56),
    30: PLAIN["BF16"],
    34: _block("TQ1_0", 256, 54),
    35: _block("TQ2_0", 256, 66),
    39: _block("MXFP4", 32, 17),
}
