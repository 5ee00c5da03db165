"""The lineage ends at a model that names no base and is not known to be a foundation.

Every trace was read and none names a parent. That a model is a foundation is believed only where the registry lists it, or where
it belongs to a registered family under its developer's own name. All others may rest on something that nobody declared.

It asks for a review. The verdict becomes inconclusive when nothing at all is known of who developed it and some rule would fail
the model for exactly that, or when its files could not be read in full.

What to do: ask the publisher what the model was initialised from; compare its weights with `lineage compare`.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.core.claim import Noticed
from lineage.core.record import Status
from lineage.graph.graph import Node
from lineage.policy.axes import is_shown_root
from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level
from lineage.policy.paths import descent, path_evidence, path_to
from lineage.policy.rules.interface import Kind, Rule, Setting, Settings


def check(case: Case, settings: Settings) -> Iterator[Finding]:
    """One finding for each readable root that is not shown to be a foundation."""
    for model in case.graph.roots():
        node = case.graph.nodes[model]
        attribution = case.attributions.get(model)
        if not node.status.is_known or is_shown_root(attribution):
            continue
        nobody = attribution is None or attribution.developer is None
        unknown = nobody and (
            settings["inconclusive"]
            or (settings.could_fail if _was_read_in_part(node) else settings.needs_origin)
        )
        path = path_to(case.graph, model)
        level = (
            Level.REVIEW if unknown and settings.level.rank > Level.REVIEW.rank else settings.level
        )
        yield settings.finding(
            model,
            path,
            _message(case, path),
            path_evidence(case, path),
            level=level,
            decides_unknown=unknown,
        )


def _was_read_in_part(node: Node) -> bool:
    hidden = any(
        o.kind in (Noticed.UNREADABLE, Noticed.UNREACHED, Noticed.TRUNCATED)
        for o in node.observations
    )
    partial = node.record is not None and node.record.partial
    return hidden or partial or node.status in (Status.GATED, Status.DISABLED)


def _message(case: Case, path: tuple[str, ...]) -> str:
    way = "" if len(path) < 2 else f"{descent(case, path)}. "
    return f"{way}No base model is named in anything read of {path[-1]}, and nothing shows that it is a foundation."


RULE = Rule(
    id="no-known-root",
    summary="The lineage ends at a model that names no base and is not known to be a foundation",
    explanation=__doc__,
    check=check,
    settings=(
        Setting(
            "inconclusive",
            Kind.FLAG,
            False,
            "make the verdict inconclusive wherever the developer is unknown too",
        ),
    ),
)
