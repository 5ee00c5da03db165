"""`lineage developers`: who trains models, where they are based, and who says so."""

from __future__ import annotations

import json

import click

from lineage.cli.data_choice import chosen_data, data_option
from lineage.cli.options import examples, format_option
from lineage.cli.suggestion import no_such
from lineage.cli.terminal import columns
from lineage.evidence.names_elsewhere import NamesElsewhere
from lineage.evidence.registry import Registry
from lineage.report.columns import fitted, table
from lineage.report.lookups import (
    DEVELOPER_HEADERS,
    as_json,
    developer_lines,
    developer_rows,
    operator_lines,
)

_FULL = 3


@click.command(
    epilog=examples("lineage developers deepseek", "lineage developers --jurisdiction CN --json")
)
@click.argument("name", required=False, metavar="[NAME]")
@click.option(
    "--jurisdiction", help="List only developers based there: an ISO 3166-1 code, or `unknown`."
)
@data_option
@format_option()
def developers(name: str | None, jurisdiction: str | None, form: str) -> None:
    """Search developers, with citations.

    NAME is an id, a name, an alias or a namespace of the Hub, or a part of one; punctuation does
    not matter. An address such as api.deepseek.com finds who operates it, not who developed the
    models that are served there. A jurisdiction is where a developer has its headquarters; it is no
    evidence of how a model behaves.
    """
    facts = chosen_data()
    registry = Registry.load(facts)
    # Only a host has a dot or a scheme; the tables of addresses are not read for anything else.
    operators = NamesElsewhere.load(facts).operators(name) if name and "." in name else []
    found = registry.search(name) if name else registry.developers()
    if operators:
        known = (registry.developer(one.developer) for one in operators if one.developer)
        found = list({one.id: one for one in known if one}.values())
    if jurisdiction:
        wanted = None if jurisdiction.lower() == "unknown" else jurisdiction.upper()
        found = [d for d in found if d.jurisdiction == wanted]
    if form == "json":
        click.echo(json.dumps(as_json([*operators, *found]), indent=2, ensure_ascii=False))
    elif operators:
        parts = [operator_lines(operators), *(developer_lines(d) for d in found)]
        click.echo("\n\n".join(fitted(lines, columns()) for lines in parts))
    elif not found:
        raise no_such(
            f"The registry has no developer like {name or jurisdiction!r}.",
            registry.near_developers(name) if name and not jurisdiction else (),
            "`lineage developers` lists all.",
        )
    elif len(found) <= _FULL:
        click.echo("\n\n".join(fitted(developer_lines(d), columns()) for d in found))
    else:
        click.echo(table(developer_rows(found), DEVELOPER_HEADERS, columns()))
