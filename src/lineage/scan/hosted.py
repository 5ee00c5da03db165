"""Find the models of services in configuration: keys beside a provider or an address, routes by
name, environment variables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

from lineage.core.ref import HUB_ADDRESSES
from lineage.core.use import Certainty, ModelUse, UseKind
from lineage.scan.entries import Entry, Step
from lineage.scan.facts import is_list_about_models, is_table_of_facts, models_at
from lineage.scan.hosted_settings import (
    ADDRESS_KEY,
    DEFAULT,
    NOT_MODEL,
    Settings,
    SetVariable,
    hosted_use,
)
from lineage.scan.names import Judged, is_hub_shaped, judge
from lineage.scan.services import ADDRESS, HUB, NAME_ALONE, SPOKEN, UNKNOWN, Services, folded
from lineage.scan.telling import suggests_model

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_PROVIDER_KEYS = frozenset(
    [
        "provider", "apitype", "type", "modelprovider", "vendor", "platform", "backend", "client",
        "adapter", "llmprovider", "apiprovider", "customllmprovider", "providername",
        "providerid", "source",
        "engine", "service", "kind", "driver",
    ]
)  # fmt: skip
_ROUTE_KEYS = frozenset(["providers", "provider", "id", "grader", "llm", "fallbacks", "alias"])
_SIZED = re.compile(r"[a-z][\w.-]{1,60}:\d+(?:\.\d+)?[bm](?:-[\w.-]{1,60})?\Z")
"""A tag that tells a size, as no image of a container has one."""
_LISTS = frozenset(["models", "model", "llms", "llm", "embeddings"])
_UP = 4
"""Mappings above a model in which its provider may stand."""
MOST_HOSTS = 4
"""A file that holds more addresses of services is a list of them, not a use of each."""


def hosted_config(entries: list[Entry], file: str, services: Services) -> Iterator[ModelUse]:
    """Uses in one structured file's scalars."""
    if services.words:
        yield from _Config(entries, file, services).uses()


