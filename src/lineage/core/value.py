"""Frozen dataclasses that are cheap to define: most of a run's start is Python making value
classes.

`dataclasses.dataclass` writes and compiles six methods for each frozen class. Here five need no
code of their own: that a value cannot be changed, what it equals, its hash, its order and its
`repr` follow from its fields, by functions that all classes share. `__init__` is written and
compiled when a few values of the class were made: most runs make no more of most classes.
"""

from __future__ import annotations

import dataclasses
from itertools import count
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass  # noqa: PLC0414 - re-exported
else:

    def dataclass(cls=None, /, *, frozen=False, order=False, **options):
        """As `dataclasses.dataclass`; of a frozen class the shared methods are taken."""

        def made(cls):
            # `dataclasses` writes one of the signature, by `inspect` and `tokenize`.
            cls.__doc__ = cls.__doc__ or cls.__name__
            if not frozen or options:
                return dataclasses.dataclass(cls, frozen=frozen, order=order, **options)
            found = _with_fields(cls)
            _freeze(found)
            _share(found, order=order)
            return found

        return made if cls is None else made(cls)


def _with_fields(cls: Any) -> Any:
    """The class with its fields. `dataclasses` looks three times into each annotation that is a
    text, for `ClassVar` and its like; it is shown only those in which one of these may be."""
    written = dict(vars(cls).get("__annotations__", {}))
    plain = {name for name, text in written.items() if not _is_special(text)}
    cls.__annotations__.update(dict.fromkeys(plain, object))
    found = dataclasses.dataclass(cls, init=False, eq=False, repr=False)
    cls.__annotations__.update(written)
    for given in dataclasses.fields(found):
        given.type = written.get(given.name, given.type)
    return found


def _is_special(annotation: Any) -> bool:
    return not isinstance(annotation, str) or "Var" in annotation or "KW_ONLY" in annotation


_FEW = 16
"""Values made before a constructor is compiled, which costs as much as making so many without."""


def _freeze(cls: Any) -> None:
    fields = [given for given in dataclasses.fields(cls) if given.init]
    made = count()

    def first(self: Any, *values: Any, **named: Any) -> None:
        if next(made) >= _FEW or not _fill(self, fields, values, named):
            cls.__init__ = _written_init(cls)
            cls.__init__(self, *values, **named)

    cls.__init__ = first
    cls.__setattr__, cls.__delattr__ = _refuse_change, _refuse_removal


def _refuse_change(self: Any, name: str, value: Any) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_removal(self: Any, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _fill(value: Any, fields: list[Any], values: tuple[Any, ...], named: dict[str, Any]) -> bool:
    """As the constructor would; False, and nothing done, for what it would refuse."""
    names = [given.name for given in fields]
    found = dict(zip(names, values, strict=False)) | named
    if len(found) != len(values) + len(named) or not found.keys() <= set(names):
        return False
    filled = {}
    for given in fields:
        if given.name in found:
            filled[given.name] = found[given.name]
        elif given.default is not dataclasses.MISSING:
            filled[given.name] = given.default
        elif given.default_factory is not dataclasses.MISSING:
            filled[given.name] = given.default_factory()
        else:
            return False
    value.__dict__.update(filled)
    if hasattr(value, "__post_init__"):
        value.__post_init__()
    return True


def _written_init(cls: Any) -> Any:
    """The constructor that `dataclasses` would write: fields in their order, with their
    defaults."""
    known: dict[str, Any] = {"MADE": object()}
    heads, lines = [], []
    for number, given in enumerate(f for f in dataclasses.fields(cls) if f.init):
        value, head = given.name, given.name
        if given.default is not dataclasses.MISSING:
            known[f"DEFAULT_{number}"] = given.default
            head += f"=DEFAULT_{number}"
        elif given.default_factory is not dataclasses.MISSING:
            known[f"MAKE_{number}"] = given.default_factory
            head += "=MADE"
            value = f"MAKE_{number}() if {given.name} is MADE else {given.name}"
        heads.append(head)
        lines.append(f"    VALUES[{given.name!r}] = {value}\n")
    after = "    self.__post_init__()\n" if hasattr(cls, "__post_init__") else ""
    text = f"def __init__(self, {', '.join(heads)}):\n    VALUES = self.__dict__\n" + "".join(lines)
    exec(text + after, known)  # noqa: S102 - made of the names of fields alone, as dataclasses does
    return known["__init__"]


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
