"""`lineage landscape`: what an index says of a whole hub."""

from __future__ import annotations

from pathlib import Path

import click

from lineage.cli.data_choice import chosen_data, data_option
from lineage.cli.options import examples, file_option, format_option, index_option, number_option
from lineage.cli.output import deliver
from lineage.evidence.registry import Registry
from lineage.evidence.results import Results
from lineage.report.landscape import FORMATS


@click.command(
    epilog=examples(
        "lineage landscape --index hub.index",
        "lineage landscape --index hub.index -f html -o hub.html",
    )
)
@index_option(required=True)
@data_option
@format_option(*FORMATS)
@file_option
@number_option(
    "--top", 10, "Show this many rows of each table and plot; JSON and CSV contain all.", least=1
)
@number_option("--lines", 8, "Draw this many developers over time.", least=1, most=10)
def landscape(index: Path, form: str, output: Path | None, top: int, lines: int) -> None:
    """Summarise a hub by foundation, developer and country: shares of models and of downloads.

    Also how they were made, since when, what published tests found, and how much is unknown. Every
    output states how it was counted. It needs DuckDB: pip install 'lineage-audit[index]'.
    """
    from lineage.index.landscape import survey

    facts = chosen_data()
    rendered = FORMATS[form](
        survey(index, Registry.load(facts), Results.load(facts), most=lines), top
    )
    deliver(rendered, output)
