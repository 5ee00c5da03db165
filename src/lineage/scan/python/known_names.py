"""Names of models that the tables know, where nothing in the code asks a service for them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import replace
from functools import lru_cache
from pathlib import PurePosixPath

from lineage.core.use import Certainty
from lineage.core.value import dataclass
from lineage.scan.names import Judged
from lineage.scan.python.asked import asks_about
from lineage.scan.python.enumerations import enumerated_models, host_of_enumeration
from lineage.scan.python.module import Call, Module, Named, Scope
from lineage.scan.python.named import is_default, is_said, members
from lineage.scan.python.outputs import ONLY_WRITTEN
from lineage.scan.python.value import Value, class_of_constant, is_told_there
from lineage.scan.python.values import Evaluator
from lineage.scan.services import NAME_ALONE, Services
from lineage.scan.telling import suggests_model

_NUMBERED = re.compile(r"(?=[^\s]*[\d-])[A-Za-z][\w.:@+-]{2,100}\Z")
GivenName = tuple[str, ast.expr, Scope]
"""A parameter, what it is given, and where."""
_FIRST = 8
"""Arguments of a call that are looked at."""
_DEFAULTS = frozenset({"name", "engine", "deployment"})
"""Parameters and fields whose default may be a model's name, and is where the tables know it."""
_COUNTS = re.compile(r"(?i)token(?!_?urls?)|count|encod(?:e\Z|ing)")
"""Names of what tells tokens apart by a model's name, and asks no model."""
_MAKES = re.compile(r"(?:from|for|of)_(?:model(?:_name|_id)?|name|id)\Z")
"""Methods that make an object of a class by a model's name."""
_ENCODER = re.compile(r"(?i)encoder")
_CHATS = re.compile(r"(?i)(?:chat)?gpt-|o\d")
"""Models that encode nothing: under such a name it is their tokenizer's encoding that is meant."""


@dataclass(frozen=True)
class KnownName:
    """One such name, and how a report says where it stands."""

    node: ast.expr
    judged: Judged
    via: str
    value: Value


def known_names(
    module: Module,
    evaluator: Evaluator,
    services: Services,
    given: Iterable[GivenName],
    told: Set[int],
) -> Iterator[KnownName]:
    """Under a name that says model, in a variable that says whose, or in a form that one service
    alone has. `told`: expressions that were told already, by their `id`."""
    of_file = host_of_file(module.file, services)
    words = [text for text in module.texts if " " not in str(text.value)]
    is_known = any(services.host_of_name(str(text.value)) for text in words)
    speaking = _speaking(module, only_upper=not (is_known or of_file))
    for name, node, scope in (*speaking, *given):
        said = services.host_of_variable(name) if name.isupper() else ""
        said = said or (of_file if name.isupper() or scope.is_class else "")
        owner = class_of_constant(node)
        if not (is_known or said or owner):
            continue
        said = said or host_of_enumeration(owner, services)
        if id(node) in told or id(node) in module.shown:
            continue
        for value in evaluator.values(node, scope):
            if _ENCODER.search(name) and _CHATS.match(value.text):
                continue
            host, via = services.host_of_name(value.text), f"{NAME_ALONE}{name}"
            if said and _NUMBERED.match(value.text):
                host, via = said, f"name {name}"
            elif is_put_together(value):
                continue
            judged = services.judge(host, value.text) if host else None
            is_told = is_told_there(value, node, module.file) and not owner
            if judged is not None and not is_told:
                if scope.is_class and _is_only_sought(name, node, module):
                    judged = replace(judged, reason=ONLY_WRITTEN)
                yield KnownName(node, judged, via, replace(value, certainty=Certainty.LIKELY))
    for one in enumerated_models(module, services, of_file) if is_known else ():
        if id(one.node) not in told:
            text, line = str(one.node.value), one.node.lineno
            value = Value(text, one.certainty, line, module.file)
            yield KnownName(one.node, one.judged, f"{NAME_ALONE}{one.name}", value)
    routes = [(text, services.formed(str(text.value), alone=True)) for text in words]
    formed = [(text, route) for text, route in routes if route is not None]
    apart = told | _keys_and_listed(module) if formed else told
    for part, route in formed:
        judged = services.judge(*route) if id(part) not in apart else None
        if judged is not None and id(part) not in module.compared:
            value = Value(str(part.value), Certainty.LIKELY, part.lineno, module.file)
            yield KnownName(part, judged, "an id of its service's own form", value)


def _is_only_sought(name: str, node: ast.expr, module: Module) -> bool:
    """Whether a text is one of a list in a class's body of which this module does no more than to
    look whether something is in it: what a service has, unless another module takes one."""
    if not isinstance(module.parents.get(node), ast.List | ast.Tuple):
        return False
    reads = (
        part
        for part in module.parents
        if (isinstance(part, ast.Attribute) and part.attr == name)
        or (isinstance(part, ast.Name) and part.id == name and isinstance(part.ctx, ast.Load))
    )
    return all(isinstance(module.parents[part], ast.Compare) for part in reads)


