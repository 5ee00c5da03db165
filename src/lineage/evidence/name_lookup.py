"""Looks a name outside the Hub up in the tables: what it stands for, who developed it, and who
operates the service."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from lineage.claims.names.other_spellings import from_ollama
from lineage.core.elsewhere import Elsewhere, Place, bare
from lineage.core.modelscope import CHINA, parse_modelscope
from lineage.core.pattern import late
from lineage.core.ref import is_repo_id
from lineage.core.value import dataclass
from lineage.evidence.citation import Citation
from lineage.evidence.evidence import Developer
from lineage.evidence.family import RootEvidence, RootEvidenceKind
from lineage.evidence.names_elsewhere import NamedElsewhere, NamesElsewhere, Operator
from lineage.evidence.registry import Registry

_OLLAMA_PREFIXES = ("registry.ollama.ai/", "ollama.com/", "docker.io/", "library/")
_HOST_PREFIXES = ("accounts/fireworks/models/", "@cf/", "models/", "@hf/", "workers-ai/")
_IMAGES = {("nvcr.io", "nim/"): "integrate.api.nvidia.com"}
"""Registries in which images below a path are called as a service calls the models within."""
_QUANT = late(r"-(?:q\d(?:_[0-9a-z]+)*|fp16|bf16|fp32|mxfp\d|nvfp\d)\Z", re.IGNORECASE)


@dataclass(frozen=True)
class Meaning:
    """One model of the Hub that a name may stand for."""

    model: str
    is_sure: bool
    """A source names it for this very name; else it is a likeness, or sources differ."""
    confidence: float
    citation: Citation
    statement: str
    """What the source tells, as one sentence."""


@dataclass(frozen=True)
class Known:
    """Everything that the tables tell of one name."""

    meanings: tuple[Meaning, ...] = ()
    developer: Developer | None = None
    basis: str = ""
    """On what ground somebody is its developer, as one sentence."""
    operator: Developer | None = None
    """Who answers at the address; None where that is not known, or anybody may run such a
    server."""
    alike: tuple[Meaning, ...] = ()
    """Models of the Hub that are only called so: leads, for a name of which nothing was read."""
    origin: RootEvidence | None = None
    """What is reported of its first weights, where only its developer's service hands it out."""

    @property
    def is_sure(self) -> bool:
        """Whether every meaning is told for this very name: whichever it is, it is one of these."""
        return bool(self.meanings) and all(one.is_sure for one in self.meanings)


