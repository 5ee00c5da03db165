"""Which policy a run goes by: the one that is named, the project's own, or the default."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lineage.cli.completion_items import policies
from lineage.cli.data_choice import chosen_data
from lineage.cli.exits import FAILED, code_for
from lineage.cli.options import Decorator, grouped
from lineage.core.value import dataclass
from lineage.core.version import __version__

if TYPE_CHECKING:
    from lineage.policy.policy import Policy
    from lineage.report.document import Report


@dataclass(frozen=True)
class PolicyChoice:
    """Which policy the user asked for, and what of it they changed."""

    policy: str | None
    environment: str
    fail_on: str | None

    def load(self) -> Policy:
        """The policy of this run.

        Raises PolicyError for a file or pack that is missing or says what is not allowed.
        """
        from lineage.policy.find import find_policy_file  # help and completion do without
        from lineage.policy.finding import Level
        from lineage.policy.policy import Policy

        path = _named(self.policy) if self.policy else find_policy_file(Path.cwd())
        found = Policy()
        if path or self.policy or self.environment:
            found = _loaded(path, self.policy or "default", self.environment)
        if not self.policy:
            # Found beside the code, so whoever changes the code writes it: it cannot allow itself
            # to waive everything.
            found = replace(found, waiver_limits=replace(found.waiver_limits, everything=False))
        return replace(found, fail_on=Level(self.fail_on)) if self.fail_on else found


def _named(policy: str) -> Path | None:
    from lineage.policy.packs import policy_path

    return policy_path(policy)


policy_options: Decorator = grouped(
    "policy",
    PolicyChoice,
    click.option(
        "--policy",
        metavar="FILE|PACK",
        shell_complete=policies,
        help="Apply this policy: a file, or the name of a pack (lineage policy packs).",
    ),
    click.option(
        "--env",
        "environment",
        default="",
        metavar="NAME",
        help="Apply the policy's [env.NAME] overrides.",
    ),
    click.option(
        "--fail-on",
        type=click.Choice(["fail", "review", "warn", "info"]),
        help="Exit with 1 at this level or worse.",
    ),
)


def _loaded(path: Path | None, pack: str, environment: str) -> Policy:
    """Imports the policy reader only here: most runs go by the default, which is the rules' own."""
    from lineage.policy.load import load_pack, load_policy

    return (
        load_policy(path, __version__, environment, developer_ids())
        if path
        else load_pack(pack, __version__, environment)
    )


def developer_ids() -> frozenset[str]:
    """Every id that a policy may name as a developer."""
    from lineage.evidence.registry import Registry

    return frozenset(developer.id for developer in Registry.load(chosen_data()).developers())


def exit_code(report: Report, policy: Policy) -> int:
    """1 where some model has an unwaived finding at the policy's `fail-on` level or above, else
    what the verdict says."""
    from lineage.policy.judge import fails

    stops = any(fails(t.verdict, t.findings, policy.fail_on) for t in report.targets)
    return FAILED if stops else code_for(report.verdict)
