"""Find the model uses of one Python module."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from lineage.core.elsewhere import Place
from lineage.core.use import Certainty, ModelUse, UseKind
from lineage.scan.commands.command import command_uses
from lineage.scan.names import SENTENCE_NAMESPACE, Bare, is_hub_shaped, is_legacy
from lineage.scan.python.aliases import handed_under, named_loaders
from lineage.scan.python.called import command_words, written_words
from lineage.scan.python.callee import (
    deferred,
    is_below,
    is_starred,
    may_load,
    resolved,
    spelled_out,
)
from lineage.scan.python.data_sets import data_inlets, named_for_others, of_data, says_other
from lineage.scan.python.decoded import is_hidden
from lineage.scan.python.defaults import Default, defaults_of, local_default
from lineage.scan.python.environment import endpoints_set
from lineage.scan.python.fetched import (
    address_of,
    fetched,
    filled_addresses,
    hub_templates,
    knows_hub,
    named_elsewhere,
    written_addresses,
)
from lineage.scan.python.filled import filled
from lineage.scan.python.flow import Inlet, composed_inlets, loaded_inlets
from lineage.scan.python.followed import is_own_class, package_behind
from lineage.scan.python.found import (
    ONLY_CHECKED,
    Found,
    in_arguments,
    made_code,
    of_weights,
    source_of,
    use_at,
    uses_of,
)
from lineage.scan.python.handed import handed
from lineage.scan.python.hosted_calls import HostedCalls
from lineage.scan.python.hub_paths import opened_paths
from lineage.scan.python.index import parse
from lineage.scan.python.left_open import is_marker
from lineage.scan.python.loaders import elsewhere
from lineage.scan.python.loaders.loader import Loader
from lineage.scan.python.loaders.table import (
    MORE_KEYWORDS,
    PACKAGES,
    SECOND,
    is_loading,
    loaders_for,
)
from lineage.scan.python.loaders.telling import (
    EVALUATING,
    LOCAL_SETTINGS,
    TELLING_KEYWORDS,
    TELLING_NAME,
    runs_code,
)
from lineage.scan.python.module import Call, Module, Named, dotted
from lineage.scan.python.named import named_uses
from lineage.scan.python.outputs import ONLY_WRITTEN, Outputs, is_upload
from lineage.scan.python.placed import placed
from lineage.scan.python.telling_calls import telling_calls
from lineage.scan.python.undone import EXPECTED_TO_FAIL
from lineage.scan.python.unsaid import unsaid
from lineage.scan.python.value import Finder, call_argument, is_handed_on, starred_argument
from lineage.scan.python.values import Evaluator
from lineage.scan.scope import is_beside
from lineage.scan.services import Services
from lineage.scan.telling import is_telling, says_from_hub, says_learning


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
        self._elsewhere: set[tuple[str, str]] = set()
        """Texts that another place than the Hub is asked for, and where they are written."""
        self._is_beside = is_beside(module.file)
        self.inlets: set[Inlet] = set()
        """Parameters and fields of this module and others whose value it loads."""

    def uses(self) -> Iterator[ModelUse]:
        """Every use, loaders first, then names that merely say that they are models."""
        reported: set[tuple[str, str]] = set()
        for call in telling_calls(self.module, self._services, knows_hub=self._knows_hub):
            calls = resolved(call, self.evaluator)
            for found in (one for made in calls for one in self._loads(made)):
                self._handled.add(id(found.node))
                if not found.foreign and found.register is None:
                    bare = Bare.IGNORED if found.tagged else found.bare
                    self.inlets.update(loaded_inlets(found.node, found.scope, self.evaluator, bare))
                for use in uses_of(found, self.evaluator):
                    told = self._asked_for(use)
                    if told.reason != EXPECTED_TO_FAIL:
                        reported.add((told.defined_at, told.model))
                    if use.kind is UseKind.OTHER:
                        self._elsewhere.add((use.defined_at, use.model))
                    yield told
            self.inlets.update(data_inlets(call, self.evaluator))
            if says_other(call, self.evaluator):
                self._handled.update(id(one.value) for one in call.node.keywords)
                self._handled.update(map(id, call.node.args))
            address = address_of(call, self.evaluator, is_known=self._knows_hub)
            if address is not None:
                yield from map(self._asked_for, fetched(call, address, self.evaluator))
                self.inlets.update(composed_inlets(address, call.scope, self.evaluator))
            yield from (*opened_paths(call, self.evaluator), *self._runs(call))
            yield from self._executed(call)
            for default in defaults_of(call, self.evaluator, self._services):
                yield self._default_use(call.node, default)
        for words in written_words(self.module, self.evaluator):
            yield from command_uses(words, self.module.file)
        for use in self._hosted.uses():
            reported.add((use.defined_at, use.model))
            is_loose = self._is_beside and use.kind is UseKind.HUB  # tests make names up
            yield replace(use, if_found=use.if_found or is_loose)
        # A constant that a load was followed to is reported there, not once more for its name.
        named = [use for use in self._named() if (use.at, use.model) not in reported]
        yield from (*named, *unsaid(self.module, self._services, named))
        yield from map(self._asked_for, written_addresses(self.module, self._handled))
        yield from endpoints_set(self.module, self.evaluator)
        if self._knows_hub:
            yield from filled_addresses(self.evaluator)
            for node, scope in hub_templates(self.module):
                self.inlets.update(composed_inlets(node, scope, self.evaluator))
        self.inlets.update((*named_loaders(self.evaluator), *named_for_others(self.evaluator)))

    def fillings(self, wanted: Mapping[str, Sequence[Inlet]]) -> Iterator[ModelUse]:
        """What the module hands to parameters and fields that are loaded elsewhere."""
        self.inlets.update(handed_under(self.evaluator, wanted))
        for scope, inlet, argument in filled(self.evaluator, wanted):
            if inlet.is_data:
                self.inlets.update(
                    of_data(argument, scope, self.evaluator, is_hinted=inlet.is_hinted)
                )
                continue
            is_sure = inlet.is_loader and not is_handed_on(argument, None, scope)
            register = Place(inlet.register) if inlet.register else None
            found = Found(argument, scope, inlet.via, inlet.bare, is_sure, register=register)
            self.inlets.update(loaded_inlets(argument, scope, self.evaluator, inlet.bare))
            for use in uses_of(found, self.evaluator):
                told = self._asked_for(use)
                name = use.model.removeprefix(SENTENCE_NAMESPACE)
                if name != use.model and self._services.host_of_name(name):
                    continue  # the same function hands on what a service answers for
                # On its way a name without a namespace may be one of anything else, and of a piece
                # nobody says that it comes there as it is.
                is_loose = told.if_found or self._is_beside or inlet.is_word or inlet.is_changed
                is_loose = is_loose or "/" not in name or bool(inlet.before or inlet.after)
                is_loose = is_loose or is_marker(name)
                if inlet.is_loader and use.kind is not UseKind.HUB:
                    yield told
                elif use.kind is UseKind.HUB and inlet.may_be(use.model):
                    yield replace(told, if_found=is_loose)

    @cached_property
    def _knows_hub(self) -> bool:
        return knows_hub(self.module)

    @cached_property
    def _has_elsewhere(self) -> frozenset[str]:
        return named_elsewhere(self.module)

    @cached_property
    def _is_of_learning(self) -> bool:
        """Whether the module imports something that loads models or asks for them."""
        named = (one.module.partition(".")[0] for one in self.module.imports.values())
        heads = set(filter(None, named))
        return not PACKAGES.isdisjoint(heads) or any(map(self._services.host_of_package, heads))

    @cached_property
    def _outputs(self) -> Outputs:
        return Outputs(self.module)

    # -- what a call loads -------------------------------------------------------------------------

    def _loads(self, call: Call) -> Iterator[Found]:
        inner = deferred(call, lambda last: may_load(last, self.module))
        if inner is not None:
            yield from (replace(found, is_sure=False) for found in self._loads_itself(inner))
        for made in (*handed(call, self.evaluator), call):
            yield from self._loads_itself(made)

    def _loads_itself(self, call: Call) -> Iterator[Found]:
        name = spelled_out(call.name, call.scope, self.module)
        last = name.rpartition(".")[2]
        if not is_loading(last):
            return
        loaders, is_from_hub = loaders_for(last), says_from_hub(last)
        if self._is_forwarding(call, last) or says_other(call, self.evaluator):
            return
        package = package_behind(call, self.evaluator)
        for loader in loaders:
            is_its = package in loader.packages and is_below(loader, call, self.module)
            if not loader.packages or is_its or (package == "" and is_starred(loader, self.module)):
                is_own = not loader.packages and is_own_class(call, loader, self.evaluator)
                yield from () if is_own else self._with_loader(call, loader, name, package)
                return
        if is_from_hub or TELLING_NAME.match(last):
            bare = Bare.SENTENCE if "SentenceTransformer" in last else Bare.IGNORED
            found = list(self._with_keywords(call, TELLING_KEYWORDS, last, bare))
            first = call_argument(call, "", 0)
            is_name = isinstance(first, ast.Constant) and is_hub_shaped(str(first.value))
            if not found and first is not None and (is_name or is_from_hub):
                ignored, revision = Bare.IGNORED, self._revision(call)
                found = [Found(first, call.scope, last, ignored, is_sure=False, revision=revision)]
            yield from (replace(one, if_found=self._is_beside) for one in found)
        elif last in EVALUATING:
            yield from self._with_keywords(call, ("pretrained",), last, Bare.HUB)

    def _with_loader(self, call: Call, loader: Loader, name: str, package: str) -> Iterator[Found]:
        via = (
            ".".join(name.split(".")[-2:])
            if name.rpartition(".")[2].islower()
            else name.rpartition(".")[2]
        )
        via = via.removeprefix("?.")
        second = SECOND.get(via)
        position, keywords = (loader.position, loader.keywords) if second is None else second
        argument = starred_argument(call.node, keywords, -1 if position is None else position)
        revision = self._revision(call)
        register = loader.register or elsewhere.REGISTERS.get(package)
        foreign = package in elsewhere.FOREIGN_PACKAGES or register is not None
        base = Found(
            call.node,
            call.scope,
            via,
            loader.bare if loader.weights is None else Bare.IGNORED,
            loader.is_sure,
            loader.tagged,
            foreign,
            register,
            revision,
            package in elsewhere.HUB_WITH_NAMESPACE,
            needs_namespace=package in elsewhere.ONLY_WITH_NAMESPACE,
            if_found=(loader.is_common and not (says_learning(via) or self._is_of_learning))
            or (self._is_beside and package not in PACKAGES),
            prefix=loader.prefix,
        )
        if argument is not None:
            is_sure = base.is_sure and not is_handed_on(argument, call.node, call.scope)
            found = replace(base, node=argument, is_sure=is_sure)
            yield found
            if loader.weights is not None:
                yield from of_weights(found, loader, call)
        elif via.endswith("pipeline") and package == "transformers":
            yield replace(base, is_sure=True)
        # What a register of code is handed besides (`tokenizer="moses"`) goes to the code there.
        for keyword in () if loader.register is not None else call.node.keywords:
            if keyword.arg in MORE_KEYWORDS and keyword.value is not argument:
                yield replace(
                    base,
                    node=keyword.value,
                    via=f"{via}({keyword.arg}=)",
                    bare=loader.bare if "tokenizer" in keyword.arg else Bare.IGNORED,
                    is_sure=False,
                )

    def _with_keywords(
        self, call: Call, keywords: tuple[str, ...], via: str, bare: Bare
    ) -> Iterator[Found]:
        argument = starred_argument(call.node, keywords, -1)
        if argument is not None:
            yield Found(
                argument, call.scope, via, bare, is_sure=False, revision=self._revision(call)
            )

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

    # -- commands, names that suggest a model, addresses -------------------------------------------

    def _runs(self, call: Call) -> Iterator[ModelUse]:
        """`subprocess.run(["vllm", "serve", …])` and `os.system("hf download …")`."""
        for words in command_words(call, self.evaluator):
            yield from command_uses(words, self.module.file)

    def _executed(self, call: Call) -> Iterator[ModelUse]:
        """The code of `exec("…")`; of what is decoded or fetched while it runs, nobody knows what
        it loads."""
        if not runs_code(call.name) or not call.node.args:
            return
        known = self.evaluator.values(call.node.args[0], call.scope)
        if (
            not known
            and call.name != "compile"
            and is_hidden(self.evaluator, call.node.args[0], call.scope)
        ):
            yield made_code(call.node, call.name, self.module.file)
        for value in known:
            try:
                module = parse(value.text, self.module.file)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue  # no code of Python
            for use in PythonReader(module, self._find, self._services).uses():
                yield replace(use, line=call.node.lineno, defined_at="")

    def _named(self) -> Iterator[ModelUse]:
        """Constants, defaults, fields, keys and keywords whose name
        says model and whose value is a hub id."""
        for named in (*self.module.named, *placed(self.evaluator)):
            node = named.value
            if not is_telling(named.name) or id(node) in self._handled:
                continue
            is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
            if named.name == "model_args" and isinstance(node, ast.Constant) and is_text:
                yield from in_arguments(node, self.module.file)
                continue
            if named.name in LOCAL_SETTINGS:
                yield from self._local(named)
            for one in named_uses(named, self.evaluator, self._hosted.written):
                value = one.value
                at = f"{value.file}:{value.line}"
                if id(one.leaf) in self._handled or (at, value.text) in self._elsewhere:
                    continue
                is_known = one.is_of_learning or self._is_of_learning
                is_loose = value.is_composed or not is_known or self._is_beside
                is_loose = is_loose or one.is_loose or value.text in self._has_elsewhere
                is_loose = is_loose or self._outputs.is_left_open(named, value.text)
                place = Found(
                    one.leaf, one.scope, one.via, Bare.IGNORED, is_sure=False, if_found=is_loose
                )
                use = use_at(place, one.value, one.judged, self.module.file)
                is_here = value.file == self.module.file
                is_written = self._outputs.is_only_written(named)
                is_taken = not (named.function or is_upload(named))
                yield replace(
                    use,
                    certainty=one.certainty if is_taken or not is_written else Certainty.POSSIBLE,
                    line=value.line if is_here else use.line,
                    defined_at="" if is_here else use.defined_at,
                    reason=ONLY_WRITTEN if is_written else use.reason,
                )

    def _default_use(self, node: ast.expr, default: Default) -> ModelUse:
        place = (self.module.file, node.lineno, node.col_offset + 1)
        return ModelUse(
            *place, UseKind.HUB, default.model, default.via, Certainty.LIKELY, None, source_of(node)
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

    def _asked_for(self, use: ModelUse) -> ModelUse:
        """A path that spells the id of a known model (`os.path.join("org", "name")`) is what the
        loader asks the Hub for, where no such folder is."""
        is_known = use.model.casefold() in self._services.hub_ids
        if use.if_found and is_known and use.reason != ONLY_CHECKED:
            return replace(use, if_found=False, reason="")
        if self._is_beside and use.certainty is not Certainty.CERTAIN:
            use = replace(use, if_found=use.kind is UseKind.HUB)  # tests make names up
        # One class of several that share a field asks a service, another loads; a word that tells
        # kinds of models apart is no name of the Hub's old list.
        name = use.model.removeprefix(SENTENCE_NAMESPACE)
        is_bare = use.kind is UseKind.HUB and (name != use.model or "/" not in use.model)
        if use.certainty is Certainty.CERTAIN or not is_bare or is_legacy(name):
            return use
        is_loose = name == use.model or self._services.host_of_name(name)
        return replace(use, if_found=True) if is_loose else use
