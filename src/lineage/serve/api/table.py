"""Everything that the API does."""

from __future__ import annotations

from lineage.serve.api import about, acts, audits, events, lineage
from lineage.serve.api.operation import checked, routes

OPERATIONS = checked(
    [
        *(*audits.OPERATIONS, *events.OPERATIONS, audits.AS_FORMAT),
        *(*lineage.OPERATIONS, *about.OPERATIONS, *acts.OPERATIONS),
    ]
)
ROUTES = routes(OPERATIONS)
