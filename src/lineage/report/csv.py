"""One row per audited model for a spreadsheet; no cell can become a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from lineage.evidence.evidence import Foundation
from lineage.report.document import Report, TargetReport
from lineage.report.formats import View
from lineage.report.licences import licences
from lineage.report.printable import printable
from lineage.report.sentences import why

COLUMNS = (
    "target",
    "model",
    "revision",
    "verdict",
    "publisher",
    "developer",
    "jurisdictions",
    "foundations",
    "trained_by",
    "teachers",
    "exposure",
    "removal_claimed",
    "complete",
    "unresolved",
    "licence",
    "findings",
    "waived",
    "summary",
    "source",
    "policy",
    "generated_at",
    "standing",
    "circumstances",
)
SUPPLIED = ("input_place", "input_problem", "supplier_agrees", "supplier_says")
"""Columns that a report over an input file has beside its own and the file's."""
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_CELL = 2000


def render(report: Report, view: View) -> str:
    """RFC 4180 with a header; every cell on one line."""
    extra = list(
        dict.fromkeys(name for t in report.targets if t.supplied for name, _ in t.supplied.columns)
    )
    from_file = any(t.supplied for t in report.targets)
    header = [*COLUMNS, *(SUPPLIED if from_file else ()), *(f"input {name}" for name in extra)]
    rows = (
        [*_row(report, t), *(_supplied(t) if from_file else ()), *_columns(t, extra)]
        for t in report.targets
    )
    return table(header, rows)


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """CSV text of safe cells."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([cell(name) for name in header])
    writer.writerows([cell(value) for value in row] for row in rows)
    return out.getvalue()


def cell(text: str) -> str:
    """`text` on one line; an apostrophe precedes what a spreadsheet would run as a formula."""
    guarded = text.lstrip(" ").startswith(_FORMULA_STARTS)
    plain = printable(text, _CELL)
    return "'" + plain if guarded or plain.lstrip(" ").startswith(_FORMULA_STARTS) else plain


def _row(report: Report, target: TargetReport) -> list[str]:
    node = target.graph.nodes[target.model]
    who = target.attributions[target.model]
    active = [f for f in target.findings if f.waived is None]
    return [
        target.target,
        target.model,
        target.revision or "",
        str(target.verdict),
        node.publisher,
        who.developer.name if who.developer else "unknown",
        " ".join(target.origin.jurisdictions),
        _names(target.origin.foundations),
        _names(target.origin.trained_by),
        _names(target.origin.teachers),
        str(target.exposure.state),
        "yes" if target.exposure.removal_claimed else "no",
        "yes" if target.graph.is_complete else "no",
        "; ".join(one.id for one in target.graph.unresolved()),
        "; ".join(one.name for one in licences(node)),
        "; ".join(f"{f.rule} ({f.level})" for f in active),
        "; ".join(f"{f.rule} until {f.waived.until}" for f in target.findings if f.waived),
        why(target),
        target.source,
        report.policy_name,
        report.generated_at,
        str(target.exposure.own.state),
        report.circumstances.sentence,
    ]


def _supplied(target: TargetReport) -> list[str]:
    supplied = target.supplied
    if supplied is None:
        return ["", "", "", ""]
    agrees = "yes" if any(c.agrees for c in supplied.compared) else ""
    if any(c.agrees is False for c in supplied.compared):
        agrees = "no"
    says = "; ".join(
        f"{c.subject}: supplier {c.said or 'names none'}, found {c.found} ({c.agreement})"
        for c in supplied.compared
    )
    return [f"{supplied.file} {supplied.place}", supplied.problem, agrees, says]


def _columns(target: TargetReport, names: list[str]) -> list[str]:
    content = dict(target.supplied.columns) if target.supplied else {}
    return [content.get(name, "") for name in names]


def _names(foundations: Iterable[Foundation]) -> str:
    return "; ".join(
        f"{one.model} ({one.component} only)" if one.component else one.model for one in foundations
    )
