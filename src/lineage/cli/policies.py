"""Which policy a run goes by: the one that is named, the project's own, or the default."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from lineage import __version__
from lineage.cli.exits import FAILED, code_for
from lineage.evidence.registry import Registry
from lineage.policy.finding import Level
from lineage.policy.judge import fails
from lineage.policy.load import find_policy_file, load_pack, load_policy
from lineage.policy.packs import pack_names
from lineage.policy.policy import Policy
from lineage.report.document import Report

F = TypeVar("F", bound=Callable[..., Any])


def policy_options(command: F) -> F:
    """`--policy`, `--env` and `--fail-on`."""
    policy = click.option("--policy", metavar="FILE|PACK", help="A policy file, or the name of a pack (lineage policy packs).")
    env = click.option("--env", "environment", default="", metavar="NAME", help="The [env.NAME] table of the policy to lay over it.")
    fail_on = click.option(
        "--fail-on", type=click.Choice(["fail", "review", "warn", "info"]), help="The least serious finding that exits 1."
    )
    return policy(env(fail_on(command)))


def chosen_policy(given: dict[str, Any]) -> Policy:
    """The policy of this run. Raises PolicyError for a file or pack that is missing or says what is not allowed."""
    named, environment = given["policy"], given["environment"]
    path = _path(named) if named else find_policy_file(Path.cwd())
    if path:
        policy = load_policy(path, __version__, environment, developer_ids())
    else:
        policy = load_pack(named or "default", __version__, environment)
    return replace(policy, fail_on=Level(given["fail_on"])) if given["fail_on"] else policy


def _path(named: str) -> Path | None:
    """The file that is meant, or None for a pack; a bare word that is neither is taken for a misspelt pack."""
    path = Path(named)
    bare = len(path.parts) == 1 and not path.suffix
    return None if not path.is_file() and (named in pack_names() or bare) else path


def developer_ids() -> frozenset[str]:
    """Every id that a policy may name as a developer."""
    return frozenset(developer.id for developer in Registry.load().developers())


def exit_code(report: Report, policy: Policy) -> int:
    """The exit code for a report: 1 where some model has an unwaived finding at the policy's `fail-on` level or above."""
    stops = any(fails(t.verdict, t.findings, policy.fail_on) for t in report.targets)
    return FAILED if stops else code_for(report.verdict)
