"""`lineage tree`: the lineage graph of a model, drawn in the terminal."""

from __future__ import annotations

import click

from lineage.cli.completion_items import models
from lineage.cli.options import examples
from lineage.cli.run import audited
from lineage.cli.source_options import SourceChoice, source_options
from lineage.cli.terminal import columns


@click.command(epilog=examples("lineage tree --offline NousResearch/Hermes-2-Pro-Mistral-7B"))
@click.argument("targets", nargs=-1, required=True, metavar="TARGET...", shell_complete=models)
@source_options
def tree(targets: tuple[str, ...], source: SourceChoice) -> None:
    """Draw the lineage of a model in the terminal.

    The model is at the top, with its base models below it, each with developer and jurisdiction.
    Every line states the relation (finetune, adapter, quantized, merge, distilled) and how well it
    is known (declared, embedded, stated, inferred). It gives no verdict and exits 0.
    """
    from lineage.report import tree as drawing

    for target in audited(targets, source).targets:
        for line in drawing.lines(target, columns()):
            click.echo(line)
        for sentence in target.graph.bounds_hit:
            click.echo(f"Note: {sentence}", err=True)
