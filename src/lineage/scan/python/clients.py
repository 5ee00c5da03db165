"""Find the clients of services that Python code makes, and whom each of them asks."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from lineage.core.value import dataclass
from lineage.scan.python.loaders.table import loaders_for
from lineage.scan.python.module import Call, How, Module, Scope, call_at, dotted
from lineage.scan.python.value import Finder, call_argument
from lineage.scan.python.values import Evaluator
from lineage.scan.services import UNKNOWN, Services

ADDRESS_KEY = re.compile(
    r"(?:\A|_)(?:base_?url|api_?base|url|host|endpoint|server_url|address|base)\Z", re.IGNORECASE
)
CLIENT_KEYS = re.compile(
    r"(?:\A|_)(?:provider|client|model_provider|custom_llm_provider|api_type|platform)\Z"
)
_DEEPEST = 6
CLIENT_CLASSES = frozenset(
    [b"Client", b"AsyncClient", b"GenerativeModel", b"Model", b"Ark", b"AsyncArk"]
)
"""Names of classes that say a service only together with their package."""


@dataclass(frozen=True)
class Client:
    """An object through which a service is asked."""

    host: str
    node: ast.AST
    """What made it."""
    is_stated: bool
    """Whether an address or a word in the code says the host, and not only the client's default."""
    via: str


