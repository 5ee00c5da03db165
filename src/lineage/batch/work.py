"""Work that can be sent to another machine: the audit of one target."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from lineage.core.value import dataclass
from lineage.sources.web.limits import Budget
from lineage.workflows.options import Listeners, Options

if TYPE_CHECKING:
    from lineage.workflows.audit import Auditor


@dataclass(frozen=True)
class AuditTarget:
    """The report of one target, as JSON text.

    What the options call back or hold open is not sent along.
    """

    options: Options

    @classmethod
    def of(cls, options: Options) -> AuditTarget:
        """Work with these options, against the hub that this machine is set
        to; each worker finds its own token for it."""
        from lineage.sources.hub.settings import discover

        endpoint = discover(options.hub.endpoint, False).endpoint.url
        hub = replace(options.hub, endpoint=endpoint, cache=None, token=None)
        where = replace(options.where, source=None)
        places = replace(options.places, endpoint_key="")
        return cls(replace(options, hub=hub, where=where, places=places, listeners=Listeners()))

    def __call__(self, item: str) -> str:
        """Audit one target."""
        from lineage.core.codec import encode

        return json.dumps(
            encode(self._auditor().audit(item)), ensure_ascii=False, separators=(",", ":")
        )

    def budget(self) -> Budget:
        """The hub's last report on the quota."""
        from lineage.sources.web.limits import Budget

        return self._auditor().budget() or Budget(None, None, None)

    def _auditor(self) -> Auditor:
        key = repr(self.options)
        if key not in _AUDITORS:
            from lineage.workflows.audit import Auditor

            _AUDITORS[key] = Auditor(self.options)
        return _AUDITORS[key]


_AUDITORS: dict[str, Auditor] = {}
"""One for each process and set of options: a worker opens its sources once."""
