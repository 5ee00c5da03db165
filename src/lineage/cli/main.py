"""The entry point: a lazy group that imports a command only when it is run, so that help starts
quickly."""

from __future__ import annotations

import gc
import os
from importlib import import_module
from typing import TYPE_CHECKING

import click

from lineage.cli.exits import Ending, run
from lineage.cli.groups import NamedGroup
from lineage.cli.options import examples
from lineage.core.version import __version__

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

# What `lineage --help` shows: each command `NAME` is `NAME` of the module lineage.cli.NAME.
GROUPS: dict[str, dict[str, str]] = {
    "Audit": {
        "audit": "Audit models and report what they are built on, with a verdict.",
        "check": "Find the models that a repository uses, and audit them all.",
        "tree": "Draw the lineage of a model in the terminal.",
        "explain": "Show every claim behind a model's lineage, or what a rule means.",
        "pack": "Write a folder of evidence about a model, or verify one.",
    },
    "Set up a gate": {
        "init": "Write a commented policy, and the pipeline that applies it.",
        "lock": "Write lineage.lock, which `check --locked` compares with.",
        "diff": "Show what changed between two reports, packs, lock files or indexes.",
        "watch": "Audit the models of a lock, list or report again, and show what changed.",
        "policy": "Check and show policies, and list the packs that ship with the tool.",
        "rules": "List the rules of the policy, or of another one.",
    },
    "Look up what is on record": {
        "results": "Search published test results, with citations.",
        "developers": "Search developers, with citations.",
        "families": "Search model families and what their roots were built on, with citations.",
    },
    "Test and compare models": {
        "probe": "Ask a running model questions with known answers, and report what it withholds.",
        "compare": "Compare the weights of two models, from a few kilobytes of each.",
        "fingerprint": "Build and maintain reference fingerprints of weights.",
    },
    "Whole hubs, and work without a network": {
        "descendants": "List models built on a model, to any depth.",
        "landscape": "Summarise a hub by foundation, developer and country.",
        "index": "Build and maintain a local index of a whole hub.",
        "snapshot": "Build and maintain snapshots, for audits without a network.",
    },
    "For a team and for assistants": {
        "serve": "Serve a page for a team, and an API for programs.",
        "mcp": "Serve lineage to AI assistants over the Model Context Protocol.",
    },
    "This tool": {
        "schema": "Print the JSON Schema of the report, of policies or of the data.",
        "data": "Show and update the data that verdicts use.",
        "cache": "Show or empty the cache of the Hub's responses.",
        "completion": "Print the script that completes commands and names in a shell.",
        "help": "Show the help of a command.",
    },
}
COMMANDS: dict[str, str] = {name: line for group in GROUPS.values() for name, line in group.items()}


class LazyGroup(NamedGroup):
    """Knows the commands' names and help lines without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in help order."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command; None where there is no such name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"lineage.cli.{cmd_name}"), cmd_name)
        return command

    def hint(self, written: str, ctx: click.Context) -> str:
        """Who writes `lineage org/model` wants what nearly everybody wants."""
        if written == "version":
            return "Write: lineage --version"
        near = super().hint(written, ctx)
        return near or (f"For a model, write: lineage audit {written}" if "/" in written else "")

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help lines from the table, importing nothing."""
        width = max(map(len, COMMANDS))
        for title, group in GROUPS.items():
            with formatter.section(title):
                formatter.write_dl([(name.ljust(width), line) for name, line in group.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The names and help lines from the table, importing nothing; then the options."""
        from click.shell_completion import CompletionItem

        named = [
            CompletionItem(name, help=line)
            for name, line in COMMANDS.items()
            if name.startswith(incomplete)
        ]
        return named or click.Command.shell_complete(self, ctx, incomplete)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 pass or review, 1 the policy failed, 2 wrong usage, 3 inconclusive, "
    "4 could not run.\n\n"
    + examples(
        "lineage audit --offline deepseek-ai/DeepSeek-R1-Distill-Llama-8B",
        "lineage check",
        "lineage audit --input vendors.csv -o report.html",
        "lineage help audit",
    ),
)
@click.version_option(
    __version__, "-V", "--version", prog_name="lineage", message="%(prog)s %(version)s"
)
def cli() -> None:
    """Report what an AI model is built on.

    lineage follows model cards and every other trace a model leaves, up to the foundation models;
    reports who developed each ancestor and where; adds published test results with citations; and
    gives one verdict.
    """


_ALLOCATIONS = 100_000
"""New values, less those freed, after which Python looks for cycles among them; its own 700 (2,000
in newer ones) look through a short run's imports again and again, and find nothing."""


def main() -> None:
    """What the `lineage` command runs; every way out has a documented exit code."""
    ending = Ending()
    gc.set_threshold(_ALLOCATIONS, *gc.get_threshold()[1:])
    if instruction := os.environ.get("_LINEAGE_COMPLETE"):
        from lineage.cli.completion import respond

        ending.leave(respond(cli, instruction))
    ending.leave(run(cli))
