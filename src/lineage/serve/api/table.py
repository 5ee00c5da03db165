"""Everything that the API does."""

from __future__ import annotations

from lineage.serve.api import about, audits, events, lineage
from lineage.serve.api.operation import checked, routes

OPERATIONS = checked(
    [
        *(*audits.OPERATIONS, *events.OPERATIONS, audits.AS_FORMAT),
        *(*lineage.OPERATIONS, *about.OPERATIONS),
    ]
)
ROUTES = routes(OPERATIONS)
