"""Names of artefacts in container registries: `host/repository[:tag][@sha256:digest]`."""

from __future__ import annotations

from lineage.core.pattern import late
from lineage.core.value import dataclass

DOCKER_HUB = "docker.io"
DOCKER_HOSTS = frozenset(
    {DOCKER_HUB, "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"}
)
"""All names of Docker Hub's registry."""
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_PART = r"[a-z0-9]+(?:(?:[._]|__|-{1,8})[a-z0-9]+)*"
_FORM = late(
    rf"(?:(?P<host>localhost(?::\d{{1,5}})?|{_LABEL}(?:\.{_LABEL})+(?::\d{{1,5}})?|{_LABEL}:\d{{1,5}}"
    r"|\[[0-9a-fA-F:]{2,45}\](?::\d{1,5})?)/)?"
    rf"(?P<repo>{_PART}(?:/{_PART}){{0,12}})"
    r"(?::(?P<tag>\w[\w.-]{0,127}))?(?:@(?P<digest>sha256:[0-9a-f]{64}))?\Z"
)


@dataclass(frozen=True)
class OciName:
    """One artefact of a registry, by its tag, its digest or both."""

    host: str
    """With its port, in lower case; `docker.io` for all names of Docker Hub's."""
    repo: str
    tag: str = ""
    """Empty where a digest alone is reported."""
    digest: str = ""
    """`sha256:…` of the manifest or index. It decides what is read, whatever the tag holds."""

    @property
    def below(self) -> str:
        """What is behind the host."""
        tag = f":{self.tag}" if self.tag else ""
        return f"{self.repo}{tag}{f'@{self.digest}' if self.digest else ''}"

    @property
    def reference(self) -> str:
        """What the registry is asked for."""
        return self.digest or self.tag


def parse_oci(text: str, host: str = "") -> OciName | None:
    """The artefact that a text names, at `host` where it tells none; None for another form.

    Without tag and digest it is `latest`; a bare name at Docker Hub is in `library/`.
    """
    found = _FORM.match(text) if len(text) <= 500 else None
    if found is None or not (at := (found["host"] or host).lower()):
        return None
    at = DOCKER_HUB if at in DOCKER_HOSTS else at
    repo = found["repo"]
    repo = f"library/{repo}" if at == DOCKER_HUB and "/" not in repo else repo
    tag = found["tag"] or ("" if found["digest"] else "latest")
    return OciName(at, repo, tag, found["digest"] or "")
