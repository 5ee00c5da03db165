"""The base of every closed vocabulary in the package: a string that is also an enum member."""

from __future__ import annotations

from enum import Enum


class Word(str, Enum):
    """An enum whose members are, print as and sort as their plain
    spelling (Python 3.10 has no StrEnum)."""

    def __str__(self) -> str:
        return str(self.value)

    def __format__(self, spec: str) -> str:
        return format(str(self.value), spec)