class NameLookup:
    """One name, looked up table by table, the surest first."""

    def __init__(
        self, named: Elsewhere, registry: Registry, names: NamesElsewhere, revision: str
    ) -> None:
        self._named = named
        self._revision = revision
        self._registry = registry
        self._names = names

    def known(self) -> Known:
        """What the first table that has it tells."""
        if self._named.place is Place.API:
            return self._hosted()
        if self._named.place in (Place.SERVER, Place.MLFLOW):
            return Known()  # anybody may give any name to what such a server answers with
        if (served := _in_image(self._named)) is not None:
            found = NameLookup(served, self._registry, self._names, self._revision).known()
            meanings = tuple(replace(one, is_sure=False) for one in found.meanings)
            return replace(found, meanings=meanings, operator=None)  # whoever runs the image
        rows = self._rows()
        developer = self._developer_of(rows)
        basis = f"Known from the models that {self._named.where} lists under this name."
        if not rows and self._named.place is Place.OLLAMA:
            developer = self._developer_of(self._names.ollama_library(self._plain()))
            basis = "Every listed model of this page of Ollama's library is by the same developer."
        if not rows and self._named.place is Place.MODELSCOPE:
            return self._of_namespace()
        if developer is None and not rows:
            return self._by_namespace(self._plain())
        operator = self._operator(self._names.operators("ollama-cloud")) if self._is_cloud else None
        return Known(self._meant(rows), developer, basis if developer else "", operator)

    @property
    def _is_cloud(self) -> bool:
        """Whether the tag runs on Ollama's own servers; its weights are never local."""
        return self._named.place is Place.OLLAMA and self._named.name.casefold().endswith("cloud")

    def _plain(self) -> str:
        name = self._named.name
        for prefix in _OLLAMA_PREFIXES:
            name = name.removeprefix(prefix)
        return name

    def _rows(self) -> list[NamedElsewhere]:
        name, place = self._plain(), self._named.place
        if place is Place.OLLAMA:
            return self._of_ollama(name)
        if place is Place.DOCKER:
            return self._names.docker(name)
        scope = parse_modelscope(name) if place is Place.MODELSCOPE else None
        if scope is None or scope.site != CHINA:
            return []  # the tables tell of the first site, and the other has its own catalogue
        return self._names.modelscope(scope.repo)

    def _of_namespace(self) -> Known:
        """A model of ModelScope that no list has beside one of the Hub: whose namespace it is, and
        the model that may have its name there."""
        repo = bare(self._named.id)
        namespace, _, rest = repo.partition("/")
        rows = self._names.modelscope_namespace(namespace)
        if not rows:
            found = self._by_namespace(repo)
            return replace(found, meanings=(), alike=found.meanings)
        guessed = [
            replace(row, name=repo, hub=tuple(f"{hub}/{rest}" for hub in row.hub), is_disputed=True)
            for row in rows
        ]
        developer = self._developer_of(rows)
        basis = "Known from the models that lists have of this namespace."
        alike = tuple(replace(one, statement=_alike(one.model)) for one in self._meant(guessed))
        return Known((), developer, basis if developer else "", alike=alike)

    def _of_ollama(self, name: str) -> list[NamedElsewhere]:
        """By the digest, where one is known: a tag moves. A digest that no table has leaves what
        the tag held at others as a guess."""
        tag, _, pinned = name.partition("@sha256:")
        digest = self._revision.removeprefix("sha256:") or pinned
        if digest and (held := self._names.ollama_digest(digest)):
            return held
        rows = self._names.ollama(tag)
        if rows and not digest:
            return rows
        rows = rows or self._names.ollama(_QUANT.sub("", tag)) or self._of_form(tag)
        return [replace(row, is_disputed=True) for row in rows]

    def _of_form(self, tag: str) -> list[NamedElsewhere]:
        """A tag that the tables lack: the model that its name spells, where another tag of the
        same page holds that one."""
        spelled = (from_ollama(tag) or "").casefold()
        page = self._names.ollama_library(tag)
        return [row for row in page if spelled in (hub.casefold() for hub in row.hub)][:1]

    # -- services ----------------------------------------------------------------------------------

    def _hosted(self) -> Known:
        host, id = self._named.host, self._named.name
        address = host.partition(":")[0]
        # A word for a service has no port and no dot; a host without a dot is somebody's own
        # network.
        operators = self._names.operators(address) if "." in host or ":" not in host else []
        operator = self._operator(operators)
        if (closed := self._of_line(id, operators)) is not None:
            return replace(closed, operator=operator)
        rows = self._served_as(id, address, operators)
        if rows:
            basis = f"The tables of names list {id!r} at {host} as its developer's."
            developer = self._developer_of(rows)
            return Known(self._meant(rows), developer, basis if developer else "", operator)
        if any(one.serves_only_its_own for one in operators):
            basis = f"{host} serves its operator's own models, as far as the tables tell."
            return Known((), operator, basis, operator)
        found = self._by_namespace(id) if operators or address == UNKNOWN_HOST else Known()
        rows = self._listed_anywhere(id) if operators or address == UNKNOWN_HOST else []
        if found.developer is None and rows:
            # The same name at another host may be another model: its developer is
            # stated, its weights are a lead.
            basis = f"The tables of names list {id!r} at other hosts as its developer's."
            guessed = [replace(row, is_disputed=True) for row in rows]
            found = Known(self._meant(guessed), self._developer_of(rows), basis)
        return replace(found, operator=operator)

    def _of_line(self, id: str, operators: Sequence[Operator]) -> Known | None:
        """A closed model by its name, at its developer's service or at one that resells it. What
        a deployment is called tells nothing."""
        is_told = self._named.host == UNKNOWN_HOST or any(
            one.developer != "microsoft" and not one.is_anybody for one in operators
        )
        row = self._names.line(id) if is_told else None
        developer = self._registry.developer(row["developer"]) if row else None
        if row is None or developer is None:
            return None
        origin = RootEvidence(
            RootEvidenceKind.FROM_SCRATCH, row["strength"], row["told"], row["citations"]
        )
        return Known((), developer, row["told"], origin=origin)

    def _served_as(
        self, id: str, address: str, operators: Sequence[Operator]
    ) -> list[NamedElsewhere]:
        """Rows of this very host, of its operator's other hosts, or of LiteLLM under a word for
        it."""
        if not id:
            return []
        hosts = dict.fromkeys([address, *(host for one in operators for host in one.hosts)])
        mine = {one.developer for one in operators if one.developer}
        if mine:
            hosts |= dict.fromkeys(
                host
                for host in self._names.hosts_of_models()
                if any(one.developer in mine for one in self._names.operators(host))
            )
        for host in hosts:
            if rows := self._names.hosted(id, host):
                return rows
        for word in self._names.words_of(address):
            if rows := self._names.litellm(f"{word}/{id}"):
                return rows
        return []

    def _listed_anywhere(self, id: str) -> list[NamedElsewhere]:
        names = (id, *_spelled(id)) if self._named.host == "sagemaker" else (id,)
        tables = (self._names.hosted_anywhere, self._names.litellm_anywhere)
        return next((rows for name in names for table in tables if (rows := table(name))), [])

    # -- shared ------------------------------------------------------------------------------------

    def _by_namespace(self, id: str) -> Known:
        """`vendor/model`, as routers write it: the vendor's namespace tells the developer, the same
        name on the Hub is a lead."""
        for prefix in _HOST_PREFIXES:
            id = id.removeprefix(prefix)
        plain = "/".join(id.partition(":")[0].split("/")[:2])
        dotted = _DOTTED.match(plain) if self._named.host == "bedrock" else None
        vendor = plain.partition("/")[0] if "/" in plain else ""
        vendor = dotted["vendor"] if dotted is not None else vendor
        developer = self._vendor(vendor) if vendor else None
        if developer is None or not developer.develops:
            return Known()
        basis = f"Its name says that it is {developer.name}'s."
        if dotted is not None or not is_repo_id(plain) or not developer.citations:
            return Known((), developer, basis)
        guess = Meaning(plain, False, 0.5, developer.citations[0], _alike(plain))
        return Known((guess,), developer, basis)

    def _vendor(self, word: str) -> Developer | None:
        """A namespace of the Hub, or a service's word whose operator serves its own models."""
        found = self._registry.developer_of_namespace(word)
        if found is None:
            own = [one for one in self._names.operators(word) if one.serves_only_its_own]
            found = self._operator(own)
        return found

    def _developer_of(self, rows: Iterable[NamedElsewhere]) -> Developer | None:
        """The one developer whom all rows tell, themselves or by the namespaces of their models."""
        found: set[Developer | None] = set()
        for row in rows:
            developer = self._registry.developer(row.developer) if row.developer else None
            if developer is not None:
                found.add(developer)
                continue
            owners = [
                self._registry.developer_of_namespace(hub.partition("/")[0]) for hub in row.hub
            ]
            found |= {one if one is not None and one.develops else None for one in owners or [None]}
        return found.pop() if len(found) == 1 else None

    def _meant(self, rows: Iterable[NamedElsewhere]) -> tuple[Meaning, ...]:
        return tuple(_first_of_each(self._each(rows)))

    def _each(self, rows: Iterable[NamedElsewhere]) -> Iterator[Meaning]:
        for row in rows:
            for hub in row.hub:
                text = f"{row.name} of {self._named.where} stands or stood for {hub}."
                model = self._registry.canonical(hub)
                yield Meaning(model, row.is_sure, row.confidence, row.citations[0], text)

    def _operator(self, found: Sequence[Operator]) -> Developer | None:
        known = next((one for one in found if not one.is_anybody), None)
        if known is None:
            return None
        registered = self._registry.developer(known.developer) if known.developer else None
        return registered or Developer(
            id=f"operator:{known.operator}",
            name=known.operator,
            jurisdiction=known.country,
            role="operator",
            kind="operator",
            namespaces=(),
            citations=known.citations,
            jurisdiction_state="established" if known.country else "unknown",
        )


