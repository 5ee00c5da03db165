"""Which policy a run goes by: the one that is named, the project's own, or the default."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from lineage.cli.exits import FAILED, code_for
from lineage.core.version import __version__
from lineage.evidence.registry import Registry
from lineage.policy.find import find_policy_file
from lineage.policy.finding import Level
from lineage.policy.judge import fails
from lineage.policy.policy import Policy
from lineage.report.document import Report

F = TypeVar("F", bound=Callable[..., Any])


def policy_options(command: F) -> F:
    """`--policy`, `--env` and `--fail-on`."""
    policy = click.option(
        "--policy",
        metavar="FILE|PACK",
        help="A policy file, or the name of a pack (lineage policy packs).",
    )
    env = click.option(
        "--env",
        "environment",
        default="",
        metavar="NAME",
        help="Apply the policy's [env.NAME] overrides.",
    )
    fail_on = click.option(
        "--fail-on",
        type=click.Choice(["fail", "review", "warn", "info"]),
        help="Exit with 1 at this level or worse.",
    )
    return policy(env(fail_on(command)))


def chosen_policy(given: dict[str, Any]) -> Policy:
    """The policy of this run. Raises PolicyError for a file or pack that is missing or says what is not allowed."""
    named, environment = given["policy"], given["environment"]
    path = _path(named) if named else find_policy_file(Path.cwd())
    policy = (
        _loaded(path, named or "default", environment) if path or named or environment else Policy()
    )
    return replace(policy, fail_on=Level(given["fail_on"])) if given["fail_on"] else policy


def _loaded(path: Path | None, pack: str, environment: str) -> Policy:
    """Imports the policy reader only here: most runs go by the default, which is the rules' own."""
    from lineage.policy.load import load_pack, load_policy

    return (
        load_policy(path, __version__, environment, developer_ids())
        if path
        else load_pack(pack, __version__, environment)
    )


def _path(named: str) -> Path | None:
    """The file that is meant, or None for a pack; a bare word that is neither is taken for a misspelt pack."""
    from lineage.policy.packs import pack_names

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
