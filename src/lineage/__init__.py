"""Tells what is underneath an AI model: its lineage, who developed each ancestor, and what
published tests found.

import lineage

report = lineage.audit("my-org/my-model")
print(report.verdict, report.targets[0].origin.foundations)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lineage.core.errors import CannotRunError as CannotRunError
    from lineage.core.errors import DataError as DataError
    from lineage.core.errors import LineageError as LineageError
    from lineage.core.errors import PolicyError as PolicyError
    from lineage.core.errors import UsageError as UsageError
    from lineage.core.version import __version__ as __version__
    from lineage.policy.finding import Finding as Finding
    from lineage.policy.finding import Level as Level
    from lineage.policy.finding import Verdict as Verdict
    from lineage.policy.policy import Policy as Policy
    from lineage.report.document import Report as Report
    from lineage.report.document import TargetReport as TargetReport
    from lineage.report.formats import FORMATS as FORMATS
    from lineage.workflows.audit import audit as audit
    from lineage.workflows.options import Additions as Additions
    from lineage.workflows.options import HubAccess as HubAccess
    from lineage.workflows.options import Listeners as Listeners
    from lineage.workflows.options import Options as Options
    from lineage.workflows.options import Where as Where

_NAMES = {
    "workflows.audit": ("audit",),
    "report.document": ("Report", "TargetReport"),
    "report.formats": ("FORMATS",),
    "policy.finding": ("Finding", "Level", "Verdict"),
    "policy.policy": ("Policy",),
    "workflows.options": ("Options", "Where", "HubAccess", "Additions", "Listeners"),
    "core.errors": ("LineageError", "UsageError", "PolicyError", "DataError", "CannotRunError"),
    "core.version": ("__version__",),
}
_HOMES = {name: home for home, names in _NAMES.items() for name in names}

__all__ = [
    "FORMATS",
    "Additions",
    "CannotRunError",
    "DataError",
    "Finding",
    "HubAccess",
    "Level",
    "LineageError",
    "Listeners",
    "Options",
    "Policy",
    "PolicyError",
    "Report",
    "TargetReport",
    "UsageError",
    "Verdict",
    "Where",
    "__version__",
    "audit",
]


def __getattr__(name: str) -> Any:
    """Import what is asked for, and only then: the command line starts with little."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"lineage.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    """What there is to use."""
    return sorted(_HOMES)
