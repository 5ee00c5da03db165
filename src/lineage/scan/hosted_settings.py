"""Find the models of services by the variables that are set for one program."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lineage.core.use import Certainty, ModelUse, UseKind
from lineage.core.value import dataclass
from lineage.scan.names import Judged, is_hub_shaped, judge
from lineage.scan.services import ADDRESS, NAME_ALONE, Services
from lineage.scan.telling import suggests_model

ADDRESS_KEY = re.compile(
    r"(?:\A|[_.-])(?:base[_-]?url|api[_-]?base|url|uri|host|endpoint|server|address|base)\Z",
    re.IGNORECASE,
)
DEFAULT = re.compile(r"\$\{\w+:?-?([^}$]+)\}\Z")
NOT_MODEL = frozenset(
    [
        "dir",
        "path",
        "file",
        "cache",
        "folder",
        "type",
        "timeout",
        "max",
        "keepalive",
        "engine",
        "dim",
        "dimension",
        "dimensions",
        "batch",
        "chunk",
        "url",
        "key",
        "src",
        "source",
    ]
)
_SETTING = re.compile(
    r"(?<![\w$./-])([A-Z][A-Z0-9_]{2,80})(?:=|[ \t]*=[ \t]*(?=[\"']))"
    r"(?:\"([^\"\n]*)\"|'([^'\n]*)'|([^\s\"'`;|&)\\]+))"
)


@dataclass(frozen=True)
class SetVariable:
    """One variable that a file sets."""

    name: str
    value: str
    line: int
    column: int


def hosted_settings(text: str, file: str, services: Services) -> Iterator[ModelUse]:
    """Uses by the variables that a script, a Dockerfile or a build file sets."""
    if not services.words or "=" not in text:
        return
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.lstrip().startswith(("#", "//", "REM ", "rem ")) and len(line) < 5_000:
            for match in _SETTING.finditer(line):
                value = next((g for g in match.groups()[1:] if g), "")
                found.append(SetVariable(match.group(1), value, number, match.start(1) + 1))
    yield from Settings(found, file, services).uses()


class Settings:
    """Variables that hold for the same program."""

    def __init__(self, settings: Iterable[SetVariable], file: str, services: Services) -> None:
        self._file = file
        self._services = services
        self._all = [
            SetVariable(
                one.name, DEFAULT.sub(r"\1", one.value.strip().strip("'\"")), one.line, one.column
            )
            for one in settings
        ]
        self._addresses = {
            one.name: host
            for one in self._all
            if ADDRESS_KEY.search(one.name) and (host := services.host_of(one.value))
        }

    def uses(self) -> Iterator[ModelUse]:
        """Models first; then addresses of services that none of them is asked of."""
        seen: set[str] = set()
        for one in self._all:
            if not self._names_model(one.name) or not one.value or "$" in one.value:
                continue
            host, model, via = self._host(one.name), one.value, f"variable {one.name}"
            # `Qwen/…` is the Hub's name, though a service has that word too.
            route = None if is_hub_shaped(model) else self._services.split(model)
            if route is not None and (
                not host
                or (
                    host not in self._services.hosts
                    and "/" in one.value
                    and judge(one.value) is None
                )
            ):
                host, model = route
            elif not host or (not self._addresses and is_hub_shaped(model)):
                host, via = self._services.host_of_name(model), f"{NAME_ALONE}{via}"
                if not host:
                    continue
            if host == "ollama" and model.casefold() in self._services.hub_ids:
                continue  # beside the address of an Ollama, as the embedding model of a web page is
            judged = self._services.judge(host, model)
            if judged is not None and judged.kind is not UseKind.UNRESOLVED:
                seen.add(host)
                yield hosted_use(self._file, one.line, one.column, judged, via)
        for one in self._all:
            host = self._addresses.get(one.name, "")
            if host in self._services.hosts and host not in seen:
                judged = self._services.judge(host, "")
                if judged is not None:
                    yield hosted_use(
                        self._file, one.line, one.column, judged, f"{ADDRESS}variable {one.name}"
                    )

    def _names_model(self, name: str) -> bool:
        words = set(name.lower().split("_"))
        carries = self._services.variables.get(name, ("", ""))[0]
        return (carries == "model" or suggests_model(name)) and not words & NOT_MODEL

    def _host(self, name: str) -> str:
        """By the address of the same head, by the service's word in the name, by the one address
        that is set beside it."""
        for address, host in self._addresses.items():
            if address.split("_")[0] == name.split("_", maxsplit=1)[0]:
                return host
        if host := self._services.host_of_variable(name):
            return host
        hosts = set(self._addresses.values())
        return hosts.pop() if len(hosts) == 1 else ""


def hosted_use(file: str, line: int, column: int, judged: Judged, via: str) -> ModelUse:
    """The use that a judged name of a service makes."""
    return ModelUse(
        file,
        line,
        column,
        judged.kind,
        judged.model,
        via,
        Certainty.LIKELY,
        judged.revision,
        reason=judged.reason,
        target=judged.target,
    )
