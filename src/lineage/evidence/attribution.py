"""Says who developed each model of a graph: its own namespace, its family, or the model that it is
a copy of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lineage.core.pattern import late
from lineage.core.record import Status
from lineage.core.ref import ModelRef
from lineage.core.relation import Relation
from lineage.evidence.evidence import Attribution, Developer
from lineage.evidence.family import Family, RootEvidence
from lineage.evidence.registry import Registry
from lineage.graph.graph import LineageGraph, Node

COPIES = frozenset({Relation.QUANTIZED, Relation.CONVERSION, Relation.SAME_WEIGHTS})
"""Relations in which nobody trained anything: the parent's developer stays the developer."""

# What quantizers and converters add to the name of the model that they copy.
_PACKAGING = late(
    r"(?i)[-_.](gguf|ggml|gptq|awq|exl[23]|bnb|nf4|fp8|fp4|nvfp4|mxfp[48]|bf16|fp16|"
    r"f16|int[248]|w[48]a(8|16)|[2348]bits?|unsloth"
    r"|mlx|onnx|hf|dynamic|quantized|imatrix|i1|128k?|g128)(?=[-_.]|$)"
)


def attribute(graph: LineageGraph, registry: Registry) -> dict[str, Attribution]:
    """One attribution for every node. An uploader is not a developer, and a name alone makes nobody
    one."""
    return _Attributor(graph, registry).all()


class _Attributor:
    """Works from a node up its line of copies, each node once."""

    def __init__(self, graph: LineageGraph, registry: Registry) -> None:
        self._graph = graph
        self._registry = registry
        self._done: dict[str, Attribution] = {}

    def all(self) -> dict[str, Attribution]:
        """By node id, in the graph's order."""
        for model in self._graph.nodes:
            self._settle(model)
        families = _inherited_families(self._graph, self._done)
        return {
            model: self._with_family(self._done[model], families) for model in self._graph.nodes
        }

    def _settle(self, model: str) -> None:
        """Attribute `model` and every model that it is a copy of, the original first."""
        line: list[str] = []
        current: str | None = model
        while current is not None and current not in self._done and current not in line:
            line.append(current)
            current = self._original(current)
        for copy in reversed(line):
            original = self._original(copy)
            self._done[copy] = (
                self._of_copy(copy, self._done.get(original))
                if original
                else self._of_original(copy)
            )

    def _original(self, model: str) -> str | None:
        """The one model that this one is a copy of, or None where something was trained or several
        bases compete."""
        edges = [
            edge for edge in self._graph.parents(model) if edge.is_whole and edge.parent != model
        ]
        is_local = self._graph.nodes[model].status is Status.LOCAL
        if not edges or (self._registry.is_listed(model) and not is_local):
            return None
        if all(edge.relation in COPIES for edge in edges):
            return self._first_of({edge.parent for edge in edges})
        single = len({edge.parent for edge in edges}) == 1
        return edges[0].parent if single and self._is_mirrored(model, edges[0].parent) else None

    def _first_of(self, parents: set[str]) -> str | None:
        """The parent that the other parents were made from: a quantization may name both its base
        and that one's."""
        for one in sorted(parents):
            if all(
                any(edge.parent == one for edge in self._graph.parents(other))
                for other in parents - {one}
            ):
                return one
        return None

    def _is_mirrored(self, model: str, parent: str) -> bool:
        """A mirror that hosts its parent under the same name: the Hub calls it a finetune by file
        type alone."""
        owner = self._owner(model)
        return (
            owner is not None and "mirror" in owner.role and bare_name(model) == bare_name(parent)
        )

    def _of_copy(self, model: str, original: Attribution | None) -> Attribution:
        if original is None or original.developer is None:
            return self._of_original(model)
        owner = self._owner(model)
        if owner == original.developer:
            return replace(
                self._of_original(model), family=original.family, family_name=original.family_name
            )
        note = f"A copy of {original.model}: nothing was trained by its publisher."
        return Attribution(
            model, original.developer, "parent", original.family, original.family_name, note=note
        )

    def _of_original(self, model: str) -> Attribution:
        node = self._graph.nodes[model]
        if node.status is Status.LOCAL:
            return Attribution(model, None, "unknown", note="A local model names no publisher.")
        owner, family = self._owner(model), self._registry.family_of(model)
        by_family = self._developer_by_family(node, owner, family)
        if by_family is not None:
            return self._known(model, by_family, "family", family)
        if owner is not None and owner.develops:
            return self._known(model, owner, "namespace", family)
        return self._unknown(model, owner, family)

    def _developer_by_family(
        self, node: Node, owner: Developer | None, family: Family | None
    ) -> Developer | None:
        """The family's developer, where this is one of its very repos, or a registered publisher's
        repo under the same name.

        A stranger may call anything by a famous name; a publisher that the registry knows mirrors
        what it so names.
        """
        developer = self._registry.developer(family.developer) if family else None
        if family is None or developer is None or developer == owner:
            return None
        if self._registry.is_listed(node.id):
            return developer
        names = {
            bare_name(repo) for repo in (*family.roots, *(config.repo for config in family.configs))
        }
        is_copy = (
            owner is not None and not self._graph.parents(node.id) and bare_name(node.id) in names
        )
        return developer if is_copy else None

    def _known(
        self, model: str, developer: Developer, basis: str, family: Family | None
    ) -> Attribution:
        evidence = self._registry.root_evidence(model)
        shown = evidence is not None and evidence.shows_foundation
        return Attribution(
            model,
            developer,
            basis,
            *_named(family),
            shown,
            self._note(model, family, evidence),
            evidence,
            self._registry.is_stated_by_maker(model),
        )

    def _note(self, model: str, family: Family | None, evidence: RootEvidence | None) -> str:
        """What the registry has on the repo's own starting weights; else, of a listed repo, what it
        notes of the family."""
        if evidence and evidence.bases:
            bases = ", ".join(
                f"{one.repo} ({one.component or one.relation})" for one in evidence.bases
            )
            return f"The registry cites what went into it: {bases}."
        if family and family.derived_from and self._registry.is_listed(model):
            base = self._registry.family(family.derived_from)
            named = base.name if base else family.derived_from
            return (
                "The registry notes that models of this family started from the weights of "
                f"{named}; for this one nothing is shown."
            )
        return ""

    def _unknown(self, model: str, owner: Developer | None, family: Family | None) -> Attribution:
        publisher = self._graph.nodes[model].publisher
        note = f"{publisher} is not in the registry." if publisher else "Its name has no namespace."
        if owner is not None:
            note = f"{owner.name} publishes models of others."
        if family is not None:
            note += f" The name fits {family.name}; a name alone shows nothing."
        return Attribution(model, None, "unknown", *_named(family), note=note)

    def _with_family(self, own: Attribution, inherited: Mapping[str, str | None]) -> Attribution:
        """A stranger's repo has the family of what it was made from; only where it has no known
        base does its name speak."""
        stays = own.basis in ("family", "parent") or (own.basis == "namespace" and own.family)
        if stays or own.model not in inherited:
            return own
        key = inherited[own.model]
        family = self._registry.family(key) if key else None
        return replace(own, family=key, family_name=family.name if family else None)

    def _owner(self, model: str) -> Developer | None:
        if self._graph.nodes[model].status is Status.LOCAL:
            return None
        namespace = ModelRef(self._registry.canonical(model)).namespace
        return self._registry.developer_of_namespace(namespace) if namespace else None