_DOTTED = late(r"(?:(?:us|eu|apac|global|us-gov|jp|au|ca)\.)?(?P<vendor>[a-z0-9]+)\.[\w.-]+\Z")
"""Amazon's ids of models: `us.deepseek.r1-v1`."""
UNKNOWN_HOST = "unknown"
"""Stands for the host where the code does not show the address."""


def _in_image(named: Elsewhere) -> Elsewhere | None:
    """The service's name of the model that an image holds; None for any other."""
    for (host, path), service in _IMAGES.items():
        if named.place is Place.OCI and named.host == host and named.name.startswith(path):
            repository = named.name.removeprefix(path).partition("@")[0].partition(":")[0]
            return Elsewhere(Place.API, repository, service)
    return None


def _spelled(id: str) -> Iterator[str]:
    """What a name of SageMaker JumpStart (library, task, name, with hyphens alone) is called
    elsewhere: `deepseek-llm-r1-distill-qwen-14b`."""
    library, _, rest = [*id.split("-", 2), "", ""][:3]
    for name in (rest, f"{library}-{rest}") if rest else ():
        yield from (name, re.sub(r"(?<=\d)-(?=\d+(?:-|\Z))", ".", name))


def _alike(model: str) -> str:
    return f"A model of the Hub may have the same name: {model}."


def _first_of_each(meanings: Iterable[Meaning]) -> Iterator[Meaning]:
    seen: set[str] = set()
    for one in meanings:
        if one.model.casefold() not in seen:
            seen.add(one.model.casefold())
            yield one
