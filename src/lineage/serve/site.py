"""What every request may need: the settings, the runs that are kept, and the work."""

from __future__ import annotations

from typing import cast

from starlette.requests import Request

from lineage.core.value import dataclass
from lineage.serve.runs import Runs
from lineage.serve.settings import Settings
from lineage.serve.store import Store


@dataclass(frozen=True)
class Site:
    """One server."""

    settings: Settings
    store: Store
    runs: Runs


def site_of(request: Request) -> Site:
    """That which answers this request."""
    return cast("Site", request.app.state.site)
