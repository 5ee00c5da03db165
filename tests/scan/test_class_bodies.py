"""What the bodies of a module's classes set is told by its text, with nothing lost."""

from __future__ import annotations

import inspect
import logging
import unittest.mock
from types import ModuleType

import click
import huggingface_hub.hf_api
import pytest
import requests.models

from lineage.scan.python.class_bodies import may_set
from lineage.scan.python.index import parse
from lineage.scan.python.lexed import lexed

SET = (
    "class A(B):\n    field = NAME\n",
    "class A(B): field = NAME\n",
    "class A(B):\n    other = 1; field = NAME\n",
    "class A(B):\n    other = field = NAME\n",
    "class A(B):\n    other, field = NAMES\n",
    "class A(B):\n    (other,\nfield) = NAMES\n",
    "class A(B):\n    if X:\n        field: str = NAME\n",
    "class A(B):\n    for field in NAMES:\n        pass\n",
    "class A(B):\n    for other in (\n        1,\n    ):\n        field = NAME\n",
    "class A(B):\n    def f(self):\n        pass\n    field = NAME\n",
    "class A(B):\n    def f(self, x=(\n        1)):\n        pass\n\n    field = NAME\n",
    "def f():\n    class A(B):\n        field = NAME\n",
    "def f():\n    class A(B): field = NAME\n",
    "def f():\n    class A(B):\n        other = 1; \\\n field = NAME\n",
    "def f(\n    x,\n):\n    class A(B):\n        field = NAME\n",
    "class A(\n    B,\n):\n    field = NAME\n",
    "class A(B):\n    x = call(\n        1,\n    )\n    field = NAME\n",
    "class A(B):\n    other = '''\ndef f():\n'''\n    field = NAME\n",
    "class A(B):\n    # def f():\n    field = NAME\n",
    "class A(B):\n\tdef f(self):\n\t\tpass\n\tfield = NAME\n",
    "class A(B):\n    field \\\n        = NAME\n",
    "class A(B):\n    print(field := NAME)\n",
    "class A(B):\n    " + "x = field.y\n    " * 300 + "field = NAME\n",
)
NOT_SET = (
    "class A(B):\n    def f(self):\n        field = NAME\n",
    "class A(B):\n    async def f(self):\n        field = NAME\n",
    "class A(B):\n    def f(self, field=NAME):\n        pass\n",
    "class A(B):\n    def f(\n        self,\n        field=NAME,\n    ):\n        return field\n",
    "def f(x):\n    if x:\n        with y:\n            call(\n                field=x,\n            )\n",
    "class A(B):\n    x = other.field\n",
)


@pytest.mark.parametrize("text", SET)
def test_what_a_class_sets_in_its_body_is_seen(text: str) -> None:
    """However it is set out."""
    assert "field" in parse(text, "m.py").class_attributes
    assert may_set("field", lexed(text).code)


@pytest.mark.parametrize("text", NOT_SET)
def test_what_a_function_sets_is_not_the_class_s(text: str) -> None:
    """Nor are its parameters, nor the fields of other objects."""
    assert "field" not in parse(text, "m.py").class_attributes
    assert not may_set("field", lexed(text).code)


@pytest.mark.parametrize(
    "module", [click.core, huggingface_hub.hf_api, requests.models, unittest.mock, logging]
)
def test_nothing_that_real_classes_set_is_lost(module: ModuleType) -> None:
    """Of big modules: all that their classes set to a value."""
    text = inspect.getsource(module)
    fields = parse(text, "m.py").class_attributes.items()
    set_to_something = [name for name, bound in fields if any(one.value for one in bound)]
    assert set_to_something
    code = lexed(text).code
    assert [name for name in set_to_something if not may_set(name, code)] == []
