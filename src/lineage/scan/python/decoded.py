"""Texts that code spells in some other form: as bytes, in base64, compressed, by numbers."""

from __future__ import annotations

import ast
import base64
import binascii
import codecs
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from lineage.core.use import Certainty
from lineage.scan.python.module import Scope, dotted
from lineage.scan.python.value import DEEPEST, Value

if TYPE_CHECKING:
    from lineage.scan.python.values import Evaluator

_LONGEST = 100_000


def _inflated(data: bytes) -> bytes:
    return zlib.decompressobj(wbits=zlib.MAX_WBITS | 32).decompress(data, _LONGEST)


_READERS: dict[str, Callable[[bytes], bytes]] = {
    "b64decode": base64.b64decode,
    "standard_b64decode": base64.b64decode,
    "decodebytes": base64.b64decode,
    "urlsafe_b64decode": base64.urlsafe_b64decode,
    "b32decode": base64.b32decode,
    "b16decode": base64.b16decode,
    "a85decode": base64.a85decode,
    "b85decode": base64.b85decode,
    "unhexlify": binascii.unhexlify,
    "a2b_hex": binascii.unhexlify,
    "a2b_base64": binascii.a2b_base64,
    "fromhex": lambda data: bytes.fromhex(data.decode("ascii")),
    "decompress": _inflated,
}
DECODERS = frozenset({*_READERS, "decode", "chr"})
"""Calls by whose names a text may be in another form."""
_HIDES = frozenset({*_READERS, "decrypt", "unmarshal", "urlopen", "urlretrieve"})
_FETCHES = ("requests", "httpx", "urllib", "urllib3", "aiohttp", "marshal")
_MOST_NODES = 200


def decoded(
    evaluator: Evaluator, node: ast.Call, last: str, scope: Scope, depth: int
) -> Iterator[Value]:
    """What such a call makes of a text that is known; bytes are texts of a letter a byte."""
    if last == "chr":
        code = node.args[0] if len(node.args) == 1 else None
        if isinstance(code, ast.Constant) and isinstance(code.value, int) and code.value < 0x10000:
            place = (code.lineno, evaluator.module.file)
            yield Value(chr(code.value), Certainty.CERTAIN, *place, is_composed=True)
        return
    is_method = last == "decode" and isinstance(node.func, ast.Attribute)
    is_codecs = is_method and dotted(node.func) == "codecs.decode"
    if is_method and not is_codecs and isinstance(node.func, ast.Attribute):
        subject, given = node.func.value, node.args
    elif node.args:
        subject, given = node.args[0], node.args[1:]
    else:
        return
    form = given[0].value if given and isinstance(given[0], ast.Constant) else "utf-8"
    for value in list(evaluator.possible(subject, scope, depth))[:8]:
        try:
            text = (
                _as_text(value.text, str(form), is_codecs=is_codecs)
                if is_method
                else _READERS[last](value.text.encode("latin-1")).decode("latin-1")
            )
        except (ValueError, LookupError, zlib.error, MemoryError):
            continue  # the call fails when it runs
        yield replace(value, text=text[:_LONGEST], is_composed=True)


def _as_text(text: str, form: str, *, is_codecs: bool) -> str:
    if is_codecs and form.replace("_", "").lower() in ("rot13", "rot"):
        return codecs.decode(text, "rot13")
    data = text.encode("latin-1")
    name = form.replace("_", "").lower()
    if is_codecs and name in ("hex", "hexcodec"):
        return bytes.fromhex(text).decode("latin-1")
    if is_codecs and name in ("base64", "base64codec"):
        return base64.b64decode(data).decode("latin-1")
    return data.decode(form if name in ("ascii", "latin1", "utf8", "utf-8", "utf16") else "utf-8")


def is_hidden(evaluator: Evaluator, node: ast.expr, scope: Scope) -> bool:
    """Whether an expression is made of what is decoded, decrypted or fetched while it runs."""
    waiting, seen = [(node, 0)], 0
    while waiting and seen < _MOST_NODES:
        part, depth = waiting.pop()
        for inner in ast.walk(part):
            seen += 1
            if isinstance(inner, ast.Call):
                name = dotted(inner.func)
                if name.rpartition(".")[2] in _HIDES or name.split(".")[0] in _FETCHES:
                    return True
            elif isinstance(inner, ast.Name) and depth < min(4, DEEPEST):
                where: Scope | None = scope
                while where is not None and inner.id not in where.bindings:
                    where = where.parent
                bound = where.bindings[inner.id][:6] if where is not None else ()
                waiting += [(one.value, depth + 1) for one in bound if one.value is not None]
    return False
