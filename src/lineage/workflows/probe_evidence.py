"""The user's own runs of `lineage probe`, each beside the model of the lineage that it is about."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from lineage.evidence.appraisal import Appraisal
from lineage.evidence.probed import Probed, Terms, weighed
from lineage.graph.graph import LineageGraph

_COMMIT = re.compile("[0-9a-f]{40}")
"""A revision that cannot move; a branch is none."""


def probe_results(
    graph: LineageGraph,
    target: str,
    probes: Iterable[Probed],
    terms: Terms,
    notice: Callable[[str], None],
) -> list[Appraisal]:
    """All languages of all runs about models of this graph; the others are named in a notice."""
    nodes = {name.casefold(): n for n in graph.nodes.values() for name in (n.id, *n.aliases)}
    asked = target.rpartition("@")[2]
    pinned = asked if _COMMIT.fullmatch(asked) else None
    found: dict[str, list[Appraisal]] = {}
    for probed in probes:
        subject = probed.run.setup.subject
        node = nodes.get(subject.casefold())
        if node is None:
            about = f"of {subject}" if subject else "that names no repository (--for)"
            notice(
                f"{probed.file} is a probe {about}, which is not in the lineage of "
                f"{graph.target}; not used."
            )
        else:
            revision = node.revision or (pinned if node.id == graph.target else None)
            found.setdefault(node.id, []).extend(probed.appraisals(terms, revision))
    return [one for many in found.values() for one in weighed(many)]
