"""Imports that modules of the repository hand on, followed to where they come from."""

from __future__ import annotations

import ast
from typing import TypeGuard

from lineage.scan.python.callee import package_of, spelled_out
from lineage.scan.python.flow import as_module
from lineage.scan.python.loaders.loader import Loader
from lineage.scan.python.loaders.table import PACKAGES
from lineage.scan.python.module import Call, Imported, Scope, dotted
from lineage.scan.python.values import Evaluator

_MOST = 8


def is_own_class(call: Call, loader: Loader, evaluator: Evaluator) -> bool:
    """Whether a callee is a class that the repository defines itself, and that is no class below
    one of the library's: what it does under that name stands in it."""
    owner, name, scope = _followed(call.node.func, call.scope, evaluator)
    found = owner.module.own_class(name, scope)
    return found is not None and not _is_of_library(owner, found, loader, _MOST)


def package_behind(call: Call, evaluator: Evaluator) -> str:
    """The package that a callee comes from, also where a module of the repository hands it on:
    `from ours.compat import LLM`, and there `from vllm import LLM`."""
    func = call.node.func
    owner, name, scope = _followed(func, call.scope, evaluator)
    if owner is not evaluator and name in owner.module.top.imports:
        return package_of(ast.Name(name), scope, owner.module)
    if owner is not evaluator and name not in owner.module.top.bindings:
        for star in owner.module.stars:
            return star.partition(".")[0]
    return package_of(func, call.scope, evaluator.module)


def _followed(func: ast.expr, scope: Scope, evaluator: Evaluator) -> tuple[Evaluator, str, Scope]:
    """The module in which a callee is defined or comes from outside, its name there, and the scope
    from which that is seen."""
    name = func.id if isinstance(func, ast.Name) else ""
    if isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name):
        imported = evaluator.module.imported(func.value.id, scope)
        whole = None if imported is None else as_module(imported)
        other = evaluator.find(evaluator.module, whole) if _is_own(whole, evaluator) else None
        if other is not None:  # `compat.LLM`
            evaluator, name, scope = Evaluator(other, evaluator.find), func.attr, other.top
    for _ in range(_MOST):
        imported = evaluator.module.imported(name, scope)
        is_class = evaluator.module.own_class(name, scope) is not None
        if is_class or not _is_own(imported, evaluator):
            break
        beyond = evaluator.beyond(name, scope)
        if beyond is None:
            break
        evaluator, name = beyond
        scope = evaluator.module.top
    return evaluator, name, scope


def _is_own(imported: Imported | None, evaluator: Evaluator) -> TypeGuard[Imported]:
    """Whether what is imported is the repository's own for sure: Python finds its module from
    where it is imported, and no library of machine learning has that module's name."""
    file = None if imported is None else evaluator.find.file_of(evaluator.module, imported)
    if imported is None or file is None or imported.level:
        return file is not None
    root = imported.module.partition(".")[0]
    folder = f"/{file}".partition(f"/{root}")[0].strip("/")  # not `tests/stubs/library.py`
    is_seen = f"/{evaluator.module.file}".startswith(f"/{folder}/" if folder else "/")
    return is_seen and root not in PACKAGES


def _is_of_library(owner: Evaluator, cls: Scope, loader: Loader, depth: int) -> bool:
    """Whether a class is below one of the library's, or stands in for it where it is missing."""
    around = cls.parent or cls
    if cls.name in around.imports or not depth:
        return True
    for base in getattr(cls.node, "bases", ()):
        if spelled_out(dotted(base), around, owner.module).rpartition(".")[2] in loader.names:
            return True
        own = owner.class_named(base, around)
        if own is not None and _is_of_library(*own, loader, depth - 1):
            return True
    return False
