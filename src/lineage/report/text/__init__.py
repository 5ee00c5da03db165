"""The report for a person at a terminal: the decision first, short; everything with -v."""

from __future__ import annotations

from collections.abc import Iterable

from lineage.report.document import Report
from lineage.report.formats import View


def render(report: Report, view: View) -> str:
    """Plain text that fits `view.width` columns, addresses aside; reads without colour."""
    from lineage.report.text import page

    if view.verbosity < -1:
        return page.verdicts(report)
    if view.verbosity < 0:
        return page.verdict_and_reason(report, view)
    end = [*page.remarks(report, view), *page.foot(report, view)]
    blocks: Iterable[str]
    # One run needs one of these, and they are many lines to read.
    if view.full or view.verbosity > 0:
        from lineage.report.text import full

        blocks = full.blocks(report, view)
        end += full.caveats(report, view)
    elif report.scan is not None:
        from lineage.report.text import gate

        blocks = gate.blocks(report, view)
    elif len(report.targets) == 1:
        from lineage.report.text import short

        blocks = short.blocks(report.targets[0], view)
    else:
        from lineage.report.text import many

        blocks = many.blocks(report, view)
    return "\n\n".join([*blocks, "\n".join(end)]) + "\n"
