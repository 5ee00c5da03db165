"""What models and operators are called outside the Hub: Ollama tags, addresses of hosted models, ModelScope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from lineage.evidence.citation import Citation
from lineage.evidence.document import load

LEAST_SURE = 0.7
"""Below this the link is a guess from version or size: shown, and to decide nothing."""


@dataclass(frozen=True)
class Operator:
    """Who answers at an address. It serves models of others too: it is no developer of what it serves."""

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
        """Whether a source names the model, rather than a likeness of names, and no source says otherwise."""
        return bool(self.hub) and self.confidence >= LEAST_SURE and not self.is_disputed


class NamesElsewhere:
    """The tables of names. Opening them costs one JSON parse; nothing of an audit needs that."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document

    @staticmethod
    @cache
    def load() -> NamesElsewhere:
        """The tables that ship with the package, read once."""
        return NamesElsewhere(load("names.json"))

    def operators(self, address: str) -> list[Operator]:
        """Who operates this host, or the host of this URL."""
        written = address.strip().casefold()
        host = urlsplit(written if "//" in written else f"//{written}").hostname or ""
        return [
            Operator(
                row["name"],
                row["operator"],
                tuple(row["hosts"]),
                row["kind"],
                row.get("developer"),
                row.get("country"),
                row.get("disputed", ""),
                self._cited("hosted_apis", row),
            )
            for row in self._rows("hosted_apis")
            if host in row["hosts"]
        ]

    def ollama(self, name: str, digest: str = "") -> list[NamedElsewhere]:
        """What a tag holds, `latest` where none is given; with a digest, what that one held. A tag that moved has several answers."""
        wanted = name.casefold() if ":" in name else f"{name.casefold()}:latest"
        found: list[NamedElsewhere] = []
        for row in self._rows("ollama"):
            if row["name"].casefold() != wanted:
                continue
            held = [(row["digest"], row["hub"])]
            held += [
                (one["digest"], [one["hub"]]) for one in row.get("previous", ()) if "hub" in one
            ]
            found += [
                self._named("ollama", row, tuple(hub))
                for known, hub in held
                if not digest or digest.casefold().startswith(known)
            ]
        return found

    def hosted(self, id: str, host: str, day: date | None = None) -> list[NamedElsewhere]:
        """What a model's name at a host stands for; where it changed, what it stood for on `day`, or each meaning."""
        rows = [
            row
            for row in self._rows("hosted_models")
            if row["id"].casefold() == id.casefold() and row["host"] == host.casefold()
        ]
        dated = [row for row in rows if row.get("dated")]
        chosen = [row for row in dated if day is None or _held_on(row, day)] if dated else rows
        return [self._named("hosted_models", row, tuple(row.get("hub", ()))) for row in chosen]

    def modelscope(self, name: str) -> list[NamedElsewhere]:
        """The Hub's names of a model whose name on ModelScope differs; of others it is the same name, or not known."""
        return [
            self._named("modelscope", row, tuple(row["hub"]))
            for row in self._rows("modelscope")
            if row["name"].casefold() == name.casefold()
        ]

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


def _held_on(row: dict[str, Any], day: date) -> bool:
    """Whether the name meant this on that day; on the day of a change both may have been served."""
    since, until = str(row.get("since", "0001")), str(row.get("until", "9999"))
    return since <= day.isoformat() <= until
