"""What models and operators are called outside the Hub: Ollama tags, hosted models and their
addresses, ModelScope, images."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from lineage.core.packaged import EMBEDDED, DataSet
from lineage.core.pattern import late
from lineage.core.value import dataclass
from lineage.evidence.citation import Citation
from lineage.evidence.document import load

_DATED = late(r"(?:[-@:](?:latest|\d{4}-?\d{2}-?\d{2}|\d{3,4}|free|online))+\Z")
LEAST_SURE = 0.7
"""Below this the link is a guess from version or size: shown, and to decide nothing."""


@dataclass(frozen=True)
class Operator:
    """Who answers at an address. It serves models of others too: it is no developer of what it
    serves."""

    name: str
    operator: str
    hosts: tuple[str, ...]
    kind: str
    developer: str | None
    """Registry id, where the operator is a developer of the registry; its home is told there."""
    country: str | None
    """Only where it is no developer of the registry and a source names one."""
    disputed: str
    """What the sources differ on; empty where they do not."""
    citations: tuple[Citation, ...]

    @property
    def serves_only_its_own(self) -> bool:
        """Whether every model at the address is its operator's own, as far as the table tells."""
        return self.kind == "vendor" and self.developer is not None

    @property
    def is_anybody(self) -> bool:
        """Whether anyone may run such a server: it is attributed to nobody."""
        return self.kind == "self-hosted"


@dataclass(frozen=True)
class NamedElsewhere:
    """One name outside the Hub, and the models of the Hub that it stood for."""

    name: str
    hub: tuple[str, ...]
    developer: str | None
    confidence: float
    is_disputed: bool
    citations: tuple[Citation, ...]

    @property
    def is_sure(self) -> bool:
        """Whether a source names the model, rather than a likeness of names, and no source says
        otherwise."""
        return bool(self.hub) and self.confidence >= LEAST_SURE and not self.is_disputed


