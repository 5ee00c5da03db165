"""Work that can be sent to another machine: what one model's audit, or its record, is asked for with."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from lineage.core.ref import ModelRef
from lineage.sources.hub.limits import Budget
from lineage.sources.snapshot.record_codec import encode as encode_record

if TYPE_CHECKING:
    from lineage.sources.hub.source import HubSource
    from lineage.workflows.audit import Auditor, Options


@dataclass(frozen=True)
class FetchRecord:
    """The record of a model, as one line of JSON. Each process finds its own token, as the Hub's tools do; none is sent."""

    endpoint: str | None = None
    max_wait: float = 3600.0

    def __call__(self, item: str) -> str:
        """Ask the hub for one model."""
        return encode_record(_hub(self.endpoint, self.max_wait).fetch(ModelRef(item)))

    def budget(self) -> Budget:
        """What the hub last said of the quota."""
        return _hub(self.endpoint, self.max_wait).budget()


@cache
def _hub(endpoint: str | None, max_wait: float) -> HubSource:
    from lineage.sources.hub.source import HubSource

    return HubSource(endpoint, max_wait=max_wait, workers=4)


@dataclass(frozen=True)
class AuditTarget:
    """The report of one target, as JSON text. What the options call back or hold open stays at home."""

    options: Options

    @classmethod
    def of(cls, options: Options) -> AuditTarget:
        """Work with these options, against the hub that this machine is set to; each worker finds its own token for it."""
        from lineage.sources.hub.settings import discover

        endpoint = discover(options.endpoint, False).endpoint.url
        bare = {
            "on_notice": None,
            "on_progress": None,
            "on_wait": None,
            "cache": None,
            "source": None,
            "token": None,
        }
        return cls(replace(options, endpoint=endpoint, **bare))  # type: ignore[arg-type]

    def __call__(self, item: str) -> str:
        """Audit one target."""
        from lineage.core.codec import encode

        return json.dumps(
            encode(self._auditor().audit(item)), ensure_ascii=False, separators=(",", ":")
        )

    def budget(self) -> Budget:
        """What the hub last said of the quota."""
        from lineage.sources.hub.limits import Budget

        return self._auditor().budget() or Budget(None, None, None)

    def _auditor(self) -> Auditor:
        key = repr(self.options)
        if key not in _AUDITORS:
            from lineage.workflows.audit import Auditor

            _AUDITORS[key] = Auditor(self.options)
        return _AUDITORS[key]


_AUDITORS: dict[str, Auditor] = {}
"""One for each process and set of options: a worker opens its sources once."""