class _Config:
    """The scalars of one file, mapping by mapping."""

    def __init__(self, entries: list[Entry], file: str, services: Services) -> None:
        self._file = file
        self._services = services
        self._entries = [
            (_steps(entry.path), entry) for entry in entries if len(entry.value) <= 400
        ]
        self._inside: dict[tuple[Step, ...], dict[str, Entry]] = {}
        for path, entry in self._entries:
            if path and isinstance(path[-1], str):
                self._inside.setdefault(path[:-1], {})[path[-1]] = entry
        self._routes = any(
            "litellm_params" in path or "model_list" in path for path, _ in self._entries
        )

    def uses(self) -> Iterator[ModelUse]:
        seen: set[str] = set()
        addresses: list[tuple[str, Entry]] = []
        for path, entry in self._entries:
            key = next((step for step in reversed(path) if isinstance(step, str)), "")
            if entry.is_block or not key or ("://" in entry.value.strip() and not _is_address(key)):
                continue
            if _is_address(key):
                host = self._services.host_of(entry.value)
                if host in self._services.hosts:
                    addresses.append((host, entry))
                continue
            found = self._found(path, key, entry)
            if found is not None:
                host, judged, prefix = found
                seen.add(host)
                use = hosted_use(
                    self._file, entry.line, entry.column, judged, f"{prefix}key {key[:60]}"
                )
                yield replace(use, certainty=Certainty.POSSIBLE) if self._is_about_models else use
        yield from self._keyed()
        hosts = {host for host, _ in addresses}
        if len(hosts) <= MOST_HOSTS:
            for host, entry in addresses:
                judged_host = self._services.judge(host, "")
                if host not in seen and judged_host is not None and not entry.key.isupper():
                    yield hosted_use(
                        self._file,
                        entry.line,
                        entry.column,
                        judged_host,
                        f"{ADDRESS}{entry.key[:60]}",
                    )
        for group in self._groups():
            yield from Settings(group, self._file, self._services).uses()

    @cached_property
    def _is_about_models(self) -> bool:
        def is_model(name: str) -> bool:
            return bool(self._services.host_of_name(name) or self._services.split(name))

        return is_list_about_models(self._entries, is_model)

    def _keyed(self) -> Iterator[ModelUse]:
        """Names that are keys themselves: `provider.ollama.models."qwen3:8b": {…}`."""
        seen: set[tuple[Step, ...]] = set()
        of_facts = self._file.endswith((".yml", ".yaml")) and is_table_of_facts(self._entries)
        for _, entry in self._entries:
            path = entry.path
            at = models_at(path)
            if at is None or path[: at + 2] in seen:
                continue
            seen.add(path[: at + 2])
            name = path[at + 1]
            if isinstance(name, str) and isinstance(path[at + 2], str) and re.search(r"\d", name):
                words = (step for step in reversed(path[:at]) if isinstance(step, str))
                host = next(filter(None, map(self._services.host_of_class, words)), "")
                judged = self._services.judge(host, name) if host else None
                if judged is not None and judged.kind is not UseKind.UNRESOLVED:
                    use = hosted_use(
                        self._file, entry.line, entry.column, judged, "key below models"
                    )
                    yield replace(use, certainty=Certainty.POSSIBLE) if of_facts else use

    def _found(
        self, path: tuple[Step, ...], key: str, entry: Entry
    ) -> tuple[str, Judged, str] | None:
        """The host, what is named there, and how a report says so."""
        value = DEFAULT.sub(r"\1", entry.value.strip())
        route = self._services.split(value)
        is_model = _is_model_key(key) or _is_listed_below_models(path) or self._is_name_of(path)
        if key == "name" and path[-3:-1] in (("inference", "preset"), ("tuning", "preset")):
            host = "huggingface" if is_hub_shaped(value) else UNKNOWN  # KAITO's list
            judged = self._services.judge(host, value)
            return (host, judged, "") if judged is not None else None
        if folded(key) == "modelid" and "provider_model_id" in self._inside.get(path[:-1], {}):
            return None  # what it is served as
        is_block = key == "uses" and "models" in path  # Continue's
        if route is not None and (is_model or is_block or folded(key) in _ROUTE_KEYS):
            by_colon = ":" in value.partition("/")[0]
            if by_colon or self._routes or is_block or judge(value) is None:
                if host := self._spoken_at(path, value):
                    route = host, value
                judged = self._services.judge(*route)
                return (route[0], judged, "") if judged is not None else None
        if _SIZED.match(value) and self._services.host_of_tag(value) and not is_model:
            judged = self._services.judge("ollama", value)
            is_one = not self._file.endswith(".json")  # where texts to be shown stand too
            return ("ollama", judged, "a tag of Ollama, ") if judged and is_one else None
        if not is_model or not re.fullmatch(r"[A-Za-z0-9@][\w.:/@+-]{1,160}", value):
            return None
        host, is_stated = self._host(path)
        prefix = ""
        if not host and not self._is_catalogue(path):
            host, prefix = self._services.host_of_name(value), NAME_ALONE
        if not is_stated and is_hub_shaped(value):
            return None  # the Hub's name, under a heading that is a service's too
        if not is_stated and not prefix and not _is_id(value) and host != "ollama":
            return None
        if host in HUB:
            value = self._of_hub(path, key, value)
        judged = self._services.judge(host, value) if host and value else None
        return (
            (host, judged, prefix)
            if judged is not None and judged.kind is not UseKind.UNRESOLVED
            else None
        )

    def _of_hub(self, path: tuple[Step, ...], key: str, value: str) -> str:
        """The name as the Hub has it: behind the `namespace` that stands beside it; an adapter's
        without one is what it is served as, and an image's is none."""
        beside = self._inside.get(path[:-1], {}).get("namespace")
        if beside is not None and "/" not in value:
            value = f"{beside.value.strip()}/{value}"
        is_none = "/" in value or re.search(r"(?i)adapter|lora", key)
        return "" if is_none and not is_hub_shaped(value) else value

    def _host(self, path: tuple[Step, ...]) -> tuple[str, bool]:
        """Whose model it is: by an address beside or above it, a provider there, or (which tells
        less) a service's word on its path."""
        provider = ""
        above = [path[: len(path) - n] for n in range(1, min(_UP, len(path)) + 1)]
        for mapping in above:
            inside = self._inside.get(mapping, {})
            for key, entry in inside.items():
                if _is_address(key) and (host := self._services.host_of(entry.value)):
                    return (
                        "huggingface" if host.partition(":")[0] in HUB_ADDRESSES else host
                    ), True
            provider = provider or self._provider(inside)
            if provider and mapping == above[0]:
                # An address further up belongs to this provider only where nothing is beside it.
                return provider, True
        if provider:
            return provider, True
        for step in reversed(path[:-1]):
            if isinstance(step, str) and (host := self._services.host_of_class(step)):
                return host, False
        return "", False

    def _is_name_of(self, path: tuple[Step, ...]) -> bool:
        """Whether it is the `name` or `id` of a mapping called `model`, or of a member of a list
        called so that says nothing else of what the model is."""
        if len(path) < 2 or path[-1] not in ("name", "id"):
            return False
        if not isinstance(path[-2], int):
            return path[-2] in ("model", "llm")
        beside = self._inside[path[:-1]]
        is_told = any(map(_is_model_key, beside)) or (path[-1] == "name" and "id" in beside)
        return not is_told and len(path) > 2 and str(path[-3]).lower().endswith("models")

    def _spoken_at(self, path: tuple[Step, ...], name: str) -> str:
        """The address beside a name that is routed to a service whose protocol others speak."""
        if name.partition("/")[0] not in SPOKEN:
            return ""
        beside = self._inside.get(path[:-1], {}).items()
        found = (self._services.host_of(entry.value) for key, entry in beside if _is_address(key))
        return next(filter(None, found), "")

    def _is_catalogue(self, path: tuple[Step, ...]) -> bool:
        """Whether a name stands in one of many records alike, as in a list of prices."""
        in_list = len(path) > 1 and isinstance(path[-2], int)
        return self._file.endswith((".jsonl", ".ndjson")) or (
            self._file.endswith(".json") and in_list
        )

    def _provider(self, inside: dict[str, Entry]) -> str:
        for key, entry in inside.items():
            if folded(key) in _PROVIDER_KEYS and len(entry.value) < 60:
                host = self._services.host_of_word(entry.value) or self._services.host_of_class(
                    entry.value.rpartition(".")[2]
                )
                if host:
                    return host
        return ""

    def _groups(self) -> Iterator[list[SetVariable]]:
        """Variables that are set side by side."""
        groups: dict[tuple[Step, ...], list[SetVariable]] = {}
        for path, entry in self._entries:
            if not path:
                continue
            name, value, column = str(path[-1]), entry.value, entry.column
            parent = path[:-1]
            named = self._inside.get(parent, {})
            label = named.get("name", named.get("key")) if path[-1] == "value" else None
            if label is not None:
                name, parent = label.value, parent[:-1]
            elif isinstance(path[-1], int) and "=" in value:
                name, _, value = value.partition("=")
                column += len(name) + 1
            if re.fullmatch(r"[A-Z][A-Z0-9_]{2,80}", name):
                groups.setdefault(parent, []).append(SetVariable(name, value, entry.line, column))
        yield from groups.values()


