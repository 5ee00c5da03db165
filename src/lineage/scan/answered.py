"""Uses that say less than another one: bare addresses, and names that nothing is asked for."""

from __future__ import annotations

from collections.abc import Iterable

from lineage.core.elsewhere import parse_elsewhere
from lineage.core.use import Certainty, ModelUse
from lineage.scan.services import ADDRESS, NAME_ALONE


def without_answered(uses: Iterable[ModelUse]) -> list[ModelUse]:
    """The uses without bare addresses of services of which some other place names a model, and
    without bare names of models that some other place asks a service for."""
    reported = list(uses)
    asked = {
        (named.host, named.name)
        for use in reported
        if (named := parse_elsewhere(use.target)) is not None
        and named.name
        and use.certainty is not Certainty.POSSIBLE
        and not use.via.startswith(NAME_ALONE)
    }
    hosts = {host for host, _ in asked}
    names = {name for _, name in asked}
    return [
        use
        for use in reported
        if not (use.via.startswith(ADDRESS) and use.model in hosts)
        and not (use.via.startswith(NAME_ALONE) and use.model in names)
    ]
