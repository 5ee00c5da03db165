"""Which runs are made: every fault at every step of every shape, shuffled by a seed, and runs in
which several things go wrong."""

from __future__ import annotations

import random
from collections.abc import Iterator

from .faults import CUTS, FAULTS, Plan, Strike
from .shapes import SHAPES, Shape


def every_single() -> list[Plan]:
    """Each fault at each step of each shape, for ever; and each shape with each cut."""
    single = [
        Plan(s.name, (Strike(fault, step),)) for s in SHAPES for step in s.steps for fault in FAULTS
    ]
    return single + [
        Plan(s.name, cut=cut, seed=number) for number, s in enumerate(SHAPES) for cut in CUTS
    ]


def plans(seed: int, count: int) -> Iterator[Plan]:
    """`count` different runs: four of five with a single fault or cut, the fifth with up to three
    faults, some of which pass.

    A long series begins with every cut of every shape, since a shuffled choice would leave most of
    them out.
    """
    chance = random.Random(seed)
    single = every_single()
    chance.shuffle(single)
    if count > 4 * len(SHAPES) * len(CUTS):
        single.sort(key=lambda plan: bool(plan.cut))
    for number in range(count):
        if number % 5 == 4 or not single:
            yield _several(chance, number)
        else:
            yield single.pop()


def _several(chance: random.Random, number: int) -> Plan:
    shape = chance.choice(SHAPES)
    strikes = tuple(_strike(chance, shape) for _ in range(chance.randint(1, 3)))
    return Plan(shape.name, strikes, warm=chance.random() < 0.3, seed=number)


def _strike(chance: random.Random, shape: Shape) -> Strike:
    return Strike(
        chance.choice(sorted(FAULTS)),
        chance.choice(sorted(shape.steps)),
        chance.choice((None, None, 1, 2, 3)),
    )