def bare_name(repo: str) -> str:
    """The name of a repo, case-folded, without what a quantizer or converter adds to it."""
    return _PACKAGING.sub("", ModelRef(repo).name).casefold()


def _named(family: Family | None) -> tuple[str | None, str | None]:
    return (family.id, family.name) if family else (None, None)


def _inherited_families(graph: LineageGraph, done: dict[str, Attribution]) -> dict[str, str | None]:
    """For every node the one family that the roots of its weights share; None where they differ or
    one is unknown.

    Spreads from the roots to their children, so each edge is looked at once.
    """
    children: dict[str, list[str]] = {}
    waiting: dict[str, set[str]] = {}
    for model in graph.nodes:
        parents = {e.parent for e in graph.parents(model) if e.is_whole and e.parent != model}
        waiting[model] = parents
        for parent in parents:
            children.setdefault(parent, []).append(model)
    found: dict[str, str | None] = {}
    ready = [model for model, parents in waiting.items() if not parents]
    left = {model: len(parents) for model, parents in waiting.items()}
    while ready:
        model = ready.pop()
        families = {found.get(parent) for parent in waiting[model]}
        of_parents = families.pop() if len(families) == 1 else None
        own = done[model]
        listed = (
            own.family
            if own.basis in ("namespace", "family", "parent") or not waiting[model]
            else None
        )
        found[model] = listed or of_parents
        for child in children.get(model, ()):
            left[child] -= 1
            if not left[child]:
                ready.append(child)
    return {model: found.get(model) for model in graph.nodes if waiting[model]}