class Clients:
    """The clients of one indexed module."""

    def __init__(
        self, module: Module, evaluator: Evaluator, find: Finder, services: Services
    ) -> None:
        self.module = module
        self._evaluator = evaluator
        self._find = find
        self._services = services
        self._returned: dict[str, list[tuple[ast.expr, Scope]]] = {}
        # By a callee's dotted name, as a module has far fewer of them than calls.
        self._paths: dict[str, tuple[str, str] | None] = {}
        self._said: dict[str, tuple[str, str]] = {}
        self.asked: set[int] = set()
        """Nodes of clients through which something was seen to ask for a model."""

    def constructed(self, call: Call) -> Client | None:
        """The client that a call makes: a class of somebody's package whose name, or whose package,
        says a service."""
        said = self._said.get(call.name)
        if said is None:
            said = self._said[call.name] = self._said_by(call.name)
        host, last = said
        if not host or self.is_own(call.node.func):
            return None
        stated = self.stated_host(call)
        return Client(stated or host, call.node, bool(stated), last)

    def _said_by(self, name: str) -> tuple[str, str]:
        """The service that a callee's name says, if any, and its last part."""
        path, last = self.imported_path(name) or ("", "")
        if not last[:1].isupper():
            return "", last
        # A class of the package's own name space: `llama_index.llms.deepseek.DeepSeek`.
        host = self._services.host_of_class(last)
        if not host and last.encode() in CLIENT_CLASSES:
            parts = map(self._services.host_of_class, reversed(path.split(".")))
            host = next(filter(None, parts), "")
        is_loader = loaders_for(last) and host != "ollama" and "huggingface" in host
        return "" if is_loader else host, last

    def _origin(self, func: ast.expr) -> tuple[str, str] | None:
        """The dotted path of an imported callee and its last part; None for what is not imported or
        is the repository's own."""
        path = self.imported_path(dotted(func))
        return None if path is None or self.is_own(func) else path

    def imported_path(self, name: str) -> tuple[str, str] | None:
        """The same for the repository's own too: whether it is may cost the parsing of another
        module, which is only worth it for a callee that would mean something."""
        if name not in self._paths:
            root, _, rest = name.partition(".")
            imported = self.module.imports.get(root)
            if imported is None or imported.level or "?" in name:
                self._paths[name] = None
            else:
                parts = (imported.module, imported.name or "", rest)
                path, _, last = ".".join(filter(None, parts)).rpartition(".")
                self._paths[name] = path, last
        return self._paths[name]

    def is_own(self, func: ast.expr) -> bool:
        """Whether a callee is defined in the scanned repository."""
        imported = self.module.imports.get(dotted(func).partition(".")[0])
        return imported is not None and self._find.file_of(self.module, imported) is not None

    def stated_host(self, call: Call) -> str:
        """The host that the arguments of a client say; empty where they leave the default."""
        for keyword in call.node.keywords:
            name = keyword.arg or ""
            if ADDRESS_KEY.search(name):
                found = self._address(keyword.value, call.scope)
                if found:
                    return found
            elif CLIENT_KEYS.search(name):
                inner = self.of(keyword.value, call.scope, 0)
                if inner is not None:
                    self.asked.add(id(inner.node))
                    return inner.host
                if host := self.named_host(keyword.value, call.scope):
                    return host
        return ""

    def named_host(self, node: ast.expr, scope: Scope) -> str:
        """The host of the service that a text names, and of several the first; of those that
        another module picks from none."""
        values = self._evaluator.values(node, scope)
        hosts = [self._services.host_of_word(value.text) for value in values]
        is_picked = len({*hosts}) > 1 and values[0].file != self.module.file
        return "" if is_picked or not hosts else hosts[0]

    def _address(self, node: ast.expr, scope: Scope) -> str:
        """The host of an address; a variable that carries one stands for its service's."""
        for value in self._evaluator.values(node, scope):
            if host := self._services.host_of(value.text):
                return host
        for part in ast.walk(node):
            name = part.value if isinstance(part, ast.Constant) else None
            if isinstance(name, str) and name in self._services.variables:
                _, word = self._services.variables[name]
                if word and word != "openai":
                    return self._services.host_of_word(word)
        is_nothing = isinstance(node, ast.Constant) and node.value is None
        return "" if is_nothing else UNKNOWN

    def of(self, node: ast.expr, scope: Scope, depth: int) -> Client | None:
        """The client that an expression is: made in place, bound to a name or an attribute,
        returned, passed or imported."""
        if depth > _DEEPEST:
            return None
        if isinstance(node, ast.Await):
            return self.of(node.value, scope, depth + 1)
        if isinstance(node, ast.Call):
            return self._of_call(node, scope, depth)
        if isinstance(node, ast.Name):
            return self._of_name(node, scope, depth)
        if isinstance(node, ast.Attribute):
            for binding in self.module.attributes.get(node.attr, [])[:6]:
                if binding.value is not None:
                    found = self.of(binding.value, binding.scope, depth + 1)
                    if found is not None:
                        return found
            return self.of(node.value, scope, depth + 1)
        if isinstance(node, (ast.IfExp, ast.BoolOp)):
            parts = [node.body, node.orelse] if isinstance(node, ast.IfExp) else node.values
            return next((c for p in parts if (c := self.of(p, scope, depth + 1))), None)
        return None

    def _of_call(self, node: ast.Call, scope: Scope, depth: int) -> Client | None:
        made = self.constructed(call_at(node, scope))
        if made is not None:
            return made
        if isinstance(node.func, ast.Name):
            for returned, where in self._returns(node.func.id):
                found = self.of(returned, where, depth + 1)
                if found is not None:
                    return found
        # `instructor.from_openai(OpenAI(…))`, `client.with_options(…)`
        inside = [*node.args[:1], *(k.value for k in node.keywords if k.arg and "client" in k.arg)]
        for part in inside:
            found = self.of(part, scope, depth + 1)
            if found is not None:
                return found
        return (
            self.of(node.func.value, scope, depth + 1)
            if isinstance(node.func, ast.Attribute)
            else None
        )

    def _returns(self, name: str) -> list[tuple[ast.expr, Scope]]:
        known = self._returned.get(name)
        if known is None:
            known = self._returned[name] = list(self._returned_by(name))
        return known

    def _returned_by(self, name: str) -> Iterator[tuple[ast.expr, Scope]]:
        for function in self.module.functions_at_top(name):
            inner = Scope(name, function.node, self.module.top)
            self.module.scopes.append(inner)
            for part in ast.walk(function.node):
                if isinstance(part, ast.Assign) and isinstance(part.targets[0], ast.Name):
                    inner.bind(part.targets[0].id, How.VALUE, part.value)
                elif isinstance(part, (ast.Return, ast.Yield)) and part.value is not None:
                    yield part.value, inner

    def _of_name(self, node: ast.Name, scope: Scope, depth: int) -> Client | None:
        where: Scope | None = scope
        while where is not None and node.id not in where.bindings:
            where = where.parent
        if where is not None:
            for binding in where.bindings[node.id][:6]:
                if binding.value is not None:
                    found = self.of(binding.value, binding.scope, depth + 1)
                    if found is not None:
                        return found
            if node.id in where.parameters:
                return self._passed(node.id, where, depth)
        imported = self.module.imports.get(node.id)
        other = self._find(self.module, imported) if imported is not None else None
        if other is None or imported is None or imported.name is None:
            return self._of_package(imported.module if imported else "", node)
        inner = Clients(other, Evaluator(other, self._find), self._find, self._services)
        return inner.of(ast.Name(imported.name), other.top, depth + 1)

    def _of_package(self, module: str, node: ast.AST) -> Client | None:
        """A package that is a client itself: `openai.chat.completions.create`,
        `dashscope.Generation.call`."""
        imported = self.module.imports.get(node.id) if isinstance(node, ast.Name) else None
        package = (module or (imported.module if imported else "")).partition(".")[0]
        host = self._services.host_of_word(package) if package else ""
        if not host:
            return None
        for name in ("api_base", "base_url", "base_http_api_url"):
            for binding in self.module.attributes.get(name, [])[:1]:
                if binding.value is not None and (
                    stated := self._address(binding.value, binding.scope)
                ):
                    return Client(stated, node, True, package)
        return Client(host, node, False, package)

    def _passed(self, name: str, function: Scope, depth: int) -> Client | None:
        """What the calls of this function pass; else what the parameter's annotation says."""
        called, shift = function.name, 0
        if function.parent is not None and function.parent.is_class:
            called = function.parent.name if called == "__init__" else called
            shift = 1
        index = function.parameters[name]
        for call in self.module.calls_of.get(called, [])[:8]:
            argument = call_argument(call, name, index - shift if index >= 0 else -1)
            if argument is not None and (found := self.of(argument, call.scope, depth + 1)):
                return found
        annotation = function.annotations.get(name)
        if annotation is not None and (origin := self._origin(annotation)) is not None:
            host = self._services.host_of_class(origin[1])
            if host:
                return Client(UNKNOWN, annotation, False, origin[1])
        return None
