"""Names of models as Ollama writes them: `[host/][namespace/]name[:tag][@sha256:digest]`."""

from __future__ import annotations

from lineage.core.pattern import late
from lineage.core.ref import HUB_ADDRESSES
from lineage.core.value import dataclass

REGISTRY = "registry.ollama.ai"
"""The host of names that tell none."""
HOSTS = frozenset({REGISTRY, "ollama.com", "www.ollama.com", "ollama.ai"})
"""All names of that host: its registry's, and those of its web pages."""
_PART = r"[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_])?"
_FORM = late(
    rf"(?:(?P<host>[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?::\d{{1,5}})?|[A-Za-z0-9-]+:\d{{1,5}})/)?"
    rf"(?:(?P<namespace>{_PART})/)?(?P<name>{_PART})(?::(?P<tag>{_PART}))?"
    r"(?:@(?P<digest>sha256:[0-9a-f]{12,64}))?\Z"
)


@dataclass(frozen=True)
class OllamaName:
    """One model of Ollama's library, of a user of it, or of another registry of its kind."""

    host: str
    namespace: str
    name: str
    tag: str
    digest: str = ""
    """`sha256:…` of the manifest, where one is pinned; `ollama list` shows the first 12 digits."""

    @property
    def hub_id(self) -> str:
        """The repository of the Hub that it names; empty for all others."""
        return f"{self.namespace}/{self.name}" if self.host in HUB_ADDRESSES else ""

    @property
    def plain(self) -> str:
        """The shortest form with the tag: `deepseek-r1:8b`, `user/name:latest`."""
        host = "" if self.host == REGISTRY else f"{self.host}/"
        is_library = not host and self.namespace == "library"
        return f"{host}{'' if is_library else f'{self.namespace}/'}{self.name}:{self.tag}"

    @property
    def id(self) -> str:
        """Its id among the names outside the Hub, without the digest."""
        return f"ollama:{self.plain}"


def parse_ollama(text: str) -> OllamaName | None:
    """The name that a text holds, `latest` where it tells no tag; None for another form."""
    found = _FORM.match(text.removeprefix("https://").removeprefix("http://"))
    if found is None:
        return None
    host = (found["host"] or REGISTRY).lower()
    return OllamaName(
        REGISTRY if host in HOSTS else host,
        found["namespace"] or "library",
        found["name"],
        found["tag"] or "latest",
        found["digest"] or "",
    )
