"""A run over many models counted by verdict, foundation, developer, jurisdiction and exposure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from lineage.policy.finding import Verdict
from lineage.report.document import Report, TargetReport
from lineage.report.sentences import FORMER_STATES

NOT_ESTABLISHED = "not established"


def breakdown(report: Report) -> dict[str, dict[str, int]]:
    """Models per value, most frequent first. A model counts once for each of its foundations,
    developers and jurisdictions."""
    verdicts = Counter(str(t.verdict) for t in report.targets)
    return {
        "verdicts": {str(v): verdicts[str(v)] for v in Verdict if verdicts[str(v)]},
        "foundations": _counted(map(foundations, report.targets)),
        "developers": _counted(map(developers, report.targets)),
        "jurisdictions": _counted(map(jurisdictions, report.targets)),
        "exposures": _counted([str(t.exposure.state)] for t in report.targets),
    }


def foundations(target: TargetReport) -> list[str]:
    """Models whose weights it holds; of one that could not be read, what others state."""
    is_known = target.graph.nodes[target.model].status.is_known
    named = [
        one.model
        for one in target.origin.foundations
        if is_known or one.model != target.model or one.attribution.is_foundation
    ]
    return named or [NOT_ESTABLISHED]


def developers(target: TargetReport) -> list[str]:
    """Everybody who made or trained what is underneath, by name; one that is not established counts
    as such."""
    every = (*target.origin.foundations, *target.origin.trained_by, *target.origin.teachers)
    return [
        f.attribution.developer.name if f.attribution.developer else NOT_ESTABLISHED for f in every
    ] or [NOT_ESTABLISHED]


def jurisdictions(target: TargetReport) -> list[str]:
    """Established ones, and the fact that some are not."""
    gaps = [NOT_ESTABLISHED] if target.origin.unknown or not target.origin.jurisdictions else []
    return [*target.origin.jurisdictions, *gaps]


def exposure_words(state: str) -> str:
    """The plain words of an exposure state."""
    return next((words for known, words in FORMER_STATES.items() if str(known) == state), state)


def _counted(lists: Iterable[Iterable[str]]) -> dict[str, int]:
    counts = Counter(value for values in lists for value in dict.fromkeys(values))
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
