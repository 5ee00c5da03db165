"""The entry point: a lazy group that imports a command only when it is run, so that help starts
quickly."""

from __future__ import annotations

from importlib import import_module

import click

from lineage.cli.exits import leave, run
from lineage.core.version import __version__

# name: (module, attribute, one line for `lineage --help`). The order is the order of the help page.
COMMANDS: dict[str, tuple[str, str, str]] = {
    "audit": (
        "lineage.cli.audit",
        "audit",
        "Audit models and report what they are built on, with a verdict.",
    ),
    "check": (
        "lineage.cli.check",
        "check",
        "Find the models that a repository uses, and audit them all.",
    ),
    "lock": (
        "lineage.cli.lock",
        "lock",
        "Write lineage.lock, which `check --locked` compares with.",
    ),
    "init": (
        "lineage.cli.init",
        "init",
        "Write a commented policy, and the pipeline that applies it.",
    ),
    "tree": ("lineage.cli.tree", "tree", "Draw the lineage of a model in the terminal."),
    "explain": (
        "lineage.cli.explain",
        "explain",
        "Show every claim behind a model's lineage, or what a rule means.",
    ),
    "results": (
        "lineage.cli.results",
        "results",
        "Search published test results, with citations.",
    ),
    "probe": (
        "lineage.cli.probe",
        "probe",
        "Ask a running model questions with known answers, and report what it holds back.",
    ),
    "descendants": (
        "lineage.cli.descendants",
        "descendants",
        "List models built on a model, to any depth.",
    ),
    "landscape": (
        "lineage.cli.landscape",
        "landscape",
        "Summarise a hub by foundation, developer and country.",
    ),
    "index": (
        "lineage.cli.index",
        "index",
        "Build and maintain a local index of a whole hub.",
    ),
    "snapshot": (
        "lineage.cli.snapshot",
        "snapshot",
        "Build and maintain snapshots, for audits without a network.",
    ),
    "pack": (
        "lineage.cli.pack",
        "pack",
        "Write a folder of evidence about a model, or verify one.",
    ),
    "rules": ("lineage.cli.rules", "rules", "List the rules of the policy, or of another one."),
    "policy": (
        "lineage.cli.policy",
        "policy",
        "Check and show policies, and list the packs that ship with the tool.",
    ),
    "developers": (
        "lineage.cli.developers",
        "developers",
        "Search developers, with citations.",
    ),
    "families": (
        "lineage.cli.families",
        "families",
        "Search model families and what their roots were built on, with citations.",
    ),
    "schema": (
        "lineage.cli.schema",
        "schema",
        "Print the JSON Schema of the report, of policies or of the data.",
    ),
    "cache": ("lineage.cli.cache", "cache", "Show or empty the cache of the Hub's responses."),
    "compare": (
        "lineage.cli.compare",
        "compare",
        "Compare the weights of two models, from a few kilobytes of each.",
    ),
    "fingerprint": (
        "lineage.cli.fingerprint",
        "fingerprint",
        "Build and maintain reference fingerprints of weights.",
    ),
}


class LazyGroup(click.Group):
    """Knows the commands' names and help lines without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in help order."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command; None where there is no such name."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, with the nearest command where there is none of that name."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as problem:
            from difflib import get_close_matches

            near = get_close_matches(args[0].lower(), COMMANDS, n=1)
            # Who writes `lineage org/model` wants what nearly everybody wants.
            hint = ""
            if args[0] in ("help", "version"):
                hint = f"Write: lineage --{args[0]}"
            elif near:
                hint = f"Did you mean {near[0]!r}?"
            elif "/" in args[0]:
                hint = f"For a model, write: lineage audit {args[0]}"
            raise click.UsageError(f"{problem.message} {hint}".rstrip(), ctx) from problem

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help lines from the table, importing nothing."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, _, line) in COMMANDS.items()])


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 pass or review, 1 the policy failed, 2 wrong usage, 3 inconclusive, "
    "4 could not run. "
    "Try it without a network: lineage audit --offline deepseek-ai/DeepSeek-R1-Distill-Llama-8B",
)
@click.version_option(
    __version__, "-V", "--version", prog_name="lineage", message="%(prog)s %(version)s"
)
def cli() -> None:
    """Report what an AI model is built on.

    lineage walks model cards and every other trace a model leaves, up to the foundation models;
    says who developed each ancestor and where; attaches published test results with citations; and
    gives one verdict.
    """


def main() -> None:
    """What the `lineage` command runs; every way out has a documented exit code."""
    leave(run(cli))
