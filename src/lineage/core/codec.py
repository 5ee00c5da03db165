"""Writes the package's frozen values as JSON and reads them back
by their types: nothing is ever unpickled."""

from __future__ import annotations

import dataclasses
import json
import sys
import types
from collections.abc import Mapping
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from lineage.core.errors import DataError


def strict_json(content: bytes) -> Any:
    """JSON that no two readers read in two ways: in UTF-8, no key occurs twice, every number is
    one. Raises ValueError or RecursionError."""
    return json.loads(content.decode(), object_pairs_hook=_unique, parse_constant=_no_number)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("duplicate key")
    return found


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is not a number")


def encode(value: Any) -> Any:
    """JSON types only; a dataclass becomes an object of its
    fields that differ from their defaults."""
    if isinstance(value, Enum):
        return value.value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = ((f, getattr(value, f.name)) for f in dataclasses.fields(value))
        return {f.name: encode(value) for f, value in fields if not _is_default(f, value)}
    if isinstance(value, Mapping):
        return {str(key): encode(value) for key, value in value.items()}
    if isinstance(value, (tuple, list)):
        return [encode(one) for one in value]
    if isinstance(value, (set, frozenset)):
        return sorted(encode(one) for one in value)
    if value is None or isinstance(value, (str, int, float)):
        return value
    return str(value)


def _is_default(field: dataclasses.Field[Any], value: Any) -> bool:
    if field.default is not dataclasses.MISSING:
        return bool(value == field.default)
    return field.default_factory is not dataclasses.MISSING and bool(
        value == field.default_factory()
    )


def decode(kind: Any, data: Any) -> Any:
    """The value of type `kind` that `encode` wrote.

    Raises DataError where `data` does not hold one.
    """
    try:
        return _decode(kind, data)
    except (TypeError, ValueError, KeyError, AttributeError) as problem:
        raise DataError(
            f"A record does not hold a {getattr(kind, '__name__', kind)}: {problem}."
        ) from problem


def _decode(kind: Any, data: Any) -> Any:
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return (
            None
            if data is None
            else _decode(next(one for one in inner if one is not type(None)), data)
        )
    if origin is tuple:
        return _tuple(inner, data)
    if origin in (set, frozenset):
        return origin(_decode(inner[0], one) for one in data)
    if origin is dict or (isinstance(origin, type) and issubclass(origin, Mapping)):
        return {str(key): _decode(inner[1], value) for key, value in data.items()}
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(data)
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        known = {field.name for field in dataclasses.fields(kind)}
        return kind(
            **{
                name: _decode(_type(kind, name), value)
                for name, value in data.items()
                if name in known
            }
        )
    if kind is Any:
        return data
    if kind is float and type(data) is int:
        return data  # as it was: 85 is written otherwise than 85.0
    if kind is date:
        return date.fromisoformat(data)
    if not isinstance(data, kind):
        raise TypeError(f"{str(data)[:60]!r} is not of type {kind.__name__}")
    return data


def _tuple(inner: tuple[Any, ...], data: Any) -> tuple[Any, ...]:
    if not isinstance(data, list):
        raise TypeError("a list was expected")
    if len(inner) == 2 and inner[1] is Ellipsis:
        return tuple(_decode(inner[0], one) for one in data)
    return tuple(_decode(one, value) for one, value in zip(inner, data, strict=True))


@cache
def _type(kind: type, name: str) -> Any:
    """Of one field alone: a type that only type checkers import belongs to no field that is
    stored."""
    written = next(field.type for field in dataclasses.fields(kind) if field.name == name)
    holder = types.SimpleNamespace(__annotations__={name: written})
    return get_type_hints(holder, vars(sys.modules[kind.__module__]))[name]
