"""The models that a repository uses: what asks for action first, each with the lines of code that
use it; what is fine, and what the scan could not tell, in a line each."""

from __future__ import annotations

from collections.abc import Iterator

from lineage.core.use import ModelUse
from lineage.policy.finding import Finding, Level, Verdict
from lineage.report.document import Report, TargetReport
from lineage.report.formats import View
from lineage.report.printable import counted, printable
from lineage.report.sentences.findings import FindingLine, deciding, finding_lines
from lineage.report.sentences.people import developer, listed
from lineage.report.text import page
from lineage.report.text.many import worst_first
from lineage.report.text.short import step
from lineage.report.uses import asking_code, name_there, not_audited, why_not_audited

_MODELS = 10
_PLACES = 3
_LISTED = 3


def blocks(report: Report, view: View) -> Iterator[str]:
    """The head, the models that ask for action, and what is left."""
    ordered = worst_first(report.targets)
    asking = [target for target in ordered if asks(target)]
    yield "\n".join(_head(report, asking, view))
    for target in asking[:_MODELS]:
        yield "\n".join(_model(target, view))
    rest = list(_rest(report, asking, view))
    if rest:
        yield "\n".join(rest)


def asks(target: TargetReport) -> bool:
    """Whether somebody should look at it."""
    warned = any(f.level is Level.WARN and f.waived is None for f in target.findings)
    return warned or target.verdict is not Verdict.PASS


def _head(report: Report, asking: list[TargetReport], view: View) -> list[str]:
    word = str(report.verdict).upper()
    if not report.targets:
        text = "no model to audit was found"
    elif asking:
        ask = "asks" if len(asking) == 1 else "ask"
        used = counted(len(report.targets), "model")
        text = f"{len(asking)} of {used} used here {ask} for action"
    else:
        text = f"{counted(len(report.targets), 'model')} used here"
    if report.scan is not None:
        text += f" ({counted(report.scan.files_read, 'file')} read)"
    first, *rest = page.lines(text, view, f"{word}  ")
    return [first.replace(word, page.paint(word, str(report.verdict), view), 1), *rest]


def _model(target: TargetReport, view: View) -> Iterator[str]:
    """Its places in the code, who made it, why it asks for action and what to do."""
    word = str(target.verdict).upper()
    who = developer(target.attributions[target.model])
    name = f"{printable(target.model, 200)} · {who}"
    lines = page.lines(name, view, f"  {word}  ", "    ")
    yield lines[0].replace(word, page.paint(word, str(target.verdict), view), 1)
    yield from lines[1:]
    for use in target.uses[:_PLACES]:
        yield from page.lines(_place(target, use), view, "    ", "      ")
    if more := target.uses[_PLACES:]:
        yield from page.lines(f"and {counted(len(more), 'more place')} (-v)", view, "    ")
    for line in _stated(target):
        yield from page.lines(f"{line.text} ({printable(line.rule, 120)})", view, "    ")
    yield from step(target, view, "    → ")


def _stated(target: TargetReport) -> list[FindingLine]:
    """What decides; for a pass, what it warns of."""
    return deciding(target) or [
        line for line in finding_lines(target) if line.level is Level.WARN and not line.is_waived
    ]


def _place(target: TargetReport, use: ModelUse) -> str:
    where = f" ({printable(use.place, 80)})" if use.place else ""
    return f"{printable(use.at, 200)}{where}  {printable(use.via, 60)}{name_there(target, use)}"


def _rank(finding: Finding) -> int:
    return finding.level.rank


def _rest(report: Report, asking: list[TargetReport], view: View) -> Iterator[str]:
    """Models that are not told of above, uses that were not audited, and blind spots, counted."""
    if hidden := asking[_MODELS:]:
        names = listed((printable(target.model, 120) for target in hidden), _LISTED)
        yield from page.lines(f"also asking for action: {names} (-v)", view, "  ", "    ")
    fine = [printable(t.model, 120) for t in report.targets if t not in asking]
    waived = sum(f.waived is not None for t in report.targets for f in t.findings)
    lines = [f"ok: {listed(fine, _LISTED)}"] if fine else []
    lines += [f"{counted(waived, 'finding')} waived (-v)"] if waived else []
    scan = report.scan
    if scan is not None:
        groups = (
            ("not resolved", [f"{u.expression or u.via} ({u.at})" for u in scan.unresolved]),
            (
                "not audited",
                [f"{u.model} ({u.at}; {why_not_audited(u)})" for u in not_audited(report)],
            ),
            ("not readable", [f"{u.file} ({u.reason})" for u in scan.unreadable]),
            ("left out", sorted({u.model for u in scan.left_out if u.model})),
        )
        for title, entries in groups:
            if entries:
                shown = listed((printable(entry, 160) for entry in entries), _LISTED)
                flag = " (-v)" if len(entries) > _LISTED else ""
                lines.append(f"{title}: {shown}{flag}")
        lines += [printable(bound) for bound in scan.bounds_hit]
    if left := asking_code(report):
        lines.append(f"the code itself asks for a {min(left, key=_rank).level} (unread-code)")
    for line in lines:
        yield from page.lines(line, view, "  ", "    ")
