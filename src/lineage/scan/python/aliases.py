"""Names that a module has of its own for something that loads, or hands on to what does: whoever
calls it by them calls that."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import replace

from lineage.scan.names import Bare
from lineage.scan.python.callee import is_below, last_of, may_load, resolved, returning, spelled_out
from lineage.scan.python.data_sets import says_other
from lineage.scan.python.flow import Inlet, Wanted
from lineage.scan.python.followed import is_own_class, package_behind
from lineage.scan.python.loaders.elsewhere import FOREIGN_PACKAGES, REGISTERS
from lineage.scan.python.loaders.loader import Loader
from lineage.scan.python.loaders.table import SECOND, loaders_for
from lineage.scan.python.module import Call, How, Module, Scope, call_at
from lineage.scan.python.value import argument_of
from lineage.scan.python.values import Evaluator

_MOST = 8


def named_loaders(evaluator: Evaluator) -> Iterator[Inlet]:
    """What the loaders take that the module gives other names: `from huggingface_hub import
    snapshot_download as fetch`, `load = AutoModel.from_pretrained`, `class Encoder(Library)`; and
    those that its functions return."""
    module = evaluator.module
    for name, call in _other_names(evaluator, lambda last: may_load(last, module)):
        yield from _inlets_of(name, call, evaluator)
    for name, imported in module.top.imports.items():
        if imported.name not in (None, name) and loaders_for(imported.name or ""):
            yield from _inlets_of(name, _call_of(ast.Name(name), module), evaluator)
    for function in (one for several in module.functions.values() for one in several):
        if function.parent is module.top and function in returning(function.name, module):
            for value in function.returned[:_MOST]:
                call = call_at(ast.Call(value, [], []), function)
                for one in resolved(call, evaluator) if may_load(last_of(value), module) else ():
                    for inlet in _inlets_of(function.name, one, evaluator):
                        yield replace(inlet, is_returned=True)
    for cls in _made_as_above(module):
        for base in getattr(cls.node, "bases", ())[:_MOST]:
            if last_of(base)[:1].isupper() and may_load(last_of(base), module):
                for inlet in _inlets_of(cls.name, _call_of(base, module), evaluator):
                    yield replace(inlet, is_of_class=True)


def handed_under(evaluator: Evaluator, wanted: Wanted) -> Iterator[Inlet]:
    """The inlets of the module's own functions and classes under its other names for them, and of
    its classes below one of a library's that loads."""
    module = evaluator.module
    for name, call in _other_names(evaluator, wanted.__contains__):
        for inlet in wanted.get(call.last, ()):
            is_same = inlet.file == module.file and not (
                inlet.is_word or inlet.is_attribute or inlet.is_returned
            )
            if is_same and argument_of(call.node, inlet.parameter, inlet.position) is None:
                place = inlet.position - len(call.node.args)
                yield replace(inlet, owner=name, position=place if place >= 0 else -1)
    for cls in _made_as_above(module):
        for base in getattr(cls.node, "bases", ())[:_MOST]:
            for inlet in wanted.get(last_of(base), ()):
                above = evaluator.class_named(base, cls.parent or cls) if inlet.is_loader else None
                if above is not None and above[0].module.file == inlet.file:
                    yield replace(inlet, file=module.file, owner=cls.name)


def _other_names(evaluator: Evaluator, may_be: Callable[[str], bool]) -> Iterator[tuple[str, Call]]:
    """Names at the top of the module that stand for something of interest, each with a call of
    that which gives what the name gives it already."""
    top = evaluator.module.top
    for name, bindings in top.bindings.items():
        for one in bindings[:_MOST]:
            value = one.value if one.how is How.VALUE else None
            if isinstance(value, ast.Call):
                value = value.args[0] if value.args else None
            if isinstance(value, ast.Name | ast.Attribute) and may_be(last_of(value)):
                for call in resolved(_call_of(ast.Name(name), evaluator.module), evaluator):
                    if call.name != name:
                        yield name, call
                break


def _call_of(func: ast.expr, module: Module) -> Call:
    return call_at(ast.Call(func, [], []), module.top)


def _made_as_above(module: Module) -> Iterator[Scope]:
    """The classes that have no constructor of their own."""
    own = {one.parent for one in module.functions.get("__init__", ())}
    yield from (one for one in module.classes.values() if one not in own)


def _inlets_of(name: str, call: Call, evaluator: Evaluator) -> Iterator[Inlet]:
    """The inlet, by its place and by each of its keywords, of what a name calls."""
    module = evaluator.module
    written = spelled_out(call.name, call.scope, module)
    package = package_behind(call, evaluator)
    loader = _loader_of(call, written.rpartition(".")[2], package, evaluator)
    if loader is None or loader.weights or says_other(call, evaluator):
        return
    second = SECOND.get(".".join(written.split(".")[-2:]))
    position, keywords = (loader.position, loader.keywords) if second is None else second
    given = {one.arg for one in call.node.keywords}
    place = -1 if position is None else position - len(call.node.args)
    if not given.isdisjoint(keywords) or (position is not None and place < 0):
        return  # that is a load by itself
    register = loader.register or REGISTERS.get(package)
    is_hubs = not (loader.tagged or package in FOREIGN_PACKAGES)
    for number, keyword in enumerate(keywords):
        yield Inlet(
            module.file,
            name,
            keyword,
            -1 if number else place,
            is_of_class=False,
            bare=loader.bare if is_hubs else Bare.IGNORED,
            is_loader=loader.is_sure and not number,
            register=str(register or ""),
        )


def _loader_of(call: Call, last: str, package: str, evaluator: Evaluator) -> Loader | None:
    for loader in loaders_for(last):
        if loader.packages:
            if package in loader.packages and is_below(loader, call, evaluator.module):
                return loader
        elif not is_own_class(call, loader, evaluator):
            return loader
    return None
