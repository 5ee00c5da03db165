"""`lineage results`: the published test results, with citations."""

from __future__ import annotations

import json

import click

from lineage.cli.completion_items import models
from lineage.cli.data_choice import chosen_data, data_option
from lineage.cli.options import examples, format_option
from lineage.cli.suggestion import no_such
from lineage.cli.terminal import columns

_FULL = 5


@click.command(
    epilog=examples(
        "lineage results deepseek-ai/DeepSeek-R1",
        "lineage results --language zh --suite ccp --json",
    )
)
@click.argument("model", required=False, metavar="[MODEL]", shell_complete=models)
@click.option(
    "--language", "code", help="List only results in this language: en, zh, zh-Hant, fi, ja …"
)
@click.option("--suite", help="List only suites whose name contains this text.")
@data_option
@format_option()
def results(model: str | None, code: str | None, suite: str | None, form: str) -> None:
    """Search published test results, with citations.

    MODEL is a hub id, or a part of a name. For a hub id every test is shown with how it was
    counted: answers, limits, comparison models, judges, hosts, date; and every other record with
    the reason why it decides nothing. That no result is listed for a model says that none is known
    here, not that it passed a test.
    """
    from lineage.evidence.results import Results  # help and completion do without
    from lineage.evidence.standing import Considered, stand
    from lineage.report.columns import fitted
    from lineage.report.lookups import reckoned, result_lines, result_summaries
    from lineage.report.reckoning import reckoning_lines

    content = Results.load(chosen_data())
    found = content.for_model(model) or content.search(model) if model else list(content.all())
    found = [
        r
        for r in found
        if code in (None, r.language) and (suite or "").casefold() in r.suite.casefold()
    ]
    exact = bool(model and content.for_model(model))
    if form == "json":
        click.echo(
            json.dumps(
                reckoned(content.appraise(one) for one in found), indent=2, ensure_ascii=False
            )
        )
    elif not found:
        raise no_such(
            f"No published test of {model or 'any model'} is on record. (That does not clear it.)",
            content.near_models(model) if model else (),
            "`lineage results` lists all.",
        )
    elif exact and model:
        known = [content.appraise(one) for one in found]
        standing = stand(Considered(one) for one in content.appraised(model))
        lines = reckoning_lines(found[0].model or model, standing, known)
        click.echo(fitted(lines, columns()))
    elif len(found) <= _FULL:
        click.echo("\n\n".join(fitted(result_lines(r), columns()) for r in found))
    else:
        click.echo(fitted(result_summaries(found), columns()))
        rest = f"{len(found)} results. Narrow them with --language or --suite to see sources."
        click.echo(f"\n{fitted([rest], columns())}")
