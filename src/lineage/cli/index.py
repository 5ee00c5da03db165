"""`lineage index`: make, update, describe and check a local index of a whole hub."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lineage.cli.data_choice import chosen_data, data_option
from lineage.cli.display import Display, quota_times
from lineage.cli.exits import FAILED, PASSED
from lineage.cli.groups import NamedGroup
from lineage.cli.options import (
    Decorator,
    examples,
    format_option,
    max_wait_option,
    number_option,
    together,
)
from lineage.core import clock
from lineage.core.errors import UsageError
from lineage.core.packaged import SNAPSHOT
from lineage.index.build import (
    CALLS_FOR_ALL,
    BuildStep,
    build_from_hub,
    build_from_snapshot,
    update_from_hub,
)
from lineage.index.check import verify_index
from lineage.index.layout import IndexInfo
from lineage.index.source import IndexSource
from lineage.report.printable import printable

if TYPE_CHECKING:
    from lineage.sources.hub.source import HubSource

_FILE = click.Path(dir_okay=False, path_type=Path)
_DAY = 86_400.0
_walk: Decorator = together(
    click.option(
        "--max-calls",
        type=click.IntRange(1),
        help="Stop after this many calls; the next run resumes there.",
    ),
    number_option("--page-size", 1000, "Request this many models in one call.", least=1, most=1000),
    max_wait_option(_DAY),
    click.option("-q", "--quiet", is_flag=True, help="Show no plan and no progress."),
)


@click.group(
    cls=NamedGroup,
    epilog=examples("lineage index build -o hub.index", "lineage audit --index hub.index org/name"),
)
def index() -> None:
    """Build and maintain a local index of a whole hub.

    With one, audits, trees, descendants, gates and the landscape are answered at once and with no
    network: lineage audit --index FILE org/name. Every answer states how old the index is.
    """


@index.command(
    epilog=examples(
        "lineage index build -o hub.index", "lineage index build -o small.index --from-snapshot"
    )
)
@click.option(
    "-o", "--output", type=_FILE, required=True, help="Write this index file, or continue it."
)
@click.option(
    "--parquet",
    type=_FILE,
    multiple=True,
    help="Take the models from Parquet files of a hub's statistics (needs DuckDB).",
)
@click.option(
    "--from-snapshot",
    is_flag=True,
    help="Take the models from the snapshot: real, small and immediate, without a network.",
)
@click.option(
    "--snapshot", type=_FILE, help="With --from-snapshot: read this one instead of the shipped one."
)
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="With --parquet: set the date of the data. Default: its newest change.",
)
@data_option
@_walk
def build(
    output: Path,
    parquet: tuple[Path, ...],
    from_snapshot: bool,
    snapshot: Path | None,
    as_of: datetime | None,
    max_calls: int | None,
    page_size: int,
    max_wait: float,
    quiet: bool,
) -> None:
    """Build an index: of the hub (HF_ENDPOINT) by its list of models, of Parquet files, or of the
    snapshot.

    The walk over the list can be stopped at any moment; the next run continues there, even days
    later. Every page that was read is stored. It respects the hub's quota and waits where that is
    used up.
    """
    if parquet and from_snapshot:
        raise UsageError(
            "--parquet and --from-snapshot are two sources; an index can have only one.",
            "Leave one of them out.",
        )
    watch, facts = _Watch(quiet), chosen_data()
    if from_snapshot:
        from lineage.sources.snapshot.source import SnapshotSource

        made = build_from_snapshot(
            output,
            SnapshotSource(snapshot or facts.folder / SNAPSHOT),
            on_step=watch.step,
            data=facts,
        )
    elif parquet:
        from lineage.index.parquet import build_from_parquet

        made = build_from_parquet(
            output,
            parquet,
            as_of=as_of.date() if as_of else None,
            on_step=watch.step,
            data=facts,
        )
    else:
        hub = _hub(max_wait, watch.display)
        watch.plan(hub, CALLS_FOR_ALL * 1000 // page_size, max_calls)
        made = build_from_hub(
            output,
            hub,
            now=clock.now(),
            max_calls=max_calls,
            page_size=page_size,
            on_step=watch.step,
            data=facts,
        )
    watch.done(output, made)


@index.command(epilog=examples("lineage index update hub.index"))
@click.argument("file", type=_FILE)
@data_option
@_walk
def update(file: Path, max_calls: int | None, page_size: int, max_wait: float, quiet: bool) -> None:
    """Add the models that were created or changed since FILE was built, newest first.

    Models that the hub has removed since then stay in it; build a new index from time to time.
    """
    watch = _Watch(quiet)
    made = update_from_hub(
        file,
        _hub(max_wait, watch.display),
        now=clock.now(),
        max_calls=max_calls,
        page_size=page_size,
        on_step=watch.step,
        data=chosen_data(),
    )
    watch.done(file, made)


@index.command(epilog=examples("lineage index info hub.index --json"))
@click.argument("file", type=_FILE)
@format_option()
def info(file: Path, form: str) -> None:
    """Describe an index: its contents, its hub and its age."""
    found = IndexSource(file).info()
    click.echo(found.to_json(indent=2) if form == "json" else _described(found, file))


@index.command(epilog=examples("lineage index verify hub.index"))
@click.argument("file", type=_FILE)
def verify(file: Path) -> int:
    """Check every page, record and edge. Exit codes: 0 intact, 1 something is wrong, 2 not an
    index."""
    problems = verify_index(file)
    for problem in problems:
        click.echo(printable(problem, 400))
    if not problems:
        held = IndexSource(file).info()
        click.echo(f"{file.name} is intact: {held.models:,} models, {held.edges:,} edges.")
    return FAILED if problems else PASSED


class _Watch:
    """Plan, progress and outcome on stderr."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet
        self.display = Display(quiet=quiet)

    def plan(self, hub: HubSource, calls: int, max_calls: int | None) -> None:
        """What lies ahead: calls, and the time they take at the usual quotas."""
        if self._quiet:
            return
        planned = min(calls, max_calls or calls)
        click.echo(
            f"Plan: up to {planned:,} calls to {hub.endpoint} for a hub of three million "
            f"models: {quota_times(planned)}.",
            err=True,
        )
        click.echo(
            "It can be stopped at any time; the same command continues from there.", err=True
        )

    def step(self, at: BuildStep) -> None:
        """How far it is."""
        if not self._quiet:
            self.display.line(f"{at.models:,} models, {at.calls:,} calls, up to {at.latest}")

    def done(self, path: Path, made: IndexInfo) -> None:
        """What there is now."""
        self.display.clear()
        state = (
            "complete"
            if made.complete and not made.task
            else "not complete yet; run the same command again to go on"
        )
        text = (
            f"{path}: {made.models:,} models, {made.edges:,} edges, as of {made.as_of[:10]}, "
            f"{state}"
        )
        click.echo(text, err=True)


