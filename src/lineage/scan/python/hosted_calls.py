"""Find the models that Python code asks of services: calls that name a model to a client, routes
by name, addresses."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cached_property

from lineage.core.use import Certainty, ModelUse
from lineage.scan.names import Bare, Judged, is_hub_shaped, judge
from lineage.scan.python.asked import (
    ASKED,
    GIVEN_FIRST,
    MODEL_KEYS,
    ROUTERS,
    is_given_model,
    is_of_facts,
    is_raised,
)
from lineage.scan.python.clients import ADDRESS_KEY, CLIENT_KEYS, Client, Clients
from lineage.scan.python.found import Found, unresolved
from lineage.scan.python.hosted_texts import is_id, model_beside
from lineage.scan.python.known_names import GivenName, given_names, is_put_together, known_names
from lineage.scan.python.module import Call, Module, Scope
from lineage.scan.python.named import members
from lineage.scan.python.sent import addresses_of, is_sent, posted_models, stated_hosts
from lineage.scan.python.value import Finder, Value, call_argument, is_told_there
from lineage.scan.python.values import Evaluator
from lineage.scan.python.wrappers import wrapped_models
from lineage.scan.python.written_here import WrittenHere
from lineage.scan.services import ADDRESS, NAME_ALONE, SPOKEN, UNKNOWN, Services
from lineage.scan.telling import is_telling, suggests_model

_METHODS = re.compile(
    r"(?:chat\.completions|completions|responses|messages|embeddings|images|audio\.\w+|"
    r"ChatCompletion|Completion|Embedding)"
    r"\.(?:a?create|a?parse|a?stream|generate|with_raw_response\.create|"
    r"with_streaming_response\.create)\Z"
)


class HostedCalls:
    """Reads one indexed module. Nothing that is only installed, imported or given a key is a
    use."""

    def __init__(
        self, module: Module, evaluator: Evaluator, find: Finder, services: Services
    ) -> None:
        self.module = module
        self._evaluator = evaluator
        self._find = find
        self._services = services
        self._has_router = any(
            i.module.partition(".")[0] in ROUTERS for i in module.imports.values()
        )
        self._clients = Clients(module, evaluator, find, services)
        self.written = WrittenHere(module, find)
        self._seen: set[int] = set()
        """Expressions that were told as the name of a model."""
        self._hosts: set[str] = set()
        """Hosts that were seen to be asked for a model."""

    def uses(self) -> Iterator[ModelUse]:
        """Calls that name a model first; then routes by name; then addresses and clients that
        nothing was seen to use."""
        if not self._services.words:
            return
        made: list[tuple[Call, Client]] = []
        for call in self.module.calls:
            client = self._clients.constructed(call)
            if client is None:
                if self._may_ask(call):
                    yield from self._asks(call)
                continue
            uses = list(self._of_class(call, client))
            yield from uses
            if uses:
                self._clients.asked.add(id(client.node))
            else:
                made.append((call, client))
        yield from self._wrapped()
        yield from self._pairs()
        yield from self._routes()
        yield from self._posted()
        hosts = stated_hosts(self.module, self._evaluator, self._services)
        yield from self._payloads(hosts)
        yield from self._by_name()
        for call, client in made:
            if (
                client.is_stated
                and id(client.node) not in self._clients.asked
                and self._is_service(client)
            ):
                yield from self._only_host(call.node, client.host, ADDRESS + client.via)
        for host, node in hosts.items():
            if host not in self._hosts and host not in {client.host for _, client in made}:
                yield from self._only_host(node, host, ADDRESS + "a service")

    def _is_service(self, client: Client) -> bool:
        return self._services.is_known(client.host) and client.host != "ollama"

    def _named(self, says: Callable[[str], bool]) -> Iterator[GivenName]:
        """What stands under a name that says so."""
        for named in self.module.named:
            if says(named.name) and not is_raised("".join(named.under[-1:])):
                yield from ((named.name, one, named.scope) for one in members(named))
        yield from (one for one in self._given if says(one[0]))

    @cached_property
    def _given(self) -> list[GivenName]:
        return list(given_names(self.module, self._evaluator, self._services))

    # -- calls that name a model -------------------------------------------------------------------

    def _of_class(self, call: Call, client: Client) -> Iterator[ModelUse]:
        """`ChatDeepSeek(model="deepseek-chat")`: an object for one model of a service."""
        argument = self._model_argument(call, client.via)
        if argument is not None:
            yield from self._named_model(argument, call.scope, client.host, client.via)

    def _model_argument(self, call: Call, via: str) -> ast.expr | None:
        for keyword in MODEL_KEYS:
            found = call_argument(call, keyword, -1)
            if found is not None:
                return found
        first = call.node.args[0] if call.node.args else None
        is_name = isinstance(first, (ast.Constant, ast.Name, ast.Attribute, ast.JoinedStr))
        takes_key = via in _GIVEN_KEY
        if first is None or not is_name or takes_key:
            return None
        values = self._evaluator.values(first, call.scope)
        return first if values and all(is_id(value.text) for value in values) else None

    def _may_ask(self, call: Call) -> bool:
        """Whether a call is given a model by a word for one, or is of a package that takes it
        first or routes by it."""
        path = self._clients.imported_path(call.name)
        is_of_package = path is not None and (self._has_router or path[1] in GIVEN_FIRST)
        return is_of_package or is_given_model(call)

    def _asks(self, call: Call) -> Iterator[ModelUse]:
        """`client.chat.completions.create(model=…)` and any other call on a client that is given a
        model."""
        func, name, argument = call.node.func, call.name, None
        if is_given_model(call):
            given = {k.arg: k.value for k in reversed(call.node.keywords)}
            argument = next((given[k] for k in (*MODEL_KEYS, "llm") if k in given), None)
        else:
            yield from self._first(call)
            if not self._has_router:
                return
        if not isinstance(func, ast.Attribute):
            yield from self._routed(call, argument)
            yield from self._of_own(call, argument)
            return
        client = self._clients.of(func.value, call.scope, 0) if argument is not None else None
        if client is None:
            if argument is not None and _METHODS.search(name):
                yield from self._named_model(
                    argument, call.scope, self._only_client, name.split(".", 1)[-1]
                )
            else:
                yield from self._routed(call, argument)
                yield from self._in_form(call, argument)
            return
        if argument is not None:
            self._clients.asked.add(id(client.node))
            yield from self._named_model(
                argument, call.scope, client.host, ".".join(name.split(".")[-2:])
            )

    @cached_property
    def _only_client(self) -> str:
        """The host of the one client that the module makes; `unknown` where there are several, or
        none."""
        made = (self._clients.constructed(call) for call in self.module.calls)
        hosts = {client.host for client in made if client is not None}
        return hosts.pop() if len(hosts) == 1 else UNKNOWN

    def _named_model(self, node: ast.expr, scope: Scope, host: str, via: str) -> Iterator[ModelUse]:
        """One use for each name that the expression can be; where none is known, of some model at
        that host."""
        self._seen.add(id(node))
        self._hosts.add(host)
        values = self._evaluator.values(node, scope)
        shown = False
        for value in values:
            routed = self._services.split(value.text) if host == UNKNOWN else None
            judged = (
                self._services.judge(*routed) if routed else self._services.judge(host, value.text)
            )
            if judged is not None:
                shown = True
                yield self._use(node, judged, via, value)
        if not shown and not values and not isinstance(node, ast.Constant):
            if host == UNKNOWN or not self._services.is_known(host) or host == "ollama":
                place = Found(node, scope, via.removeprefix("?."), Bare.IGNORED, is_sure=True)
                yield unresolved(place, self.module.file)
            else:
                yield from self._only_host(node, host, via)

    def _routed(self, call: Call, argument: ast.expr | None) -> Iterator[ModelUse]:
        """`completion("deepseek/deepseek-chat")`: functions of packages that route by name."""
        origin = self._clients.imported_path(call.name)
        if origin is None or origin[0].partition(".")[0] not in ROUTERS or is_of_facts(origin[1]):
            return
        if self._clients.is_own(call.node.func):
            return
        if argument is None:
            argument = call.node.args[0] if call.node.args else None
        stated = self._clients.stated_host(call)
        for value in self._evaluator.values(argument, call.scope) if argument is not None else ():
            route = self._services.split(value.text)
            if route is None and (stated or origin[0].partition(".")[0] in ("litellm", "dspy")):
                route = (stated or UNKNOWN, value.text) if is_id(value.text) else None
            if stated and value.text.partition("/")[0] in SPOKEN:
                route = stated, value.text
            judged = self._services.judge(*route) if route else None
            if judged is not None and argument is not None:
                self._seen.add(id(argument))
                yield self._use(argument, judged, origin[1], value)

    def _of_own(self, call: Call, argument: ast.expr | None) -> Iterator[ModelUse]:
        """`OpenAIChat(id="o4-mini")`: a class of the repository that is called after a service, and
        a name that says by itself what it is."""
        host = self._services.host_of_class(call.last) if argument is not None else ""
        if argument is None or not (host and self._clients.is_own(call.node.func)):
            return
        for value in self._evaluator.values(argument, call.scope):
            judged = self._services.judge(self._clients.stated_host(call) or host, value.text)
            if judged is not None and self._services.host_of_name(value.text):
                self._seen.add(id(argument))
                yield self._use(argument, judged, call.last, value)

    def _in_form(self, call: Call, argument: ast.expr | None) -> Iterator[ModelUse]:
        """`converse(modelId="qwen." + SIZE)`: pieces that make an id of one service's form."""
        for value in self._evaluator.values(argument, call.scope) if argument is not None else ():
            route = self._services.formed(value.text) if value.is_composed else None
            judged = self._services.judge(*route) if route else None
            if judged is not None and argument is not None:
                yield self._use(argument, judged, call.name.rpartition(".")[2], value)

    def _routes(self) -> Iterator[ModelUse]:
        """`deepseek/deepseek-chat` under a name that says model: constants, keys, defaults,
        keywords."""
        for name, node, scope in self._named(is_telling):
            says_model = suggests_model(name)
            if id(node) in self._seen or not (says_model or isinstance(node, ast.Constant)):
                continue  # `llm` and `LLM` suggest one
            is_here = self.written.may_be(node, scope)
            for value in self._evaluator.values(node, scope) if is_here else ():
                route = self._services.split(value.text)
                is_there = is_told_there(value, node, self.module.file)
                if route is None or is_there or is_put_together(value):
                    continue
                if not (says_model or self._services.host_of_name(route[1])):
                    continue  # which may be anything of that service's
                # A repo id of the Hub, for all that is known.
                is_repo = judge(value.text) is not None and not self._services.host_of_tag(route[1])
                is_own = self._has_router or self._services.formed(value.text)
                if "/" in value.text.split(":")[0] and is_repo and not is_own:
                    continue
                judged = self._services.judge(*route)
                if judged is not None and not (is_repo and is_hub_shaped(value.text)):
                    yield self._use(node, judged, f"name {name}", value)

    def _wrapped(self) -> Iterator[ModelUse]:
        for one in wrapped_models(self.module, self._evaluator, self._services):
            if id(one.node) in self._seen:
                continue
            for value in one.values:
                judged = self._services.judge(one.host, value.text)
                if judged is not None:
                    self._seen.add(id(one.node))
                    self._hosts.add(one.host)
                    likely = replace(value, certainty=Certainty.LIKELY)
                    yield self._use(one.node, judged, one.via, likely)

    def _by_name(self) -> Iterator[ModelUse]:
        told = (self._given, self._seen)
        for one in known_names(self.module, self._evaluator, self._services, *told):
            yield self._use(one.node, one.judged, one.via, one.value)

    def _first(self, call: Call) -> Iterator[ModelUse]:
        """`replicate.run("org/name")`: a service's own package is given the model first."""
        origin = self._clients.imported_path(call.name) if call.node.args else None
        if origin is None or origin[1] not in GIVEN_FIRST:
            return
        host = self._services.host_of_package(origin[0].partition(".")[0])
        values = self._evaluator.values(call.node.args[0], call.scope) if host else []
        texts = [value.text for value in values]
        is_name = any("/" in text or self._services.host_of_name(text) for text in texts)
        if is_name and not self._clients.is_own(call.node.func):
            yield from self._named_model(call.node.args[0], call.scope, host, ".".join(origin))

    def _pairs(self) -> Iterator[ModelUse]:
        """An address and a model side by side, in a call of any class or in a dictionary."""
        for call in filter(is_given_model, self.module.calls):
            pairs = [(k.arg or "", k.value) for k in call.node.keywords]
            yield from self._pair(pairs, call.scope, call.last)
        for node in self.module.tables:
            keys = [str(k.value) if isinstance(k, ast.Constant) else "" for k in node.keys]
            if ASKED.isdisjoint(keys) or id(node) in self.module.shown:
                continue
            pairs = list(zip(keys, node.values, strict=True))
            yield from self._pair(pairs, self.module.top, "configuration")

    def _pair(
        self, pairs: list[tuple[str, ast.expr]], scope: Scope, via: str
    ) -> Iterator[ModelUse]:
        model = model_beside(pairs)
        if model is None or id(model) in self._seen:
            return
        for name, node in pairs:
            host = ""
            if ADDRESS_KEY.search(name):
                texts = (value.text for value in self._evaluator.values(node, scope))
                host = next(filter(None, map(self._services.host_of, texts)), "")
                host = host if self._services.is_known(host) else ""
            elif CLIENT_KEYS.search(name):
                host = self._clients.named_host(node, scope)
            if host:
                yield from self._named_model(model, scope, host, via)
                return

    # -- addresses without a client ----------------------------------------------------------------

    def _posted(self) -> Iterator[ModelUse]:
        """A model in the payload that is posted to the address of a service; elsewhere a name that
        the tables know, and that is put together there or stands in a text."""
        for call in filter(is_sent, self.module.calls):
            for node, scope in posted_models(call, self._evaluator):
                if id(node) in self._seen:
                    continue
                if host := self._posted_to(call):
                    yield from self._named_model(node, scope, host, "payload")
                    continue
                for value in self._evaluator.values(node, scope):
                    host = self._services.host_of_name(value.text)
                    judged = self._services.judge(host, value.text) if host else None
                    is_told = any(node is text for text in self.module.texts)
                    if judged is not None and (value.is_composed or not is_told):
                        yield self._use(node, judged, f"{NAME_ALONE}payload", value)

    def _posted_to(self, call: Call) -> str:
        """The one host that it can be; of a function that posts for several nobody knows whom it
        sends which model."""
        texts = (v.text for n in addresses_of(call) for v in self._evaluator.values(n, call.scope))
        host, *others = set(filter(None, map(self._services.host_of, texts))) or ("",)
        return host if not others and self._services.is_known(host) else ""

    def _payloads(self, hosts: Iterable[str]) -> Iterator[ModelUse]:
        """`requests.post(URL, json={"model": …})`: the one service of the module is asked for the
        model of a payload."""
        host, *others = hosts or ("",)
        if others or not host:
            return
        payloads = {
            id(value)
            for node in self.module.tables
            for key, value in zip(node.keys, node.values, strict=True)
            if isinstance(key, ast.Constant) and key.value == "model"
        }
        for _, node, scope in self._named(lambda _: True):
            if id(node) not in payloads - self._seen:
                continue
            values = self._evaluator.values(node, scope) if self._has_router else ()
            if not any(self._services.split(value.text) for value in values):  # says whose it is
                yield from self._named_model(node, scope, host, "payload")

    # -- uses --------------------------------------------------------------------------------------

    def _only_host(self, node: ast.AST, host: str, via: str) -> Iterator[ModelUse]:
        judged = self._services.judge(host, "")
        if judged is not None and isinstance(node, ast.expr):
            value = Value(host, Certainty.LIKELY, node.lineno, self.module.file)
            yield self._use(node, judged, via, value)

    def _use(self, node: ast.expr, judged: Judged, via: str, value: Value) -> ModelUse:
        elsewhere = (value.file, value.line) != (self.module.file, node.lineno)
        return ModelUse(
            self.module.file,
            node.lineno,
            node.col_offset + 1,
            judged.kind,
            judged.model,
            via.removeprefix("?."),
            Certainty.POSSIBLE if value.is_checked else value.certainty,
            judged.revision,
            "" if isinstance(node, ast.Constant) else ast.unparse(node)[:120],
            defined_at=f"{value.file}:{value.line}" if elsewhere else "",
            reason=judged.reason,
            target=judged.target,
        )


_GIVEN_KEY = ("OpenAI", "AsyncOpenAI", "Client", "AsyncClient", "Anthropic", "ZhipuAI")
