"""Frozen dataclasses that are cheap to define: most of a run's start is Python making value classes.

`dataclasses.dataclass` writes and compiles six methods for each frozen class. Four of them need no code of their own: what a
value equals, its hash, its order and its `repr` follow from its fields, by functions that all classes share.
"""

from __future__ import annotations

import dataclasses
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass  # noqa: PLC0414 - re-exported
else:

    def dataclass(cls=None, /, *, frozen=False, order=False, **options):
        """As `dataclasses.dataclass`; of a frozen class the shared methods are taken."""

        def made(cls):
            if not frozen or options:
                return dataclasses.dataclass(cls, frozen=frozen, order=order, **options)
            found = dataclasses.dataclass(cls, frozen=True, eq=False, repr=False)
            _share(found, order=order)
            return found

        return made if cls is None else made(cls)


def _share(cls: Any, *, order: bool) -> None:
    fields = dataclasses.fields(cls)
    compared = _values(tuple(f.name for f in fields if f.compare))
    hashed = _values(tuple(f.name for f in fields if (f.compare if f.hash is None else f.hash)))
    own = vars(cls)

    def equals(self: Any, other: Any) -> Any:
        return compared(self) == compared(other) if type(other) is type(self) else NotImplemented

    def hash_of(self: Any) -> int:
        return hash(hashed(self))

    def text(self: Any) -> str:
        shown = (f"{f.name}={getattr(self, f.name)!r}" for f in fields if f.repr)
        return f"{type(self).__qualname__}({', '.join(shown)})"

    for name, method in (("__eq__", equals), ("__hash__", hash_of), ("__repr__", text)):
        if name not in own or (name == "__hash__" and own[name] is None):
            setattr(cls, name, method)
    if order:
        _order(cls, compared)


def _order(cls: Any, compared: Any) -> None:
    def less(self: Any, other: Any) -> Any:
        return compared(self) < compared(other) if type(other) is type(self) else NotImplemented

    def at_most(self: Any, other: Any) -> Any:
        return compared(self) <= compared(other) if type(other) is type(self) else NotImplemented

    cls.__lt__, cls.__le__ = less, at_most
    cls.__gt__ = lambda self, other: less(other, self)
    cls.__ge__ = lambda self, other: at_most(other, self)


def _values(names: tuple[str, ...]) -> Any:
    """From a value to the tuple of these of its fields."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda self: tuple(getattr(self, name) for name in names)
