"""Under what runs are kept, and answer again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

from lineage.serve.settings import Settings
from lineage.workflows.audit import Auditor
from lineage.workflows.portfolio.basis import basis_of


def bases_of(settings: Settings) -> dict[str, str]:
    """For each policy, all that must be the same for the rows of one report and for a report that
    is kept to answer again."""
    is_anonymous = settings.options.hub.token == ""
    with Auditor(settings.options) as auditor:
        return {
            name: _digest(basis_of(auditor, replace(settings.options, policy=policy)), is_anonymous)
            for name, policy in settings.policies.items()
        }


def _digest(*parts: object) -> str:
    text = json.dumps(parts, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
