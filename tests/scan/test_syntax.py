"""Every form that Python's grammar has is read: none of them ends the scan."""

from __future__ import annotations

import ast

from lineage.core.use import UseKind
from lineage.scan.python.index import parse
from lineage.scan.python.library import Library
from lineage.scan.python.reader import PythonReader
from lineage.workflows.check import services_of

# One of each kind of statement, expression, operator and pattern of Python 3.10.
EVERYTHING = """
from __future__ import annotations
import os, sys as system
from . import *
@decorator(1)
class C(Base, metaclass=Meta):
    field: int
    x: str = "a"
@cached
async def f(a, /, b=1, *args: int, c, d=2, **kwargs) -> None:
    global g
    async with a as b, c: pass
    async for i in a: continue
    else: pass
    await b
    return [x async for x in y if x]
def h():
    n = 1
    def inner():
        nonlocal n
        yield n
        yield from n
        return
    del n, a.b, a[1]
while a < b <= c != d is e is not f in g not in h == i > j >= k: break
else: pass
for x, *y in z: pass
if (n := 1): pass
elif a: pass
else: pass
try: raise A from b
except (A, B) as e: pass
except: raise
else: pass
finally: assert a, "b"
with a: pass
a += 1; a -= 1; a *= 1; a /= 1; a //= 1; a %= 1; a **= 1; a <<= 1; a >>= 1; a |= 1; a &= 1; a ^= 1; a @= b
a = -b + (+c) * ~d and not e or f if g else lambda h, *i: ...
a = {1: 2, **b}, {1, 2}, [*a], (1,), {x for x in y}, {k: v for k, v in z}, (x for x in y), 1j, b"a"
a = f"{a!r:>{b}} {c}" f"d", a.b, a[1:2:3], a[..., None], a[b, c], f(*a, **b), True, None
match a:
    case True | False | None: pass
    case 1 | -1 | "a" | b"a": pass
    case [1, *rest] | (1, 2): pass
    case {"a": 1, **rest} if rest: pass
    case Point(1, y=2) as p: pass
    case a.b | _: pass
"""
_FORMER = {"AugLoad", "AugStore", "ExtSlice", "Index", "Num", "Str", "Bytes", "NameConstant",
           "Ellipsis", "Param", "Suite", "slice"}  # fmt: skip
_ELSEWHERE = {"Expression", "Interactive", "FunctionType", "TypeIgnore"}
_LATER = {"TryStar", "TypeAlias", "TypeVar", "ParamSpec", "TypeVarTuple", "TemplateStr",
          "Interpolation"}  # fmt: skip


def test_the_text_has_every_kind_of_node() -> None:
    """Or a kind that Python knows would go without a test."""
    met = {type(node) for node in ast.walk(ast.parse(EVERYTHING))}
    known = {
        kind
        for kind in vars(ast).values()
        if isinstance(kind, type) and issubclass(kind, ast.AST) and not kind.__subclasses__()
    }
    assert {kind.__name__ for kind in known - met} <= _FORMER | _ELSEWHERE | _LATER


def test_every_kind_of_node_is_read() -> None:
    """And what is behind them all is found."""
    text = f'{EVERYTHING}\nMODEL = "acme/falcon-7b"\n'
    reader = PythonReader(parse(text, "a.py"), Library({}, dict[str, str]().get), services_of())
    assert [one.model for one in reader.uses()] == ["acme/falcon-7b"]


def test_a_dictionary_made_by_a_call_is_looped_over() -> None:
    """Its keys are names of arguments, which stand in no text."""
    text = (
        "from transformers import AutoModel\n"
        'KNOWN = dict(small="acme/falcon-7b", big="acme/falcon-40b")\n'
        "for size, name in KNOWN.items():\n"
        "    AutoModel.from_pretrained(name)\n"
        "for size in KNOWN:\n"
        "    AutoModel.from_pretrained(size)\n"
    )
    reader = PythonReader(parse(text, "a.py"), Library({}, dict[str, str]().get), services_of())
    found = {(one.line, one.model) for one in reader.uses() if one.kind is UseKind.HUB}
    assert {(4, "acme/falcon-7b"), (4, "acme/falcon-40b")} <= found
