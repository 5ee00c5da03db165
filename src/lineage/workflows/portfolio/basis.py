"""What finished rows are kept under: one that was made under something else is not taken up."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, replace

from lineage.core.codec import encode
from lineage.core.version import __version__
from lineage.workflows.audit import Auditor
from lineage.workflows.options import Options


def basis_of(auditor: Auditor, options: Options) -> dict[str, str]:
    """All that a finished row depends on beside the model itself."""
    added, policy, made = options.added, options.policy, auditor.circumstances
    looked_at = [*(["weights"] if added.weights else []), *(["deep"] if added.deep else [])]
    references = added.references.all() if added.references else []
    return {
        "tool": __version__,
        "policy": f"{policy.name} {_digest(policy)}",
        **{f"data {key}": date for key, date in asdict(auditor.data).items()},
        "data root": options.where.data.root or "none",
        "offline": "yes" if made.offline else "no",
        "endpoint": auditor.endpoint or "none",
        "snapshot": auditor.snapshot_content if made.snapshot else "the embedded one",
        "index": f"{made.index.path} of {made.index.date}" if made.index else "none",
        "weights": " ".join(looked_at) or "no",
        "references": _listed([one.to_dict() for one in references]),
        "evidence": _listed(added.evidence),
        "probe": _listed([one.run for one in added.probes]),
        "places": _digest(options.places.keyless),
        "bounds": _digest(replace(options.bounds, workers=1)),
    }


def _listed(values: Sequence[object]) -> str:
    return f"{len(values)} {_digest(values)}" if values else "none"


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(encode(value), sort_keys=True).encode()).hexdigest()[:16]
