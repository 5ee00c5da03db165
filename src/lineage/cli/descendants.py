"""`lineage descendants`: models built on a model."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from lineage.cli.completion_items import models
from lineage.cli.display import Display
from lineage.cli.exits import INCONCLUSIVE, PASSED
from lineage.cli.options import (
    examples,
    file_option,
    format_option,
    index_option,
    is_set,
    max_wait_option,
    number_option,
)
from lineage.cli.output import deliver
from lineage.core.errors import CannotRunError
from lineage.core.ref import parse_ref
from lineage.graph.descendants import Descent
from lineage.graph.search_descendants import Reach, descend
from lineage.report.descent import FORMATS, DescentView


@click.command(
    epilog=examples(
        "lineage descendants deepseek-ai/DeepSeek-R1",
        "lineage descendants --mine my-org Qwen/Qwen2.5-7B --json",
    )
)
@click.argument("model", metavar="MODEL", shell_complete=models)
@click.option(
    "--mine",
    "publishers",
    multiple=True,
    metavar="ORG",
    help="List only models of ORG, with the path to each; may be repeated.",
)
@index_option()
@format_option(*FORMATS)
@file_option
@number_option("--limit", 50, "Show this many models as text; 0 is all.")
@number_option("--max-depth", 20, "Follow this many levels of descendants.", least=1)
@number_option("--max-models", 20_000, "Stop after this many models.", least=1)
@number_option(
    "--max-calls",
    400,
    "Make at most this many calls to the Hub; every model found costs one.",
    least=1,
)
@max_wait_option()
@click.option(
    "--journal",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Checkpoint file; a run resumes from it.",
)
@click.option("-q", "--quiet", is_flag=True, help="Show no progress.")
def descendants(
    model: str,
    publishers: tuple[str, ...],
    index: Path | None,
    form: str,
    output: Path | None,
    limit: int,
    max_depth: int,
    max_models: int,
    max_calls: int,
    max_wait: float,
    journal: Path | None,
    quiet: bool,
) -> int:
    """List models built on MODEL: fine-tunes, adapters, merges, quantizations, to any depth.

    Asks the hub's list of models level by level, or an index. With --mine it answers what of yours
    is touched when something is found in MODEL, and over which models it got there.

    Exit codes: 0 complete as far as the source knows, 3 a bound cut the search short, 2 wrong
    usage, 4 could not run.
    """
    display = Display(quiet=quiet)
    reach = Reach(max_depth, max_models, max_calls)
    found = (
        _from_index(model, index, reach)
        if index
        else _live(model, reach, journal, max_wait, display)
    )
    display.clear()
    shown = found.hosted_by(publishers) if publishers else found.descendants
    rendered = FORMATS[form](found, DescentView(shown, publishers, limit or None))
    deliver(rendered, output)
    for sentence in found.bounds_hit if form != "text" or output else ():
        display.notice(sentence)
    sys.stdout.flush()
    return PASSED if found.is_complete else INCONCLUSIVE


def _from_index(model: str, index: Path, reach: Reach) -> Descent:
    from lineage.index.below import below

    return below(index, parse_ref(model).id, max_depth=reach.max_depth, max_models=reach.max_models)


def _live(
    model: str, reach: Reach, journal: Path | None, max_wait: float, display: Display
) -> Descent:
    if is_set("HF_HUB_OFFLINE"):
        raise CannotRunError(
            "HF_HUB_OFFLINE is set, so the Hub is not contacted.",
            "Use an index: --index FILE (see `lineage index build`).",
        )
    from lineage.sources.hub.source import HubSource

    hub = HubSource(max_wait=max_wait, on_wait=display.waiting, on_notice=display.notice)

    def step(found: int, calls: int, latest: str) -> None:
        display.line(f"{found} models found, {calls} calls: {latest}")

    return descend(parse_ref(model), hub, reach, journal=journal, on_step=step)
