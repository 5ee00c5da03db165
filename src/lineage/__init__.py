"""Tells what is underneath an AI model: its lineage, who developed each ancestor, and what
published tests found.

import lineage

report = lineage.audit(["my-org/my-model"])
print(report.verdict, report.targets[0].origin.foundations)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lineage.core.version import __version__ as __version__
    from lineage.report.document import Report as Report
    from lineage.report.document import TargetReport as TargetReport
    from lineage.workflows.audit import audit as audit
    from lineage.workflows.options import Additions as Additions
    from lineage.workflows.options import HubAccess as HubAccess
    from lineage.workflows.options import Listeners as Listeners
    from lineage.workflows.options import Options as Options
    from lineage.workflows.options import Where as Where

__all__ = [
    "Additions",
    "HubAccess",
    "Listeners",
    "Options",
    "Report",
    "TargetReport",
    "Where",
    "__version__",
    "audit",
]

_HOMES = {
    "audit": "workflows.audit",
    **dict.fromkeys(
        ("Options", "Where", "HubAccess", "Additions", "Listeners"), "workflows.options"
    ),
    "Report": "report.document",
    "TargetReport": "report.document",
    "__version__": "core.version",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for, and only then: the command line starts with little."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"lineage.{_HOMES[name]}"), name)
