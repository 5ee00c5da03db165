"""Names of models that are images in a registry of containers."""

from __future__ import annotations

from lineage.core.elsewhere import Elsewhere, Place, parse_elsewhere
from lineage.core.oci import parse_oci
from lineage.core.ref import HUB_ADDRESSES
from lineage.scan.names import Bare, Judged, judge, named_elsewhere

_CONTAINER_HEADS = ("ai/", "docker.io/")


def container_model(text: str, host: str = "") -> Judged | None:
    """What `docker model`, `kit` and compose's `models:` name: an image of Docker Hub or of another
    registry, or hf.co/…; a name without a host is the `host`'s, where there is one."""
    if text.lower().startswith(_CONTAINER_HEADS):
        return named_elsewhere(Elsewhere(Place.DOCKER, text.removeprefix("docker.io/")))
    named = parse_oci(text, host)
    if named is not None and named.host not in HUB_ADDRESSES:
        found = parse_elsewhere(f"oci://{named.host}/{named.below}")
        return named_elsewhere(found) if found is not None else None
    return judge(text, Bare.IGNORED, tagged=True)
