"""What Python code sends to services without a client of theirs: the addresses that it asks, and
the models in what it posts."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator

from lineage.scan.python.displays import literals
from lineage.scan.python.hosted_texts import has_text, is_api_path, text_head
from lineage.scan.python.module import Call, Module, Scope
from lineage.scan.python.values import Evaluator
from lineage.scan.services import Services

SENDS = frozenset({"post", "request", "put", "Request", "urlopen", "stream", "fetch", "send"})
"""Calls that send something to an address."""
_BODIES = frozenset({"json", "data", "content", "body"})
CONNECTS = frozenset(
    [
        "HTTPSConnection", "HTTPConnection", "HTTPSConnectionPool", "HTTPConnectionPool",
        "create_connection", "open_connection", "urlunsplit", "urlunparse",
    ]
)  # fmt: skip
"""Calls that are given a host by itself, and that are called like nothing else."""
_HOSTS_FIRST = CONNECTS | {"URL", "build", "SplitResult", "ParseResult", "join"}
_TEXTS: tuple[type[ast.expr], ...] = (ast.BinOp, ast.Constant, ast.JoinedStr)
_MOST_HOSTS = 4
"""A module that holds more addresses of services is a list of them, not a use of each."""


def stated_hosts(module: Module, evaluator: Evaluator, services: Services) -> dict[str, ast.expr]:
    """Hosts of services whose address is bound to a name, put under a key or given to a call, each
    once, with the place; none for a list of many."""
    found: dict[str, ast.expr] = {}
    is_web = any(str(text.value).startswith("http") for text in module.texts)
    for node, scope in _may_be_addresses(module, _TEXTS if is_web else (ast.BinOp,)):
        if isinstance(node, ast.BinOp):
            is_known = is_web or has_text(node)
            known = evaluator.values(node, scope) if is_known else []
            text = known[0].text if known else None
        else:
            text = text_head(node)
        if text is not None and text.startswith("http"):
            host = services.host_of(text)
            if host in services.hosts and is_api_path(text):
                found.setdefault(host, node)
    for call in module.calls:
        if call.last in _HOSTS_FIRST:
            for node in _members(call.node):
                for value in evaluator.values(node, call.scope)[:1]:
                    if value.text.lower() in services.hosts:
                        found.setdefault(value.text.lower(), node)
    return found if len(found) <= _MOST_HOSTS else {}


def _may_be_addresses(
    module: Module, kinds: tuple[type[ast.expr], ...]
) -> Iterator[tuple[ast.expr, Scope]]:
    """The expressions of those kinds that an address may be, each with its scope."""
    given = [one for call in module.calls for one in call.node.args[:2] if type(one) in kinds]
    bound = [one.value for one in module.named if type(one.value) in kinds]
    yield from ((one, module.top) for one in (*bound, *given))
    # Under a key that is put together, as that of a variable can be.
    for ones in module.written.values():
        put = (one for one in ones if not isinstance(one.key, ast.Constant))
        yield from ((one.value, one.scope) for one in put if type(one.value) in kinds)
    for table in module.tables:
        pairs = zip(table.keys, table.values, strict=True)
        under = (value for key, value in pairs if not isinstance(key, ast.Constant))
        yield from ((value, module.top) for value in under if type(value) in kinds)


def _members(call: ast.Call) -> Iterator[ast.expr]:
    """The texts that may be a host among what a call is given, in a tuple too."""
    for one in (*call.args[:2], *(k.value for k in call.keywords if k.arg in ("host", "netloc"))):
        yield from one.elts[:2] if isinstance(one, ast.Tuple | ast.List) else (one,)


def is_sent(call: Call) -> bool:
    """Whether a call may send something to an address."""
    return call.last in SENDS


def posted_models(call: Call, evaluator: Evaluator) -> Iterator[tuple[ast.expr, Scope]]:
    """What stands under `model` in the payload that a call sends, as a table or as text."""
    given = [one.value for one in call.node.keywords if one.arg in _BODIES]
    for one in (*given, *call.node.args[1:4]):
        body = _unwrapped(one)
        tables = list(literals(evaluator, body, call.scope, 0))
        for table, scope in tables:
            if isinstance(table, ast.Dict):
                for key, value in zip(table.keys, table.values, strict=True):
                    keys = evaluator.values(key, scope) if key is not None else ()
                    if any(one.text == "model" for one in keys):
                        yield value, scope
        if not tables and isinstance(body, ast.Constant | ast.BinOp | ast.JoinedStr | ast.Name):
            for known in evaluator.values(body, call.scope):
                if (name := _in_json(known.text)) is not None:
                    yield ast.copy_location(ast.Constant(name), body), call.scope


def addresses_of(call: Call) -> Iterator[ast.expr]:
    """What may be the address that a call is sent to."""
    yield from (one.value for one in call.node.keywords if one.arg == "url")
    yield from call.node.args[:2]


def _unwrapped(node: ast.expr) -> ast.expr:
    """The table in `json.dumps(table).encode()`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr == "encode":
            return _unwrapped(node.func.value)
        if node.func.attr == "dumps" and node.args:
            return _unwrapped(node.args[0])
    return node


def _in_json(text: str) -> str | None:
    if not text.lstrip().startswith("{"):
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None  # no payload of JSON
    name = found.get("model") if isinstance(found, dict) else None
    return name if isinstance(name, str) else None
