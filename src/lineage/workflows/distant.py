"""Names of models from somebody who is not at this machine: never a path here, and never an address
that the server would not ask by itself."""

from __future__ import annotations

from lineage.core.elsewhere import Elsewhere, Place, parse_elsewhere, server_at
from lineage.core.errors import InvalidRefError
from lineage.core.ref import ModelRef, has_password, parse_ref, unwrapped
from lineage.sources.auto import elsewhere_ref
from lineage.sources.hub.settings import own_endpoint
from lineage.sources.places import PlaceAccess

MOST = 1000
"""Characters of one name."""
_FORMS = "Write org/name, org/name@revision, a huggingface.co address or ollama:name:tag."


def distant_ref(target: str, access: PlaceAccess, endpoint: str = "") -> ModelRef:
    """What the target names; nothing that lies on this machine is looked at.

    Of running servers and container registries only those of `access` are named; `endpoint` is as
    `target_ref` takes it. Raises InvalidRefError for what is no such name.
    """
    if len(target) > MOST:
        raise InvalidRefError(f"{len(target)} characters are not a model name.", _FORMS)
    if has_password(target):
        raise InvalidRefError("The address contains a user name or password.", _FORMS)
    named = elsewhere_ref(target.strip())
    if named is None:
        try:
            named = parse_ref(unwrapped(target), endpoint=endpoint or own_endpoint())
        except InvalidRefError as problem:
            if (server := server_at(unwrapped(target))) is None:
                raise InvalidRefError(problem.message, _FORMS) from None
            named = ModelRef(server.id)
    if (place := parse_elsewhere(named.id)) is not None:
        _check(place, access)
    return named


def _check(place: Elsewhere, access: PlaceAccess) -> None:
    if place.place is Place.SERVER and place.host not in access.servers:
        raise InvalidRefError(
            "Addresses of running servers are not asked from here.",
            "Audit it where it runs: lineage audit ADDRESS.",
        )
    if place.place is Place.OCI and place.host not in access.registries:
        raise InvalidRefError(
            f"The registry {place.host[:200]} is not one that is asked from here.",
            "Whoever runs this can name it: --registry HOST.",
        )
