"""Find the model uses of one Python module."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lineage.core.elsewhere import Elsewhere, Place
from lineage.core.use import Certainty, ModelUse, UseKind
from lineage.scan.addresses import addresses
from lineage.scan.commands.command import command_uses
from lineage.scan.commands.word import ShellWord
from lineage.scan.names import Bare, Judged, is_hub_shaped, judge, named_elsewhere
from lineage.scan.python.clients import HostedCalls
from lineage.scan.python.defaults import Default, default_of, local_default
from lineage.scan.python.flow import Inlet, filled, inlets
from lineage.scan.python.loaders.elsewhere import FOREIGN_PACKAGES, HUB_WITH_NAMESPACE, REGISTERS
from lineage.scan.python.loaders.loader import Loader
from lineage.scan.python.loaders.table import MORE_KEYWORDS, SECOND, loaders_for
from lineage.scan.python.loaders.telling import (
    LOCAL_SETTINGS,
    SHELL_CALLS,
    SHELL_PACKAGES,
    TELLING_KEYWORDS,
    TELLING_NAME,
)
from lineage.scan.python.module import Call, Module, Named, Scope, dotted
from lineage.scan.python.named import named_uses
from lineage.scan.python.values import Evaluator, Finder, Value, call_argument
from lineage.scan.services import Services

_FILE_ADDRESS = re.compile(
    r"https?://(?:(?:www\.)?(?:huggingface\.co|hf\.co)/[\w.-]+/[\w.-]+/(?:resolve|raw)/"
    r"|(?:api-inference|router)\.huggingface\.co/(?:hf-inference/)?models/[\w.-]+/[\w.-]+)"
)
_ARGS_MODEL = re.compile(r"(?:^|,)\s*(?:pretrained|peft|tokenizer|model)\s*=\s*([^,\s]+)")
_DEFAULTS_OF_PIPELINE = "the task's default model"


@dataclass(frozen=True)
class _Found:
    """Where one text was named, before it is judged."""

    node: ast.expr
    scope: Scope
    via: str
    bare: Bare
    is_sure: bool
    tagged: bool = False
    foreign: bool = False
    register: Place | None = None
    """Where a foreign name is looked up, where that is known."""
    revision: str | None = None
    hub_namespaces: bool = False
    """Whether a foreign name with a namespace is the Hub's after all."""


