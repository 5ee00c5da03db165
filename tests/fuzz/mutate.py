"""A small seeded mutator, so that every target is fuzzed for seconds in the tests without
atheris."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

_INTERESTING = (
    *(
        b"\x00",
        b"\xff",
        b"\xff\xff\xff\xff",
        b"\x7f\xff\xff\xff",
        b"\x80\x00\x00\x00\x00\x00\x00\x00",
        b"\r\n",
        b"---\n",
        b"\xe2\x80\xae",
        b"\xed\xa0\x80",
    ),
    *(
        b"null",
        b"[" * 200,
        b"{" * 200,
        b'{"a":' * 300,
        b"9" * 5000,
        b"-1",
        b"1e999",
        b"NaN",
        b'"',
        b"'",
        b"\\u0000",
        b"\\ud800",
        b"../",
        b"*a",
        b"&a",
        b"!!",
    ),
)


def mutated(seeds: Sequence[bytes], count: int, seed: int) -> Iterator[bytes]:
    """`count` inputs made of the seeds: bits turned, pieces cut, doubled, moved, spliced and
    replaced."""
    chance = random.Random(seed)
    yield from (b"", *seeds)
    for _ in range(count):
        data = bytearray(chance.choice(seeds))
        for _ in range(chance.randint(1, 6)):
            _change(data, chance, seeds)
        yield bytes(data[:100_000])


def _change(data: bytearray, chance: random.Random, seeds: Sequence[bytes]) -> None:
    at = chance.randint(0, len(data))
    length = chance.choice((1, 1, 2, 4, 8, 30))
    kind = chance.randint(0, 5)
    if kind == 0 and data:
        data[min(at, len(data) - 1)] ^= 1 << chance.randint(0, 7)
    elif kind == 1:
        del data[at : at + length]
    elif kind == 2:
        data[at:at] = data[at : at + length] * chance.choice((1, 2, 50))
    elif kind == 3:
        data[at : at + chance.choice((0, length))] = chance.choice(_INTERESTING)
    elif kind == 4:
        other = chance.choice(seeds)
        begin = chance.randint(0, len(other))
        data[at:at] = other[begin : begin + length * 4]
    else:
        data[at : at + length] = chance.randbytes(length)
