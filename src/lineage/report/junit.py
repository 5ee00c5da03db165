"""JUnit XML for pipelines that show tests: a case per model, failed, in error where inconclusive,
skipped where a person should look."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from dataclasses import asdict

from lineage.policy.finding import Finding, Level, Verdict
from lineage.report.document import Report, TargetReport
from lineage.report.formats import View
from lineage.report.printable import printable
from lineage.report.sentences import finding_lines, why
from lineage.report.uses import asking_code, lines, scan_lines


def render(report: Report, view: View) -> str:
    """One suite; control characters, which XML cannot hold, are shown as escapes."""
    counts = {verdict: sum(t.verdict is verdict for t in report.targets) for verdict in Verdict}
    code = asking_code(report)
    errs = bool(code) and any(f.decides_unknown for f in code)
    totals = {
        "tests": str(len(report.targets) + bool(code)),
        "failures": str(counts[Verdict.FAIL]),
        "errors": str(counts[Verdict.INCONCLUSIVE] + errs),
        "skipped": str(counts[Verdict.REVIEW] + (bool(code) and not errs)),
        "time": "0",
    }
    root = ElementTree.Element(
        "testsuites", {"name": "lineage"} | {k: v for k, v in totals.items() if k != "skipped"}
    )
    name = f"lineage: policy {_text(report.policy_name)}"
    suite = ElementTree.SubElement(
        root, "testsuite", {"name": name, "timestamp": report.generated_at[:19]} | totals
    )
    properties = ElementTree.SubElement(suite, "properties")
    for key, value in _properties(report):
        ElementTree.SubElement(properties, "property", name=key, value=_text(value))
    for target in report.targets:
        _case(suite, target)
    if code:
        _code(suite, code)
    seen = list(scan_lines(report, None))
    if seen:
        ElementTree.SubElement(suite, "system-out").text = "\n".join(
            _text(line, 1000) for line in seen
        )
    ElementTree.indent(root)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        + ElementTree.tostring(root, encoding="unicode")
        + "\n"
    )


def _properties(report: Report) -> list[tuple[str, str]]:
    pairs = [
        ("lineage.version", report.tool_version),
        ("lineage.verdict", str(report.verdict)),
        ("lineage.policy", report.policy_name),
    ]
    pairs += [(f"data.{name}", value) for name, value in asdict(report.data).items()]
    return pairs + [("note", note) for note in report.remarks]


def _case(suite: ElementTree.Element, target: TargetReport) -> None:
    places: dict[str, str] = (
        {"file": _text(target.uses[0].file), "line": str(target.uses[0].line)}
        if target.uses
        else {}
    )
    case = ElementTree.SubElement(
        suite,
        "testcase",
        {"classname": "lineage", "name": _text(target.model), "time": "0"} | places,
    )
    tag = {Verdict.FAIL: "failure", Verdict.INCONCLUSIVE: "error", Verdict.REVIEW: "skipped"}.get(
        target.verdict
    )
    text = _told(target)
    if tag:
        short = _text(_first(target), 300)
        element = ElementTree.SubElement(case, tag, message=short)
        if tag != "skipped":
            element.set("type", str(target.verdict))
        element.text = text
    else:
        ElementTree.SubElement(case, "system-out").text = text


def _code(suite: ElementTree.Element, asking: list[Finding]) -> None:
    """One case for what code leaves open that was not read or resolved."""
    named = {"classname": "lineage", "name": "code that was not read or resolved", "time": "0"}
    case = ElementTree.SubElement(suite, "testcase", named)
    tag = "error" if any(f.decides_unknown for f in asking) else "skipped"
    element = ElementTree.SubElement(case, tag, message=_text(asking[0].message, 300))
    element.text = "\n".join(_text(f"{f.model}: {f.message}", 400) for f in asking)


def _first(target: TargetReport) -> str:
    """The finding that weighs most, as the one line that a pipeline shows."""
    open_ = [line for line in finding_lines(target) if not line.is_waived]
    if target.verdict is Verdict.INCONCLUSIVE:
        open_ = [line for line in open_ if line.decides_unknown]
    return f"{open_[0].text} (rule {open_[0].rule})" if open_ else why(target)


def _told(target: TargetReport) -> str:
    rows = [why(target)]
    for finding in target.findings:
        if finding.level is Level.INFO and not finding.decides_unknown:
            continue
        waived = (
            (
                f" [waived until {finding.waived.until} by {finding.waived.owner}: "
                f"{finding.waived.reason}]"
            )
            if finding.waived
            else ""
        )
        rows.append(f"{finding.level}: {finding.message} (rule {finding.rule}){waived}")
        if len(finding.path) > 1:
            rows.append(f"  path: {' -> '.join(finding.path)}")
        rows += [f"  evidence: {one}" for one in finding.evidence]
    rows += [f"used at {line}" for line in lines(target, None)]
    return "\n".join(_text(row, 2000) for row in rows)


def _text(value: str, limit: int = 300) -> str:
    return printable(value, limit)
