"""Quantized blocks of GGUF decode to the numbers that the format's own Python package gives."""

from __future__ import annotations

import random
import struct

import pytest

from lineage.fingerprint.blocks import GGML
from lineage.fingerprint.encodings import PLAIN

BY_NAME = {encoding.name: encoding for encoding in GGML.values()}
# Made with gguf.quants.dequantize (gguf 0.17) from the bytes of `blocks`: numbers 0, 1, 17, the
# last of the first block, one of the third.
EXPECTED = {
    "Q4_0": [-0.07001, 0.0, -0.05001, -0.04001, -0.20999],
    "Q4_1": [0.17004, 0.17004, 0.08002, 0.12003, 0.40999],
    "Q5_0": [0.14003, 0.13003, -0.10002, -0.09002, -0.12],
    "Q5_1": [0.22005, 0.12003, 0.33007, 0.27006, 0.76997],
    "Q8_0": [0.55012, 0.05001, 1.16025, -0.85018, -1.64993],
    "Q4_K": [-0.64014, -0.76016, -1.04022, 0.24005, -0.56012],
    "Q5_K": [5.56119, 7.9617, 6.36136, 4.10088, 1.45993],
    "Q6_K": [0.16003, 1.12024, -6.64142, 1.16025, -23.48904],
}


def blocks(name: str) -> bytes:
    """Three blocks of fixed random bytes with sensible scales."""
    size = BY_NAME[name].block_bytes
    data = bytearray(random.Random(name).randbytes(3 * size))
    for k in range(3):
        struct.pack_into("<e", data, k * size + (208 if name == "Q6_K" else 0), 0.01 * (k + 1))
        if name in ("Q4_1", "Q5_1", "Q4_K", "Q5_K"):
            struct.pack_into("<e", data, k * size + 2, 0.02)
    return bytes(data)


@pytest.mark.parametrize("name", EXPECTED)
def test_decoded_as_the_format_does(name: str) -> None:
    """Each of the packings in use."""
    encoding = BY_NAME[name]
    assert encoding.decode is not None
    numbers = encoding.decode(blocks(name))
    assert len(numbers) == 3 * encoding.per_block
    places = (0, 1, 17, encoding.per_block - 1, 2 * encoding.per_block + 9)
    assert [round(numbers[i], 5) for i in places] == EXPECTED[name]


@pytest.mark.parametrize(
    ("name", "code", "value"),
    [
        ("F8_E4M3", 0x38, 1.0),
        ("F8_E4M3", 0xC0, -2.0),
        ("F8_E5M2", 0x3C, 1.0),
        ("BF16", 0x803F, 1.0),
    ],
)
def test_short_floats(name: str, code: int, value: float) -> None:
    """One and its kin in eight and sixteen bits."""
    encoding = PLAIN[name]
    assert encoding.decode is not None
    assert (
        encoding.decode(code.to_bytes(encoding.block_bytes, "big" if name == "BF16" else "little"))[
            0
        ]
        == value
    )


def test_sizes_count_whole_blocks_only() -> None:
    """A cut block has no size."""
    assert BY_NAME["Q4_K"].size(512) == 288
    assert BY_NAME["Q4_K"].size(500) is None
