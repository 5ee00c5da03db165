"""The same ML-BOM in specification 1.7."""

from __future__ import annotations

import json

from lineage.report.cyclonedx import to_bom
from lineage.report.document import Report
from lineage.report.formats import View


def render(report: Report, view: View) -> str:
    """Indented JSON of specification 1.7."""
    return json.dumps(to_bom(report, "1.7"), indent=2, ensure_ascii=False) + "\n"
