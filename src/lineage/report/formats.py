"""The table of report formats: each is one module with a `render` function, imported only when it
is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from lineage.core.errors import UsageError
from lineage.core.value import dataclass

if TYPE_CHECKING:
    from lineage.report.document import Report  # imports all layers; the names of formats need none

# name: module. The order is that of the help text.
FORMATS: dict[str, str] = {
    "text": "lineage.report.text",
    "json": "lineage.report.json",
    "html": "lineage.report.html",
    "csv": "lineage.report.csv",
    "cyclonedx": "lineage.report.cyclonedx",
    "cyclonedx-1.7": "lineage.report.cyclonedx_1_7",
    "spdx": "lineage.report.spdx",
    "g7": "lineage.report.g7",
    "mermaid": "lineage.report.mermaid",
    "dot": "lineage.report.dot",
    "markdown": "lineage.report.markdown",
    "sarif": "lineage.report.sarif",
    "junit": "lineage.report.junit",
    "github": "lineage.report.github",
}


@dataclass(frozen=True)
class View:
    """How a reader looks at the report; the data never depends on it."""

    width: int = 100
    """Columns that the text may use."""
    color: bool = False
    links: bool = False
    """Whether the terminal shows OSC 8 hyperlinks."""
    verbosity: int = 0
    """-2 for the verdict line alone, -1 for the verdict and its reason, 1 for everything."""
    full: bool = False
    """Whether every model is told at length, where a short text would do."""


def render(report: Report, name: str, view: View | None = None) -> str:
    """The report in the named format, ending in a newline. Raises UsageError for an unknown
    name."""
    if name not in FORMATS:
        from lineage.policy.nearest import did_you_mean

        near = f"{did_you_mean(name.lower(), FORMATS)} ".lstrip()
        raise UsageError(
            f"There is no report format {name!r}.", f"{near}Choose one of: {', '.join(FORMATS)}."
        )
    text: str = import_module(FORMATS[name]).render(report, view or View())
    return text
