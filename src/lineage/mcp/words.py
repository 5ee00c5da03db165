"""One audited model in a few lines: the tool's own words, and beside them what quotes strangers."""

from __future__ import annotations

from collections.abc import Iterator

from lineage.evidence.evidence import Foundation
from lineage.graph.graph import LineageGraph
from lineage.policy.finding import Level, Verdict
from lineage.report.document import Report, TargetReport
from lineage.report.printable import counted
from lineage.report.sentences import STANDINGS, deciding, finding_lines, maker, next_steps, why

_ANSWERS = {
    Verdict.PASS: "every question of the policy was answered, and nothing speaks against it",
    Verdict.REVIEW: "nothing failed; a person should look",
    Verdict.FAIL: "the policy does not accept it",
    Verdict.INCONCLUSIVE: "something that the policy needs could not be established",
}
_MOST_STEPS = 4


def verdict_line(report: Report) -> str:
    """The verdict over all models, and how many have which."""
    counts = [
        f"{sum(t.verdict is verdict for t in report.targets)} {verdict}"
        for verdict in Verdict
        if any(t.verdict is verdict for t in report.targets)
    ]
    each = f" Of {len(report.targets)} models: {', '.join(counts)}." if len(counts) > 1 else ""
    return f"Verdict: {str(report.verdict).upper()} ({_ANSWERS[report.verdict]}).{each}"


def own_line(number: int, target: TargetReport) -> str:
    """One model without a name that a stranger chose: verdict, rules, developers, tests."""
    rules = [f"{line.rule} ({line.level})" for line in deciding(target)]
    parts = [
        f"Rules that decide: {', '.join(rules)}" if rules else "",
        f"Weights of {_makers(target.origin.foundations)}",
        _people("Trained further by", target.origin.trained_by),
        _people("Taught by models of", target.origin.teachers),
        f"Tests: {STANDINGS[target.exposure.own.state]}",
        *_gaps(target.graph),
    ]
    text = ". ".join(part for part in parts if part)
    return f"Model {number}: {str(target.verdict).upper()}. {text}."


def quoted_lines(number: int, target: TargetReport) -> Iterator[str]:
    """The same model with names: why the verdict, what to do, every finding of weight."""
    yield f"Model {number}: {why(target)}"
    steps = next_steps(target)
    yield from (f"  do: {step}" for step in steps[:_MOST_STEPS])
    for line in finding_lines(target):
        if not line.is_waived and line.level in (Level.FAIL, Level.REVIEW):
            more = f" ({line.more} more like it)" if line.more else ""
            yield f"  {line.level} {line.rule}: {line.sentence}{more}"
    if target.notice:
        yield f"  notice: {target.notice}"


def summary_line(target: TargetReport) -> str:
    """How much of a lineage is known, for tools that judge nothing."""
    graph = target.graph
    size = f"{counted(len(graph.nodes), 'model')} and {counted(len(graph.edges), 'edge')}"
    known = list(_gaps(graph)) or ["Every model that is named was read"]
    return ". ".join((size, *known, f"Weights of {_makers(target.origin.foundations)}."))


def _gaps(graph: LineageGraph) -> Iterator[str]:
    if not graph.is_complete:
        yield "The lineage is not completely known"
    if unread := len(list(graph.unresolved())):
        yield f"{counted(unread, 'model')} could not be read"
    if graph.unlinked:
        yield f"Bases named in words that match no model: {len(graph.unlinked)}"


def _people(head: str, those: tuple[Foundation, ...]) -> str:
    return f"{head} {_makers(those)}" if those else ""


def _makers(those: tuple[Foundation, ...]) -> str:
    return ", ".join(dict.fromkeys(maker(one.attribution) for one in those)) or "unknown origin"
