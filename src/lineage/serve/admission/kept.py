"""Verdicts as this server's runs keep them."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Sequence
from datetime import datetime, timezone

from lineage.core.record import Status
from lineage.report.document import TargetReport
from lineage.report.sentences.decision import because
from lineage.serve.admission.decision import Admission
from lineage.serve.admission.verdicts import Known
from lineage.serve.orders import order_of
from lineage.serve.runs import BusyError, Runs
from lineage.serve.settings import Settings
from lineage.serve.store import Store

_HUB = "hf://"
_TITLE = "Admission"


class KeptVerdicts:
    """The runs of the server, under its usual policy. Safe to use from several threads."""

    def __init__(self, settings: Settings, admission: Admission, store: Store, runs: Runs) -> None:
        self._settings, self._admission, self._store, self._runs = settings, admission, store, runs
        self._lock = threading.Lock()
        self._asked: dict[str, str] = {}
        """The run that audits each target."""

    def known(self, target: str) -> Known | None:
        """The newest of what admission asked for and of what people did."""
        policy = self._settings.usual
        since = time.time() - self._admission.max_age.total_seconds()
        absent = self._admission.max_age_inconclusive.total_seconds()
        names = {target, target.removeprefix(_HUB)}
        found = []
        for name in names:
            kept = self._runs.newest(name, policy, since, absent)
            # By its id a model is found at any revision too: only the same question counts.
            if kept is not None and kept[1].target in names:
                found.append((self._store.run(kept[0]).finished or 0.0, *kept))
        return self._known(*max(found, key=lambda one: one[0])) if found else None

    def _known(self, finished: float, run: str, report: TargetReport) -> Known:
        node = report.graph.nodes[report.model]
        base = self._admission.public_url.rstrip("/")
        return Known(
            report.verdict,
            datetime.fromtimestamp(finished, timezone.utc),
            because(report),
            f"{base}/audits/{run}" if base else "",
            node.status is not Status.NOT_FOUND,
        )

    def ask(self, targets: Sequence[str]) -> bool:
        """One run for those that none audits; False where the server takes no more runs."""
        with self._lock:
            over = [one for one, id_ in self._asked.items() if self._runs.wait(id_, 0)]
            for one in over:
                del self._asked[one]
            wanted = [one for one in dict.fromkeys(targets) if one not in self._asked]
            if not wanted:
                return True
            content = json.dumps(wanted).encode()
            order = order_of(self._settings, content, name="targets.json", title=_TITLE)
            try:
                run = self._runs.submit(order)
            except BusyError:
                return False
            self._asked |= dict.fromkeys(wanted, run.id)
            return True
