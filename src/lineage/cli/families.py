"""`lineage families`: model families, what each root was built on, and who says so."""

from __future__ import annotations

import json

import click

from lineage.cli.data_choice import chosen_data, data_option
from lineage.cli.options import examples, format_option
from lineage.cli.suggestion import no_such
from lineage.cli.terminal import columns
from lineage.evidence.near_names import near_names
from lineage.evidence.registry import Registry
from lineage.report.columns import fitted, table
from lineage.report.lookups import FAMILY_HEADERS, families_as_json, family_lines, family_rows

_FULL = 3


@click.command(epilog=examples("lineage families llama", "lineage families qwen --json"))
@click.argument("name", required=False, metavar="[NAME]")
@click.option("--developer", help="List only families of this developer: its registry id.")
@data_option
@format_option()
def families(name: str | None, developer: str | None, form: str) -> None:
    """Search model families and their roots, with citations.

    NAME is an id or name of a family, the hub id of a model, a developer, or a part of one;
    punctuation does not matter. For each root: whether its weights were trained from scratch or
    started from other models, and who states it. `not-shown` means that no source was found; it
    lists what was looked at.
    """
    registry = Registry.load(chosen_data())
    found = registry.search_families(name) if name else registry.families()
    if developer:
        found = [family for family in found if family.developer == developer.casefold()]
    if form == "json":
        click.echo(json.dumps(families_as_json(found, registry), indent=2, ensure_ascii=False))
    elif not found:
        raise no_such(
            f"The registry has no family like {name or developer!r}.",
            _near(registry, name, developer),
            "`lineage families` lists all.",
        )
    elif len(found) <= _FULL:
        click.echo("\n\n".join(fitted(family_lines(one, registry), columns()) for one in found))
    else:
        click.echo(table(family_rows(found, registry), FAMILY_HEADERS, columns()))


def _near(registry: Registry, name: str | None, developer: str | None) -> tuple[str, ...]:
    """What may have been meant by the word that found nothing."""
    if developer:
        return near_names(developer, (one.id for one in registry.developers()))
    return registry.near_families(name) if name else ()
