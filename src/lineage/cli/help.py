"""`lineage help COMMAND`: the same as `lineage COMMAND --help`."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem

from lineage.cli.options import examples


def _commands(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The names at this place, for the shell."""
    root = ctx.find_root()
    group, at = _found(root, tuple(ctx.params.get("names") or ()))
    return group.shell_complete(at, incomplete) if isinstance(group, click.Group) else []


@click.command(epilog=examples("lineage help audit", "lineage help policy packs"))
@click.argument("names", nargs=-1, metavar="[COMMAND]...", shell_complete=_commands)
@click.pass_context
def help(ctx: click.Context, names: tuple[str, ...]) -> None:
    """Show the help of a command, or the list of all commands."""
    command, at = _found(ctx.find_root(), names)
    click.echo(command.get_help(at))


def _found(root: click.Context, names: tuple[str, ...]) -> tuple[click.Command, click.Context]:
    """The command that the words lead to. Raises UsageError, with the nearest name, at a word that
    leads nowhere."""
    command, at = root.command, root
    for name in names:
        if not isinstance(command, click.Group):
            raise click.UsageError(f"{at.command_path} has no commands of its own.", at)
        _, below, _ = command.resolve_command(at, [name])
        if below is None:
            raise click.UsageError(f"No such command {name!r}.", at)
        command, at = below, click.Context(below, info_name=name, parent=at)
    return command, at
