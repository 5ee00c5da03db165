"""Values: what their classes share with the standard library's frozen dataclasses."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from typing import Any, ClassVar

import pytest

from lineage.core.value import dataclass


@dataclass(frozen=True, order=True)
class Point:
    """Two numbers."""

    limit: ClassVar[int] = 9
    x: int
    y: int = 0
    tags: tuple[str, ...] = dataclasses.field(default=(), compare=False)


@dataclass(frozen=True)
class Named(Point):
    """And a name."""

    name: str = dataclasses.field(default="", repr=False)
    more: dict[str, Any] = dataclasses.field(default_factory=dict, hash=False)


def test_fields_have_their_names_types_and_defaults():
    """Inherited ones first; a class variable is none. The types are as they were written."""
    assert [(one.name, one.type) for one in dataclasses.fields(Named)] == [
        ("x", "int"),
        ("y", "int"),
        ("tags", "tuple[str, ...]"),
        ("name", "str"),
        ("more", "dict[str, Any]"),
    ]
    assert Point.__annotations__["limit"] == "ClassVar[int]"
    assert Point.limit == 9 and Named(1).more == {} and Named(1).more is not Named(1).more


def test_values_cannot_be_changed_and_compare_by_their_fields():
    """Equality, hash and order leave out what is marked so; another class is never equal."""
    assert Point(1, 2, ("a",)) == Point(1, y=2)
    assert hash(Point(1, 2, ("a",))) == hash(Point(1, 2))
    assert sorted([Point(2), Point(1, 5), Point(1)]) == [Point(1), Point(1, 5), Point(2)]
    assert Point(1) != Named(1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        Point(1).x = 2  # type: ignore[misc]
    with pytest.raises(TypeError):
        Point(1, 2, (), 4)  # type: ignore[call-arg]


def test_values_are_copied_replaced_shown_and_pickled():
    """As many of one class as makes its constructor be compiled, and one more."""
    for number in range(20):
        one = Named(number, name="secret", more={"a": number})
        assert pickle.loads(pickle.dumps(one)) == copy.copy(one) == one
        assert dataclasses.replace(one, y=3).y == 3
        assert repr(one) == f"Named(x={number}, y=0, tags=(), more={{'a': {number}}})"
