"""Which policy a run goes by: the one that is named, the project's own, or the default."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from lineage import __version__
from lineage.evidence.registry import Registry
from lineage.policy.finding import Level
from lineage.policy.load import find_policy_file, load_pack, load_policy
from lineage.policy.packs import pack_names
from lineage.policy.policy import Policy

F = TypeVar("F", bound=Callable[..., Any])


def policy_options(command: F) -> F:
    """`--policy`, `--env` and `--fail-on`."""
    policy = click.option("--policy", metavar="FILE|PACK", help="A policy file, or the name of a pack (lineage policy packs).")
    env = click.option("--env", "environment", default="", metavar="NAME", help="The [env.NAME] table of the policy to lay over it.")
    fail_on = click.option("--fail-on", type=click.Choice(["fail", "review"]), help="The least serious verdict that exits 1.")
    return policy(env(fail_on(command)))


def chosen_policy(given: dict[str, Any]) -> Policy:
    """The policy of this run. Raises PolicyError for a file or pack that is missing or says what is not allowed."""
    named, environment = given["policy"], given["environment"]
    path = _path(named) if named else find_policy_file(Path.cwd())
    developers = [developer.id for developer in Registry.load().developers()] if path else None
    if path:
        policy = load_policy(path, __version__, environment, developers)
    else:
        policy = load_pack(named or "default", __version__, environment)
    return replace(policy, fail_on=Level(given["fail_on"])) if given["fail_on"] else policy


def _path(named: str) -> Path | None:
    """The file that is meant, or None for a pack."""
    is_pack = named in pack_names() and not Path(named).is_file()
    return None if is_pack else Path(named)