def _hub(max_wait: float, display: Display) -> HubSource:
    from lineage.sources.hub.source import HubSource

    return HubSource(
        max_wait=max_wait, timeout=60.0, on_wait=display.waiting, on_notice=display.notice
    )


def _described(info: IndexInfo, file: Path) -> str:
    try:
        days = (clock.now().date() - datetime.fromisoformat(info.built_on).date()).days
        age = f"{info.built_on} ({days} days ago)"
    except ValueError:
        age = "not known"
    facts = [
        ("file", f"{file.name}, {file.stat().st_size:,} bytes"),
        ("source", f"{info.source} {printable(info.origin, 200)}"),
        ("as of", age),
        (
            "complete",
            "yes"
            if info.complete and not info.task
            else f"no: {info.task or 'nothing'} under way since {info.started[:10] or '?'}",
        ),
        ("models", f"{info.models:,}"),
        ("edges", f"{info.edges:,}"),
        ("other names", f"{info.aliases:,}"),
        (
            "calls",
            f"{info.pages:,}"
            + (f", {info.unreadable:,} rows unreadable" if info.unreadable else ""),
        ),
        ("made by", printable(info.built_by, 60)),
    ]
    if info.credits:
        facts.append(("credits", "; ".join(printable(name, 100) for name in info.credits)))
    return "\n".join(f"{name:<12} {value}" for name, value in facts)