class NamesElsewhere:
    """The tables of names. Opening them costs one JSON parse, which most audits do without."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document

    @staticmethod
    def load(data: DataSet = EMBEDDED) -> NamesElsewhere:
        """The tables of this data, read once."""
        return _loaded(data)

    def operators(self, address: str) -> list[Operator]:
        """Who operates this host or the host of this URL, or the service that gateways call by this
        word."""
        written = address.strip().casefold()
        rows = [row for row in self._rows("services") if row["name"].casefold() == written]
        if rows:
            return [self._operator("services", row) for row in rows]
        host = urlsplit(written if "//" in written else f"//{written}").hostname or ""
        return [
            self._operator("hosted_apis", row)
            for row in self._rows("hosted_apis")
            if host in row["hosts"]
        ]

    def words_of(self, host: str) -> list[str]:
        """By which words gateways call the service at this host; of such a word, its service's
        other words."""
        wanted = {host.casefold()}
        for row in self._rows("services"):
            if row["name"].casefold() in wanted:
                wanted |= set(row["hosts"])
        return [
            row["name"]
            for row in self._rows("services")
            if row["name"] in wanted or wanted & set(row["hosts"])
        ]

    def ollama(self, name: str, digest: str = "") -> list[NamedElsewhere]:
        """What a tag holds, `latest` where none is given; with a digest, what that one held. A tag
        that moved has several answers."""
        wanted = name.casefold() if ":" in name else f"{name.casefold()}:latest"
        return [
            self._named("ollama", row, hub)
            for row in self._rows("ollama")
            if row["name"].casefold() == wanted
            for known, hub in _held(row)
            if not digest or digest.casefold().startswith(known)
        ]

    def ollama_digest(self, digest: str) -> list[NamedElsewhere]:
        """What a manifest of this digest holds, whatever tag it has now or is copied to."""
        return [
            self._named("ollama", row, hub)
            for row in self._rows("ollama")
            for known, hub in _held(row)
            if digest.casefold().startswith(known)
        ]

    def hosted(self, id: str, host: str, day: date | None = None) -> list[NamedElsewhere]:
        """What a model's name at a host stands for; where it changed, what it stood for on `day`,
        or each meaning."""
        rows = [
            row
            for row in self._rows("hosted_models")
            if row["id"].casefold() == id.casefold() and row["host"] == host.casefold()
        ]
        dated = [row for row in rows if row.get("dated")]
        chosen = [row for row in dated if day is None or _held_on(row, day)] if dated else rows
        return [self._named("hosted_models", row, tuple(row.get("hub", ()))) for row in chosen]

    def hosted_anywhere(self, id: str) -> list[NamedElsewhere]:
        """What a model's name stands for at any host of the table: the same name at another host
        may be another model."""
        hosts = [
            row["host"]
            for row in self._rows("hosted_models")
            if row["id"].casefold() == id.casefold()
        ]
        return [one for host in dict.fromkeys(hosts) for one in self.hosted(id, host)]

    def line(self, id: str) -> dict[str, Any] | None:
        """What is reported of the first weights of a model that only a service hands out, its
        citations filled in."""
        plain = _DATED.sub("", id.rpartition("/")[2].casefold())
        row = next((one for one in self._rows("lines") if one["name"] == plain), None)
        return {**row, "citations": self._cited("lines", row)} if row else None

    def hosts_of_models(self) -> list[str]:
        """Every host of which models are listed."""
        return list(dict.fromkeys(row["host"] for row in self._rows("hosted_models")))

    def litellm(self, id: str) -> list[NamedElsewhere]:
        """The model of the Hub that LiteLLM's list has under this name, the service's word before
        it."""
        return self._by_name("litellm", id)

    def litellm_anywhere(self, id: str) -> list[NamedElsewhere]:
        """What a name stands for under any service's word of LiteLLM's list."""
        wanted = id.casefold()
        return [
            self._named("litellm", row, tuple(row["hub"]))
            for row in self._rows("litellm")
            if row["name"].casefold().partition("/")[2] == wanted
        ]

    def docker(self, name: str) -> list[NamedElsewhere]:
        """The models that the page of an image of Docker Hub links, whatever the tag."""
        return self._by_name("docker", name.partition(":")[0])

    def ollama_library(self, name: str) -> list[NamedElsewhere]:
        """Every tag of the same page of Ollama's library."""
        page = name.casefold().partition(":")[0]
        return [
            self._named("ollama", row, tuple(row.get("hub", ())))
            for row in self._rows("ollama")
            if row["name"].casefold().partition(":")[0] == page
        ]

    def modelscope_namespace(self, namespace: str) -> list[NamedElsewhere]:
        """The one namespace of the Hub whose models have the same names there."""
        return self._by_name("modelscope_namespaces", namespace)

    def modelscope(self, name: str) -> list[NamedElsewhere]:
        """The Hub's names of a model whose name on ModelScope differs; of others it is the same
        name, or not known."""
        return self._by_name("modelscope", name)

    def modelscope_twins(self, hub: Collection[str]) -> list[NamedElsewhere]:
        """What ModelScope calls a model of the Hub, of which these are the names in lower case."""
        return [
            self._named("modelscope", row, tuple(row["hub"]))
            for row in self._rows("modelscope")
            if any(one.casefold() in hub for one in row["hub"])
        ]

    def _by_name(self, table: str, name: str) -> list[NamedElsewhere]:
        return [
            self._named(table, row, tuple(row["hub"]))
            for row in self._rows(table)
            if row["name"].casefold() == name.casefold()
        ]

    def _operator(self, table: str, row: dict[str, Any]) -> Operator:
        return Operator(
            row["name"],
            row["operator"],
            tuple(row["hosts"]),
            row["kind"],
            row.get("developer"),
            row.get("country"),
            row.get("disputed", ""),
            self._cited(table, row),
        )

    def _rows(self, table: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self._document["tables"][table]["records"]
        return rows

    def _cited(self, table: str, row: dict[str, Any]) -> tuple[Citation, ...]:
        known = self._document["tables"][table]["citations"]
        return tuple(
            Citation(one["url"], one["title"], one.get("published_on"), one["seen_on"])
            for one in (known[number] for number in row["cited"])
        )

    def _named(self, table: str, row: dict[str, Any], hub: tuple[str, ...]) -> NamedElsewhere:
        return NamedElsewhere(
            row["id"] if "id" in row else row["name"],
            hub,
            row.get("developer"),
            row["confidence"],
            bool(row.get("disputed")),
            self._cited(table, row),
        )


def _held(row: dict[str, Any]) -> list[tuple[str, tuple[str, ...]]]:
    """Each digest that a tag had, with the models that it held then."""
    previous = ((one["digest"], (one["hub"],)) for one in row.get("previous", ()) if "hub" in one)
    return [(row["digest"], tuple(row["hub"])), *previous]


def _held_on(row: dict[str, Any], day: date) -> bool:
    """Whether the name meant this on that day; on the day of a change both may have been served."""
    since, until = str(row.get("since", "0001")), str(row.get("until", "9999"))
    return since <= day.isoformat() <= until


@cache
def _loaded(data: DataSet) -> NamesElsewhere:
    return NamesElsewhere(load("names.json", data))
