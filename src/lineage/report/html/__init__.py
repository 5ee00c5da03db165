"""The report as one self-contained HTML page."""

from lineage.report.html.page import render

__all__ = ["render"]
