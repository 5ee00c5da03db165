"""Names of artefacts of a container registry: an image of Docker Hub, one of
another registry, or an address."""

from __future__ import annotations

from lineage.core.elsewhere import parse_elsewhere
from lineage.core.oci import DOCKER_HUB, OciName, parse_oci

_SCHEMES = ("oci://", "docker://", "modelkit://")


def reference(text: str, *, host: str = "") -> str:
    """The id of the artefact that a text names, at `host` where it tells none; empty for another
    form."""
    named = parse_oci(_bare(text), host)
    return id_of(named) if named is not None else ""


def kit_reference(text: str) -> str:
    """The id of the ModelKit that a path in a Kitfile is: one has a tag or a digest."""
    bare = _bare(text)
    return reference(bare) if ":" in bare.rpartition("/")[2] or "@" in bare else ""


def id_of(named: OciName) -> str:
    """The id of an artefact among the names outside the Hub."""
    found = parse_elsewhere(f"oci://{named.host}/{named.below}")
    return found.id if found is not None else ""


def image_reference(text: str) -> str:
    """The id of an image as container tools write it: without a host it is Docker Hub's."""
    return reference(text, host=DOCKER_HUB)


def _bare(text: str) -> str:
    text = text.strip()
    scheme = next((one for one in _SCHEMES if text.lower().startswith(one)), "")
    return text[len(scheme) :]
