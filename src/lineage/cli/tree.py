"""`lineage tree`: the lineage graph of a model, drawn in the terminal."""

from __future__ import annotations

from typing import Any

import click

from lineage.cli.audit import stop_if_nothing_answered
from lineage.cli.display import Display
from lineage.cli.options import checked_targets, make_options, source_options
from lineage.report import tree as drawing
from lineage.workflows.audit import Auditor


@click.command()
@click.argument("targets", nargs=-1, required=True, metavar="TARGET...")
@source_options
def tree(targets: tuple[str, ...], **given: Any) -> None:
    """Draw the lineage of a model in the terminal.

    The model stands on top, what it descends from below it, each with its developer and jurisdiction. Every line says
    how it descends (finetune, adapter, quantized, merge, distilled) and how well that is known (declared, embedded, stated,
    inferred). It judges nothing and exits 0.
    """
    display = Display(quiet=bool(given["quiet"]))
    with Auditor(make_options(given, display)) as auditor:
        report = auditor.report([auditor.audit(target) for target in checked_targets(targets)])
    display.clear()
    stop_if_nothing_answered(report)
    for target in report.targets:
        for line in drawing.lines(target):
            click.echo(line)
        for sentence in target.graph.bounds_hit:
            click.echo(f"Note: {sentence}", err=True)