def _steps(path: tuple[Step, ...]) -> tuple[Step, ...]:
    """The path with `spring.ai.ollama.model` taken apart."""
    parts: list[Step] = []
    for step in path:
        parts.extend(step.split(".") if isinstance(step, str) and "/" not in step else [step])
    # `model_name: {value: …}` of forms, and defaults of settings
    is_form = len(parts) > 1 and parts[-1] in ("value", "default") and isinstance(parts[-2], str)
    return tuple(parts[:-1] if is_form else parts)


def _is_listed_below_models(path: tuple[Step, ...]) -> bool:
    """Whether a list's item stands below `models`, as in `ollama.models.pull`."""
    above, key = (path[-3], path[-2]) if len(path) > 2 and isinstance(path[-1], int) else (0, 0)
    return isinstance(above, str) and isinstance(key, str) and folded(above) in _LISTS


def _is_address(key: str) -> bool:
    return bool(ADDRESS_KEY.search(_CAMEL.sub("_", key)))


def _is_model_key(key: str) -> bool:
    return (
        suggests_model(key) and not set(re.split(r"[_-]", _CAMEL.sub("_", key).lower())) & NOT_MODEL
    )


def _is_id(value: str) -> bool:
    """Whether a word has the form of a model's id: no other word has a number in it or a mark."""
    return re.search(r"\d|[-:.]", value) is not None