class PythonReader:
    """Reads one indexed module; `find` follows imports into the
    scanned repository's other modules."""

    def __init__(self, module: Module, find: Finder, services: Services | None = None) -> None:
        self.module = module
        self._find = find
        self.evaluator = Evaluator(module, find)
        self._services = services or Services()
        self._hosted = HostedCalls(module, self.evaluator, find, self._services)
        self._handled: set[int] = set()
        self.inlets: set[Inlet] = set()
        """Parameters and fields of this module and others whose value it loads."""

    def uses(self) -> Iterator[ModelUse]:
        """Every use, loaders first, then names that merely say that they are models."""
        reported: set[tuple[str, str]] = set()
        for call in self.module.calls:
            for found in self._loads(call):
                self._handled.add(id(found.node))
                if not found.foreign and found.register is None:
                    self.inlets.update(inlets(found.node, found.scope, self.evaluator))
                for use in self._judged(found):
                    reported.add((use.defined_at, use.model))
                    yield use
            yield from self._runs(call)
            default = default_of(
                call, self._package(call.node.func), self.evaluator, self._services
            )
            if default is not None:
                yield self._default_use(call.node, default)
        for use in self._hosted.uses():
            reported.add((use.defined_at, use.model))
            yield use
        # A constant that a load was followed to is reported there, not once more for its name.
        yield from (use for use in self._named() if (use.at, use.model) not in reported)
        yield from self._addresses()

    def fillings(self, wanted: dict[str, list[Inlet]]) -> Iterator[ModelUse]:
        """What the module hands to parameters and fields that are loaded elsewhere."""
        for call, inlet, argument in filled(self.module, self._find, wanted):
            found = _Found(argument, call.scope, inlet.via, Bare.IGNORED, is_sure=False)
            self.inlets.update(inlets(argument, call.scope, self.evaluator))
            for use in self._judged(found):
                if use.kind is UseKind.HUB:
                    yield use

    # -- what a call loads -------------------------------------------------------------------------

    def _loads(self, call: Call) -> Iterator[_Found]:
        name = self._spelled_out(dotted(call.node.func))
        last = name.rpartition(".")[2]
        if (
            last == "partial"
            and call.node.args
            and isinstance(call.node.args[0], (ast.Attribute, ast.Name))
        ):
            inner = ast.Call(call.node.args[0], call.node.args[1:], call.node.keywords)
            yield from self._loads(Call(ast.copy_location(inner, call.node), call.scope))
            return
        if self._is_forwarding(call, last) or self._is_not_a_model(call):
            return
        package = self._package(call.node.func)
        for loader in loaders_for(last):
            if (
                not loader.packages
                or package in loader.packages
                or (package == "" and self._star(loader))
            ):
                yield from self._with_loader(call, loader, name, package)
                return
        if TELLING_NAME.match(last):
            bare = Bare.SENTENCE if "SentenceTransformer" in last else Bare.IGNORED
            found = list(self._with_keywords(call, TELLING_KEYWORDS, last, bare))
            first = call_argument(call, "", 0)
            if not found and isinstance(first, ast.Constant) and is_hub_shaped(str(first.value)):
                found = [
                    _Found(
                        first,
                        call.scope,
                        last,
                        Bare.IGNORED,
                        is_sure=False,
                        revision=self._revision(call),
                    )
                ]
            yield from found
        elif last in ("simple_evaluate", "HFLM"):
            yield from self._with_keywords(call, ("pretrained",), last, Bare.HUB)

    def _with_loader(self, call: Call, loader: Loader, name: str, package: str) -> Iterator[_Found]:
        via = (
            ".".join(name.split(".")[-2:])
            if name.rpartition(".")[2].islower()
            else name.rpartition(".")[2]
        )
        via = via.removeprefix("?.")
        second = SECOND.get(via)
        position, keywords = (loader.position, loader.keywords) if second is None else second
        argument = self._argument(call, keywords, position)
        revision = self._revision(call)
        foreign = package in FOREIGN_PACKAGES
        base = _Found(
            call.node,
            call.scope,
            via,
            loader.bare,
            loader.is_sure,
            loader.tagged,
            foreign,
            REGISTERS.get(package),
            revision,
            package in HUB_WITH_NAMESPACE,
        )
        if argument is not None:
            yield replace(base, node=argument)
        elif via.endswith("pipeline") and package == "transformers":
            yield replace(base, is_sure=True)
        for keyword in call.node.keywords:
            if keyword.arg in MORE_KEYWORDS and keyword.value is not argument:
                yield replace(
                    base,
                    node=keyword.value,
                    via=f"{via}({keyword.arg}=)",
                    bare=Bare.IGNORED,
                    is_sure=False,
                )

    def _with_keywords(
        self, call: Call, keywords: tuple[str, ...], via: str, bare: Bare
    ) -> Iterator[_Found]:
        argument = self._argument(call, keywords, None)
        if argument is not None:
            yield _Found(
                argument, call.scope, via, bare, is_sure=False, revision=self._revision(call)
            )

    @staticmethod
    def _argument(call: Call, keywords: tuple[str, ...], position: int | None) -> ast.expr | None:
        for keyword in keywords:
            value = call_argument(call, keyword, -1)
            if value is not None:
                return value
        return call_argument(call, "", position) if position is not None else None

    def _revision(self, call: Call) -> str | None:
        value = call_argument(call, "revision", -1)
        known = self.evaluator.values(value, call.scope) if value is not None else []
        return known[0].text if len(known) == 1 else None

    def _is_forwarding(self, call: Call, last: str) -> bool:
        """`super().from_pretrained(…)`, and a class that hands its own
        parameter on: the caller's line is the use."""
        func = call.node.func
        if not isinstance(func, ast.Attribute) or last not in ("from_pretrained", "from_quantized"):
            return False
        is_super = isinstance(func.value, ast.Call) and dotted(func.value.func) == "super"
        return is_super or (
            isinstance(func.value, ast.Name) and func.value.id == "cls" and call.scope.name == last
        )

    def _is_not_a_model(self, call: Call) -> bool:
        kind = call_argument(call, "repo_type", -1)
        values = self.evaluator.values(kind, call.scope) if kind is not None else []
        return any(v.text in ("dataset", "space") for v in values)

    def _package(self, func: ast.expr) -> str:
        """The top-level package a callee comes from: empty where it is not
        imported, `?` for a method of some object."""
        root = func
        while isinstance(root, (ast.Attribute, ast.Call)):
            root = root.value if isinstance(root, ast.Attribute) else root.func
        if not isinstance(root, ast.Name):
            return "?"
        imported = self.module.imports.get(root.id)
        if imported is not None:
            return "?" if imported.level else imported.module.partition(".")[0]
        made_by = self._maker(root.id)
        if made_by is not None:
            return made_by
        return "?" if isinstance(func, ast.Attribute) else ""

    def _spelled_out(self, name: str) -> str:
        """The callee's name with `import … as` undone."""
        root, dot, rest = name.partition(".")
        imported = self.module.imports.get(root)
        return f"{imported.name}{dot}{rest}" if imported is not None and imported.name else name

    def _maker(self, name: str) -> str | None:
        """The package of the class that made an object: `client = ollama.Client()`."""
        for bindings in (
            self.module.top.bindings.get(name, []),
            *(s.bindings.get(name, []) for s in self.module.classes.values()),
        ):
            for binding in bindings:
                if isinstance(binding.value, ast.Call):
                    root = dotted(binding.value.func).partition(".")[0]
                    imported = self.module.imports.get(root)
                    if imported is not None and not imported.level:
                        return imported.module.partition(".")[0]
        return None

    def _star(self, loader: Loader) -> bool:
        return any(s.partition(".")[0] in loader.packages for s in self.module.stars)

    # -- from a place to uses ----------------------------------------------------------------------

    def _judged(self, found: _Found) -> Iterator[ModelUse]:
        values = (
            []
            if isinstance(found.node, ast.Call) and found.node.func is None
            else self.evaluator.values(found.node, found.scope)
        )
        shown = 0
        for value in values:
            judged = self._judge(value, found)
            if judged is not None:
                shown += 1
                yield self._use(found, value, judged)
        if shown == 0 and found.is_sure and not values and not _is_object(found.node):
            yield self._unresolved(found)

    def _judge(self, value: Value, found: _Found) -> Judged | None:
        if value.is_path:
            return Judged(UseKind.LOCAL, value.text, reason="a path")
        if found.register is not None and re.fullmatch(r"[\w.-]+(?:/[\w.-]+)*", value.text):
            return named_elsewhere(Elsewhere(found.register, value.text))
        foreign = found.foreign and not (found.hub_namespaces and "/" in value.text)
        bare = Bare.OTHER if found.foreign else found.bare
        judged = judge(value.text, bare, tagged=found.tagged)
        if judged is not None and foreign and judged.kind is UseKind.HUB:
            return Judged(
                UseKind.OTHER,
                judged.model,
                judged.revision,
                "a name of the library's own registry, not of the Hub",
            )
        return judged

    def _use(self, found: _Found, value: Value, judged: Judged) -> ModelUse:
        node = found.node
        line, column = node.lineno, node.col_offset + 1
        elsewhere = (value.file, value.line) != (self.module.file, line)
        written = "" if isinstance(node, ast.Constant) else _source(node)
        return ModelUse(
            self.module.file,
            line,
            column,
            judged.kind,
            judged.model,
            found.via,
            value.certainty,
            found.revision or judged.revision,
            written,
            defined_at=f"{value.file}:{value.line}" if elsewhere else "",
            reason=judged.reason,
            target=judged.target,
        )

    def _unresolved(self, found: _Found) -> ModelUse:
        is_default = found.via.endswith("pipeline") and isinstance(found.node, ast.Call)
        reason = _DEFAULTS_OF_PIPELINE if is_default else "known only when the code runs"
        node = found.node
        return ModelUse(
            self.module.file,
            node.lineno,
            node.col_offset + 1,
            UseKind.UNRESOLVED,
            "",
            found.via,
            Certainty.CERTAIN,
            found.revision,
            _source(node),
            reason=reason,
        )

    # -- commands, names that suggest a model, addresses -------------------------------------------

    def _runs(self, call: Call) -> Iterator[ModelUse]:
        """`subprocess.run(["vllm", "serve", …])` and `os.system("hf download …")`."""
        name = dotted(call.node.func)
        if (
            name.rpartition(".")[2] not in SHELL_CALLS
            or self._package(call.node.func) not in SHELL_PACKAGES
            or not call.node.args
        ):
            return
        first = call.node.args[0]
        parts = first.elts if isinstance(first, (ast.List, ast.Tuple)) else call.node.args
        words: list[ShellWord] = []
        for part in parts:
            known = self.evaluator.values(part, call.scope)
            text = known[0].text if known else "$?"
            words.extend(
                ShellWord(t, part.lineno, part.col_offset + 1)
                for t in (text.split() if len(parts) == 1 else [text])
            )
        yield from command_uses(words, self.module.file)

    def _named(self) -> Iterator[ModelUse]:
        """Constants, defaults, fields, keys and keywords whose name
        says model and whose value is a hub id."""
        for named in self.module.named:
            node = named.value
            if id(node) in self._handled:
                continue
            is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
            if named.name == "model_args" and isinstance(node, ast.Constant) and is_text:
                yield from self._model_args(node)
                continue
            if named.name in LOCAL_SETTINGS:
                yield from self._local(named)
            for one in named_uses(named, self.evaluator):
                if id(one.leaf) in self._handled:
                    continue
                place = _Found(one.leaf, one.scope, one.via, Bare.IGNORED, is_sure=False)
                yield replace(
                    self._use(place, one.value, one.judged),
                    certainty=one.certainty,
                    line=one.value.line,
                    defined_at="",
                )

    def _default_use(self, node: ast.expr, default: Default) -> ModelUse:
        place = (self.module.file, node.lineno, node.col_offset + 1)
        return ModelUse(
            *place, UseKind.HUB, default.model, default.via, Certainty.LIKELY, None, _source(node)
        )

    def _local(self, named: Named) -> Iterator[ModelUse]:
        """`embed_model = "local"` and `"local:org/name"`."""
        package, owner = LOCAL_SETTINGS[named.name]
        if not any(i.module.partition(".")[0] == package for i in self.module.imports.values()):
            return
        for value in self.evaluator.values(named.value, named.scope):
            head, _, model = value.text.partition(":")
            default = local_default(named.name, owner, package, model, self._services)
            if head == "local" and default is not None and value.file == self.module.file:
                yield self._default_use(named.value, default)

    def _model_args(self, node: ast.Constant) -> Iterator[ModelUse]:
        for match in _ARGS_MODEL.finditer(str(node.value)):
            judged = judge(match.group(1), Bare.HUB)
            if judged is not None:
                yield ModelUse(
                    self.module.file,
                    node.lineno,
                    node.col_offset + 1,
                    judged.kind,
                    judged.model,
                    "model_args",
                    Certainty.LIKELY,
                    judged.revision,
                )

    def _addresses(self) -> Iterator[ModelUse]:
        """Addresses of files in model repos, wherever they are a whole string."""
        for node in self.module.addresses:
            address = str(node.value)
            if not _FILE_ADDRESS.match(address) or id(node) in self._handled:
                continue
            found = next(addresses(address), None)
            judged = found.judged if found is not None else judge(address)
            if judged is not None and judged.kind is UseKind.HUB:
                place = (self.module.file, node.lineno, node.col_offset + 1)
                yield ModelUse(
                    *place,
                    UseKind.HUB,
                    judged.model,
                    "file address",
                    Certainty.LIKELY,
                    judged.revision,
                    address[:200],
                )


def _is_object(node: ast.expr) -> bool:
    """Whether the argument is plainly no name: a model object made in place, a number, None."""
    if isinstance(node, ast.Constant):
        return not isinstance(node.value, str)
    return isinstance(node, (ast.List, ast.Dict, ast.Lambda))


def _source(node: ast.expr, limit: int = 120) -> str:
    try:
        text = ast.unparse(node)
    except (ValueError, RecursionError):
        return ""
    return text if len(text) <= limit else text[: limit - 1] + "…"
