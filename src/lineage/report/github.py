"""GitHub workflow commands: annotations on the lines of code that use a model, the most serious
first."""

from __future__ import annotations

from lineage.core.use import ModelUse
from lineage.policy.finding import Level
from lineage.report.document import Report, TargetReport
from lineage.report.formats import View
from lineage.report.json import summary
from lineage.report.printable import counted, printable
from lineage.report.sentences import finding_lines, next_step, why
from lineage.report.uses import asking_code, left_out_message, name_there, severity

_RANK = {"error": 0, "warning": 1, "note": 2}
_COMMAND = {"error": "error", "warning": "warning", "note": "notice"}
_LINES = 5
"""Rules of one model that are reported; the rest are counted."""
_PLACES = 20
"""Per model: GitHub itself shows ten annotations of a kind for one step."""


def render(report: Report, view: View) -> str:
    """One command per model and place, models that pass with nothing to say left out; then one
    plain line."""
    out: list[str] = []
    for target in sorted(report.targets, key=lambda t: (_RANK[severity(t)], t.model)):
        if severity(target) != "note":
            places: tuple[ModelUse | None, ...] = target.uses[:_PLACES] or (None,)
            out += [_annotation(target, use) for use in places]
    for one in report.scan.unreadable if report.scan else ():
        out.append(
            command(
                "warning",
                f"{one.file} could not be read: {one.reason}",
                {"file": one.file, "title": "lineage: not readable"},
            )
        )
    for finding in asking_code(report)[:_PLACES]:
        file, _, line = finding.model.rpartition(":")
        place = {"file": file, "line": line} if line.isdigit() else {}
        title = {"title": f"lineage: {finding.rule}"}
        out.append(command("warning", printable(finding.message, 400), place | title))
    if report.scan and report.scan.left_out:
        out.append(command("notice", left_out_message(report.scan), {"title": "lineage: left out"}))
    counts = summary(report)
    text = ", ".join(f"{n} {name}" for name, n in counts.items() if name != "targets" and n)
    out.append(
        f"lineage: {report.verdict}. "
        f"{counted(counts['targets'], 'model')}{': ' + text if text else ''}. "
        f"{printable(report.circumstances.sentence)}".rstrip()
    )
    return "\n".join(out) + "\n"


def _annotation(target: TargetReport, use: ModelUse | None) -> str:
    asking = [
        line
        for line in finding_lines(target)
        if not line.is_waived and (line.level is not Level.INFO or line.decides_unknown)
    ]
    rows = [
        f"{target.model}{name_there(target, use) if use else ''}: {why(target)}",
        *(f"{line.level}: {line.text} (rule {line.rule})" for line in asking[:_LINES]),
        *([f"and {len(asking) - _LINES} more rules"] if len(asking) > _LINES else []),
        f"What to do: {next_step(target)}",
    ]
    where = {} if use is None else {"file": use.file, "line": str(use.line), "col": str(use.column)}
    message = "\n".join(printable(row, 1000) for row in rows)
    return command(
        _COMMAND[severity(target)],
        message,
        {**where, "title": f"lineage {target.verdict}: {printable(target.model, 100)}"},
    )


def command(name: str, message: str, properties: dict[str, str]) -> str:
    """One workflow command; nothing in the message or a property can end it or start another."""
    text = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {text}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
