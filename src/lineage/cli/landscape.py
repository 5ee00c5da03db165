"""`lineage landscape`: what an index says of a whole hub."""

from __future__ import annotations

from pathlib import Path

import click

from lineage.cli.output import to_stdout, write_file
from lineage.evidence.registry import Registry
from lineage.evidence.results import Results
from lineage.report.landscape import FORMATS


@click.command()
@click.option(
    "--index",
    type=click.Path(path_type=Path),
    required=True,
    help="An index made with `lineage index build`.",
)
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    default="text",
    show_default=True,
    help="How to print it.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to this file instead of stdout.",
)
@click.option(
    "--top",
    type=click.IntRange(1),
    default=10,
    show_default=True,
    help="Rows of each table and plot; JSON and CSV hold all.",
)
@click.option(
    "--lines",
    type=click.IntRange(1, 10),
    default=8,
    show_default=True,
    help="Developers with a line of their own over time.",
)
def landscape(index: Path, form: str, output: Path | None, top: int, lines: int) -> None:
    """Tell on whose weights the models of a whole hub stand: share of models and of downloads by developer, family and jurisdiction.

    Also how they came about, since when, what published tests say of them, and how much is not known. Every output says
    how it was counted. It needs numpy: pip install 'lineage-audit[index]'.
    """
    from lineage.index.landscape import survey

    rendered = FORMATS[form](survey(index, Registry.load(), Results.load(), most=lines), top)
    if output:
        write_file(output, rendered)
    else:
        to_stdout(rendered)