@lru_cache(maxsize=1_000)
def host_of_file(file: str, services: Services) -> str:
    """The service whose word a module's name is: what its constants and fields call a model is that
    service's."""
    return services.host_of_class(PurePosixPath(file).stem)


def _keys_and_listed(module: Module) -> set[int]:
    """Keys, what stands under a name, and members of lists that are no defaults, and of types: what
    may be chosen, and is not."""
    found = {id(key) for table in module.tables for key in table.keys}
    for named in module.named:
        found.add(id(named.value))
        node = named.value.slice if isinstance(named.value, ast.Subscript) else named.value
        if isinstance(node, ast.List | ast.Tuple | ast.Set) and not is_default(named):
            found.update(map(id, node.elts))
    return found


def is_put_together(value: Value) -> bool:
    """Whether a name without a slash was made of pieces: that it names a model of a service is
    only known of what is written out, or given to a call that asks one."""
    return value.is_composed and "/" not in value.text


def _speaking(module: Module, *, only_upper: bool) -> Iterator[GivenName]:
    """What stands under a name that says model: names, keys, tables, and calls that are given it
    first (`get_llm("gpt-4o")`). `only_upper`: whether no name tells but one in capitals, as most
    modules know no model's name."""
    for named in module.named:
        is_upper = named.name.isupper() or "".join(named.under[-1:]).isupper()
        if only_upper and not (is_upper or _has_constant(named.value)):
            continue
        says = suggests_model(named.name) or (named.is_default and named.name in _DEFAULTS)
        if not says and not (named.under and suggests_model(named.under[-1])):
            continue
        if is_asked_about(named) or isinstance(named.value, ast.Set):
            continue  # nobody takes a model out of a set: it is what others are compared with
        if says:
            yield from ((named.name, one, named.scope) for one in members(named))
        elif not (is_said(named) or asks_about(named.under[-1])):
            yield named.under[-1], named.value, named.scope
    for call in module.calls:
        name = _asking(call)
        if only_upper and not name.isupper():
            continue
        is_asking = suggests_model(name) and not asks_about(name)
        if call.node.args and is_asking and id(call.node) not in module.asserted:
            yield name, call.node.args[0], call.scope


def _asking(call: Call) -> str:
    """The name of what a call makes: `ModelSpec.from_name("gpt-4o")` makes a `ModelSpec`."""
    above, _, last = call.name.rpartition(".")
    owner = above.rpartition(".")[2]
    is_maker = _MAKES.match(last) is not None and owner[:1].isupper()
    return owner if is_maker and not _COUNTS.search(owner) else last


def _has_constant(node: ast.expr) -> bool:
    """Whether it is a constant of a class, or a list of them."""
    if isinstance(node, ast.List | ast.Tuple) and node.elts:
        node = node.elts[0]
    return bool(class_of_constant(node))


def is_asked_about(named: Named) -> bool:
    """Whether a name stands in what is only told something of a model by its name."""
    inside = named.scope.name
    if any(map(_COUNTS.search, (named.name, named.function, inside, *named.under[-1:]))):
        return True
    return named.name == inside and asks_about(inside)  # what it returns


def given_names(module: Module, evaluator: Evaluator, services: Services) -> Iterator[GivenName]:
    """Texts that a function or a class of the repository is given by position for a parameter, and
    that parameter: of those that name a model by themselves."""
    for call in module.calls:
        if not isinstance(call.node.func, ast.Name):
            continue
        last = call.last
        if not (last in module.functions or last in module.imports or last in module.classes):
            continue
        for place, one in enumerate(call.node.args[:_FIRST]):
            text = one.value if isinstance(one, ast.Constant) else None
            if isinstance(text, str) and (services.host_of_name(text) or services.split(text)):
                name = _parameter(call, place, evaluator)
                if not suggests_model(name) or _COUNTS.search(call.last):
                    continue
                if id(one) not in module.asserted:
                    yield name, one, call.scope


def _parameter(call: Call, place: int, evaluator: Evaluator) -> str:
    where, name = evaluator.beyond(call.last, call.scope) or (evaluator, call.last)
    functions = where.module.functions_at_top(name)
    if not functions and not asks_about(name):
        functions, place = _makers(name, where.module), place + 1  # behind the object itself
    for function in functions:
        for parameter, at in function.parameters.items():
            if at == place:
                return parameter
    return ""


def _makers(name: str, module: Module) -> list[Scope]:
    """What makes the objects of a class: its own, or that of the nearest class above it which the
    module has as well (`Chat("gpt-4o", …)`)."""
    waiting, done = [name], set[str]()
    makers = module.functions.get("__init__", [])
    while waiting:
        one = waiting.pop(0)
        cls = module.classes.get(one)
        if cls is None or one in done or not isinstance(cls.node, ast.ClassDef):
            continue
        done.add(one)
        if made := [maker for maker in makers if maker.parent is cls]:
            return made
        waiting += [base.id for base in cls.node.bases if isinstance(base, ast.Name)]
    return []
