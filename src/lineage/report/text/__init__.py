"""The report for a person at a terminal: the decision first, short; everything with -v."""

from __future__ import annotations

from lineage.report.document import Report
from lineage.report.formats import View


def render(report: Report, view: View) -> str:
    """Plain text that fits `view.width` columns, addresses aside; reads without colour."""
    from lineage.report.text import full, gate, many, page, short

    if view.verbosity < -1:
        return page.verdicts(report)
    if view.verbosity < 0:
        return page.verdict_and_reason(report, view)
    if view.full or view.verbosity > 0:
        blocks = full.blocks(report, view)
    elif report.scan is not None:
        blocks = gate.blocks(report, view)
    elif len(report.targets) == 1:
        blocks = short.blocks(report.targets[0], view)
    else:
        blocks = many.blocks(report, view)
    end = [*page.remarks(report, view), *page.foot(report, view)]
    if view.full or view.verbosity > 0:
        end += full.caveats(report, view)
    return "\n\n".join([*blocks, "\n".join(end)]) + "\n"
