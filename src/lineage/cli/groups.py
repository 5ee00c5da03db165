"""A group of commands that names the nearest one where there is none of the name."""

from __future__ import annotations

from typing import Any

import click


class NamedGroup(click.Group):
    """As click's own, with a hint behind the error."""

    def hint(self, written: str, ctx: click.Context) -> str:
        """What the user may have meant; empty where nothing is near."""
        from lineage.policy.nearest import did_you_mean

        return did_you_mean(written.lower(), self.list_commands(ctx))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, with the nearest command where there is none of that name."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as problem:
            text = f"No such command {args[0]!r}."
            raise click.UsageError(f"{text} {self.hint(args[0], ctx)}".rstrip(), ctx) from problem


class DefaultGroup(NamedGroup):
    """`lineage pack TARGET` is `lineage pack make TARGET`: arguments that begin with no command's
    name go to the command `default`."""

    def __init__(self, *given: Any, default: str, **named: Any) -> None:
        super().__init__(*given, **named)
        self._default = default

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does it, with the command's name put in front where it is missing."""
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = [self._default, *args]
        return super().parse_args(ctx, args)
