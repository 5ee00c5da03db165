"""`lineage mcp`: a server that lets assistants ask what models are built on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lineage.cli.completion_items import policies
from lineage.cli.options import examples
from lineage.cli.policies import PolicyChoice
from lineage.cli.source_options import SourceChoice, source_options
from lineage.core.errors import CannotRunError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lineage.policy.policy import Policy

_SDK = frozenset({"mcp", "mcp_types", "anyio"})


@click.command(
    epilog=examples(
        "lineage mcp --offline",
        "lineage mcp --policy strict --max-wait 30",
    )
)
@click.option(
    "--policy",
    "named",
    metavar="FILE|PACK",
    shell_complete=policies,
    help="Apply this policy; a call can choose a pack, never a file.  [default: default]",
)
@click.option(
    "--env",
    "environment",
    default="",
    metavar="NAME",
    help="Apply the policy's [env.NAME] overrides.",
)
@click.option(
    "--server",
    "servers",
    multiple=True,
    metavar="ADDRESS",
    help="Allow calls to name models of this running server; no other address is contacted.",
)
@click.option(
    "--deadline",
    type=click.FloatRange(1, 3600),
    default=300.0,
    show_default=True,
    help="End a call after this many seconds.",
)
@source_options
def mcp(
    named: str | None,
    environment: str,
    servers: tuple[str, ...],
    deadline: float,
    source: SourceChoice,
) -> None:
    """Serve lineage to AI assistants over the Model Context Protocol (stdin and stdout).

    The tools are audit, tree, results, descendants, compare and explain. They only read, and take
    names of models: no path on this machine, and no address that you did not allow here. Text
    written by others, such as model cards, is marked as untrusted in every answer. Needs: pip
    install 'lineage-audit[mcp]'.
    """
    from lineage.sources.auto import named_servers
    from lineage.workflows.audit import Auditor

    if wrong := [one for one in servers if not named_servers([one])]:
        raise UsageError(
            f"--server {wrong[0][:200]} is not the address of a server.",
            "Give one such as http://127.0.0.1:8000.",
        )
    # No policy is looked for in the current folder: whoever works there could write it.
    policy = PolicyChoice(named or "default", environment, None).load()
    options = source.options(source.display(), policy, servers)
    options = replace(options, where=replace(options.where, is_distant=True))
    with Auditor(options) as trial:
        trial.data  # noqa: B018 - a snapshot or index that cannot be read is told now
    try:
        from lineage.mcp.server import serve
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in _SDK:
            raise
        raise CannotRunError(
            "The Model Context Protocol needs its SDK.", "Run: pip install 'lineage-audit[mcp]'"
        ) from missing
    from lineage.mcp.desk import Desk

    serve(Desk(options, deadline, dict(_hidden(source, policy))))


def _hidden(source: SourceChoice, policy: Policy) -> Iterator[tuple[str, str]]:
    """Paths of this machine and what stands for them, the longest first."""
    from lineage.cli.cache import cache_directory
    from lineage.cli.data_choice import data_folder

    files = [path for _, path in source.files() if path is not None]
    files += [Path(one) for one in (policy.source, *policy.extends) if Path(one).exists()]
    files += [folder for folder in (cache_directory(), data_folder()) if folder is not None]
    words = {str(path): path.name for given in files for path in (given, given.absolute())}
    words |= {str(Path.home()): "~", str(Path.cwd()): "."}
    yield from sorted(
        ((path, word) for path, word in words.items() if len(Path(path).parts) > 1),
        key=lambda pair: -len(pair[0]),
    )
