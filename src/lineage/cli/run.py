"""One audit from a command line to its report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineage.cli.source_options import SourceChoice, checked_targets
from lineage.core.errors import CannotRunError

if TYPE_CHECKING:
    from lineage.policy.policy import Policy
    from lineage.report.document import Report, TargetReport

_QUOTA = (
    "Try again when the window is over, wait for it with a larger --max-wait, or set HF_TOKEN "
    "for a larger quota."
)
_EDGE = (
    "Wait some minutes, or ask from another network or through a mirror (HF_ENDPOINT); a token "
    "changes nothing."
)
_NO_ANSWER = (
    "Check the spelling and, unless --offline is meant, the network and HF_ENDPOINT. Without a "
    "network: audit a local folder, or make a snapshot of the models that you use where there is "
    "one (lineage snapshot create)."
)


def audited(targets: tuple[str, ...], source: SourceChoice, policy: Policy | None = None) -> Report:
    """The report over the named targets. Raises CannotRunError where nothing was answered."""
    from lineage.workflows.audit import Auditor  # help and the shell's completion do without

    display = source.display()
    with Auditor(source.options(display, policy, targets)) as auditor:
        models = auditor.expanded(checked_targets(targets))
        report = auditor.report([auditor.audit(target) for target in models])
    display.clear()
    stop_if_nothing_answered(report)
    return report


def stop_if_nothing_answered(report: Report) -> None:
    """Raise CannotRunError where not one target could even be asked about."""
    from lineage.core.record import Cause, Status

    roots = [target.graph.nodes[target.model] for target in report.targets]
    if roots and all(root.status is Status.UNREACHABLE for root in roots):
        reasons = "; ".join(map(_unanswered, report.targets[:3]))
        causes = {root.cause for root in roots}
        hints = {Cause.QUOTA: _QUOTA, Cause.EDGE: _EDGE}
        hint = next((text for cause, text in hints.items() if cause in causes), _NO_ANSWER)
        more = f"; and {len(roots) - 3} more" if len(roots) > 3 else ""
        raise CannotRunError(f"Nothing could be looked up. {reasons}{more}.", hint)


def _unanswered(target: TargetReport) -> str:
    """The name, where the code uses it, and why nothing is known of it."""
    root = target.graph.nodes[target.model]
    where = "".join(f" ({use.file}:{use.line})" for use in target.uses[:1])
    return f"{root.id}{where}: {root.reason or 'unreachable'}"
