"""What the shell is offered where a model, a policy, a rule or a schema is expected; imported with
each command, and so it imports what it needs when a shell asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


def models(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Models of the offline data, or the files here for what has the form of a path."""
    from click.shell_completion import CompletionItem

    from lineage.cli.data_choice import chosen_data
    from lineage.core.errors import LineageError
    from lineage.core.packaged import SNAPSHOT
    from lineage.core.ref import is_repo_id
    from lineage.sources.snapshot.source import SnapshotSource

    if not incomplete or incomplete[0] in "./~\\":
        return [CompletionItem(incomplete, type="file")]
    try:
        found = SnapshotSource(chosen_data().folder / SNAPSHOT).starting_with(incomplete)
    except LineageError:
        return []  # a prompt is no place for a message; the audit itself says what is damaged
    # What a shell puts on a command line must be a word of it: a repo id has no character that any
    # shell reads as its own.
    return [CompletionItem(name) for name in found if is_repo_id(name.rstrip("/"))]


def policies(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Packs, or files where no pack begins so."""
    from click.shell_completion import CompletionItem

    from lineage.policy.packs import pack_names

    packs = [CompletionItem(name) for name in pack_names() if name.startswith(incomplete)]
    return packs or [CompletionItem(incomplete, type="file")]


def packs(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """Packs alone."""
    from lineage.policy.packs import pack_names

    return [name for name in pack_names() if name.startswith(incomplete)]


def rules_or_models(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Rules, then models."""
    from click.shell_completion import CompletionItem

    from lineage.policy.rules.registry import RULES

    named = [CompletionItem(rule) for rule in RULES if rule.startswith(incomplete)]
    return named or models(ctx, param, incomplete)


def schemas(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """Names of the schemas."""
    from lineage.cli.schema import schema_names

    return [name for name in schema_names() if name.startswith(incomplete)]
