"""A group of commands that names the nearest one where there is none of the name."""

from __future__ import annotations

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
            told = f"No such command {args[0]!r}."
            raise click.UsageError(f"{told} {self.hint(args[0], ctx)}".rstrip(), ctx) from problem
