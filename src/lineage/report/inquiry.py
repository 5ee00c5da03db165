"""The record of a reasonable inquiry: what was looked for, when, with which data, what could not be
established, and when to look again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from lineage.core.codec import encode
from lineage.core.value import dataclass
from lineage.policy.policy import Policy
from lineage.policy.requirement import MAX_AGE
from lineage.report.document import Report, TargetReport
from lineage.report.printable import printable

SCHEMA = "lineage-inquiry/1"
_QUARTER = timedelta(days=90)


@dataclass(frozen=True)
class Again:
    """A day from which the answer may be another."""

    on: str
    """ISO 8601."""
    why: str


def inquiry(report: Report, policy: Policy) -> dict[str, Any]:
    """The record as a document; every text in it is safe to print."""
    return {
        "schema": SCHEMA,
        "made_at": report.generated_at,
        "tool": {"name": "lineage", "version": report.tool_version},
        "data": encode(report.data),
        "policy": {
            "name": printable(report.policy_name, 200),
            "source": printable(report.policy_source, 500),
        },
        "circumstances": encode(report.circumstances),
        "notes": [printable(note, 1000) for note in report.remarks],
        "searched": [_searched(target) for target in report.targets],
        "again": [encode(one) for one in look_again(report, policy)],
    }


def _searched(target: TargetReport) -> dict[str, Any]:
    nodes = target.graph.nodes.values()
    times = sorted(n.record.retrieved_at for n in nodes if n.record and n.record.retrieved_at)
    return {
        "model": printable(target.model),
        "revision": printable(target.revision) if target.revision else None,
        "asked_as": printable(target.target),
        "answered_by": target.source,
        "verdict": str(target.verdict),
        "models_read": [printable(n.id) for n in nodes if n.status.has_statements],
        "models_not_read": [
            {"model": printable(n.id), "reason": printable(n.reason or str(n.status))}
            for n in nodes
            if not n.status.has_statements
        ],
        "answers_from": times[0] if times else None,
        "answers_to": times[-1] if times else None,
        "results": sorted(hit.result.id for hit in target.exposure.hits),
        "not_established": [
            {
                "model": printable(one.point.model),
                "what": printable(one.point.message, 1000),
                "closes": printable(one.point.closes, 500),
            }
            for one in target.open
        ],
    }


def look_again(report: Report, policy: Policy) -> tuple[Again, ...]:
    """When to look again, the earliest first."""
    return tuple(sorted(_reasons(report, policy), key=lambda one: (one.on, one.why)))


def _reasons(report: Report, policy: Policy) -> Iterator[Again]:
    made = date.fromisoformat(report.generated_at[:10])
    yield Again(
        (made + _QUARTER).isoformat(),
        "Three months after this report: models, cards and tests change.",
    )
    if any(target.source == "snapshot" for target in report.targets):
        yield Again(
            made.isoformat(),
            f"Offline data of {report.data.snapshot} answered; ask the Hub where there is a "
            "network.",
        )
    for one in policy.requirements:
        yield Again(
            (one.checked_on + MAX_AGE).isoformat(),
            f"The text behind {printable(one.id, 100)} was last checked on {one.checked_on}.",
        )
    for waiver in policy.waivers:
        if not waiver.is_expired(made):
            yield Again(
                (waiver.until + timedelta(days=1)).isoformat(),
                f"The waiver of {printable(waiver.owner, 100)} for {printable(waiver.rule, 100)} "
                "ends.",
            )
