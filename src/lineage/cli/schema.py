"""`lineage schema`: the JSON Schemas of what the tool writes and reads."""

from __future__ import annotations

import json
from importlib.resources import files

import click
from tabulate import tabulate

from lineage.cli.completion_items import schemas
from lineage.cli.options import examples
from lineage.core.errors import UsageError
from lineage.policy.nearest import did_you_mean

_FOLDER = files("lineage") / "data" / "schemas"
_SUFFIX = ".schema.json"


@click.command(epilog=examples("lineage schema", "lineage schema report"))
@click.argument("name", required=False, metavar="[NAME]", shell_complete=schemas)
def schema(name: str | None) -> None:
    """Print the JSON Schema called NAME, or list all of them.

    `report` is for what `--format json` writes, `policy` for lineage.toml; the others are for the
    curated data.
    """
    known = schema_names()
    if name is None:
        click.echo(
            tabulate(
                [(one, json.loads(schema_text(one))["title"]) for one in known], tablefmt="plain"
            )
        )
        return
    if name not in known:
        raise UsageError(
            f"There is no schema called {name!r}.",
            did_you_mean(name, known) or f"Schemas: {', '.join(known)}.",
        )
    click.echo(schema_text(name), nl=False)


def schema_names() -> tuple[str, ...]:
    """That of the report first, that of policies second, the rest sorted."""
    found = (
        entry.name.removesuffix(_SUFFIX)
        for entry in _FOLDER.iterdir()
        if entry.name.endswith(_SUFFIX)
    )
    return tuple(sorted(found, key=lambda name: (name != "report", name != "policy", name)))


def schema_text(name: str) -> str:
    """The published text of one schema."""
    return (_FOLDER / f"{name}{_SUFFIX}").read_text(encoding="utf-8")
