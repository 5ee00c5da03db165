"""`lineage snapshot`: make, describe and check files from which audits are answered without a
network."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import click

from lineage.cli.data_choice import chosen_data, data_option
from lineage.cli.exits import FAILED, INCONCLUSIVE, PASSED
from lineage.cli.groups import NamedGroup
from lineage.cli.options import examples, format_option
from lineage.cli.source_options import SourceChoice, checked_targets, source_options
from lineage.core import clock
from lineage.core.errors import CannotRunError, DataError, UsageError
from lineage.core.packaged import SNAPSHOT
from lineage.report.printable import printable
from lineage.sources.auto import AutoSource
from lineage.sources.interface import Source
from lineage.sources.snapshot.check import verify_snapshot
from lineage.sources.snapshot.create import Created, Look, create_snapshot
from lineage.sources.snapshot.format import SnapshotInfo
from lineage.sources.snapshot.source import SnapshotSource
from lineage.workflows.audit import Auditor
from lineage.workflows.opening import open_hub
from lineage.workflows.options import Options, Where

_MOST_SHOWN = 10


@click.group(
    cls=NamedGroup,
    epilog=examples("lineage snapshot info", "lineage snapshot create -o ours.sqlite org/name"),
)
def snapshot() -> None:
    """Build and maintain snapshots: files for audits without a network.

    One ships with lineage. A team can create its own for the models it uses, and audit with
    --offline --snapshot FILE.
    """


@snapshot.command(
    epilog=examples(
        "lineage snapshot create -o ours.sqlite org/name Qwen/Qwen2.5-7B",
        "lineage snapshot create -o ours.sqlite --input models.txt",
    )
)
@click.argument("targets", nargs=-1, metavar="[TARGET]...")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="Write this snapshot file.",
)
@click.option(
    "--input",
    "listed",
    type=click.File(encoding="utf-8"),
    help="Read targets from this file, one per line; # begins a comment; - is stdin.",
)
@source_options
def create(targets: tuple[str, ...], output: Path, listed: Any, source: SourceChoice) -> int:
    """Read every TARGET and all its ancestors from the Hub, and store the responses in one file.

    It contains records, cards and the parts of other files that an audit reads, with revisions and
    the time of each response. Exit codes: 0 everything was read, 3 something could not be, 4
    nothing could.
    """
    wanted = checked_targets((*targets, *_lines(listed)))
    if not wanted:
        raise UsageError(
            "There is nothing to read.",
            "Name one or more models, or give a list with --input FILE.",
        )
    display = source.display()
    options = source.options(display)
    if options.offline or options.where.snapshot or options.where.index:
        raise UsageError(
            "A snapshot is created from the live Hub: --offline, HF_HUB_OFFLINE, --snapshot "
            "and --index cannot be used here.",
            "Leave them out.",
        )
    made = create_live(output, wanted, options)
    display.clear()
    _tell(output, made)
    return INCONCLUSIVE if made.missed else PASSED


def create_live(
    output: Path, targets: tuple[str, ...], options: Options, hub: Source | None = None
) -> Created:
    """Audit the targets against `hub` (None: the live one) and keep what was read; the embedded
    snapshot never fills in."""
    now = options.now or clock.now()

    def begin(recording: Source) -> Look:
        source = AutoSource(recording, SnapshotSource(options.where.data.folder / SNAPSHOT))

        def look(target: str) -> None:
            auditor.audit(target)
            if source.fell_back:
                raise CannotRunError(
                    "The Hub did not respond, so no snapshot was written.",
                    "Check the network and HF_ENDPOINT.",
                )

        auditor = Auditor(replace(options, where=Where(source=source, data=options.where.data)))
        return look

    return create_snapshot(
        output, targets, hub or _live(options), begin, built_on=now.date().isoformat()
    )


def _live(options: Options) -> Source:
    """The Hub itself: no earlier answer is taken, and what no audit reads is not asked for."""
    return open_hub(replace(options, hub=replace(options.hub, cache=None, prefetch=False)))


def _lines(listed: Any) -> tuple[str, ...]:
    if listed is None:
        return ()
    try:
        return tuple(text for line in listed if (text := line.partition("#")[0].strip()))
    except UnicodeDecodeError as problem:
        raise UsageError(
            f"{listed.name} is not a text file.", "Give a file with one model name or path a line."
        ) from problem


def _tell(output: Path, made: Created) -> None:
    info = made.info
    click.echo(
        f"{output}: {info.models} models, {info.documents} file parts, "
        f"{output.stat().st_size:,} bytes, content {info.content_sha256}",
        err=True,
    )
    missed = [
        f"{printable(id, 120)}: {printable(reason, 200)}" for id, reason in made.missed.items()
    ]
    for text in [
        *missed,
        *(f"{printable(path, 200)}: too large to store" for path in made.dropped),
    ][:_MOST_SHOWN]:
        click.echo(f"Not in it: {text}", err=True)
    if (more := len(missed) + len(made.dropped) - _MOST_SHOWN) > 0:
        click.echo(f"Not in it: {more} more", err=True)


@snapshot.command(
    epilog=examples("lineage snapshot info", "lineage snapshot info ours.sqlite --json")
)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
@data_option
@format_option()
def info(file: Path | None, form: str) -> None:
    """Describe a snapshot: its contents, its age and whom to credit. Without FILE: the one of the
    data in use, which is inside lineage unless `lineage data` installed another."""
    source = SnapshotSource(file or chosen_data().folder / SNAPSHOT)
    found = source.info()
    click.echo(found.to_json(indent=2) if form == "json" else _described(found))


def _described(info: SnapshotInfo) -> str:
    facts = [
        (
            "made on",
            (f"{info.built_on} ({_age(info, clock.now().date())} days ago) by {info.built_by}"),
        ),
        ("models", f"{info.models} ({info.aliases} other names lead to them)"),
        ("file parts", str(info.documents)),
        ("content", f"sha256 {info.content_sha256}"),
        *(("target", target) for target in info.targets),
        *(
            ("source", f"{c.name}, {c.licence}, {c.url} (taken {c.retrieved})")
            for c in info.credits
        ),
    ]
    return "\n".join(f"{name:<11} {printable(text)}" for name, text in facts)


def _age(info: SnapshotInfo, today: date) -> int:
    try:
        return (today - date.fromisoformat(info.built_on)).days
    except ValueError as problem:
        raise DataError(
            f"The snapshot has {printable(info.built_on, 40)!r} as its date.", "Create it again."
        ) from problem


@snapshot.command(epilog=examples("lineage snapshot verify ours.sqlite --max-age 90"))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--content",
    metavar="SHA256",
    help="Require this content hash, as printed by `create` and `info`.",
)
@click.option("--max-age", type=click.IntRange(0), metavar="DAYS", help="Fail if it is older.")
def verify(file: Path, content: str | None, max_age: int | None) -> int:
    """Check every record and document of a snapshot against its checksums, and its age.

    Checksums inside a file show damage, not intent: to know that nobody exchanged it, note the
    content hash elsewhere and give it as --content. Exit codes: 0 intact, 1 too old, 2 damaged or
    other content.
    """
    found, problems = verify_snapshot(file)
    if problems:
        raise DataError(
            f"{file} is damaged: {printable('; '.join(problems), 2000)}.",
            "Create it again with `lineage snapshot create`.",
        )
    if content and content.strip().lower() != found.content_sha256:
        raise DataError(
            f"{file} has the content {found.content_sha256}, not {printable(content, 80)}.",
            "Get the file with the expected content.",
        )
    age = _age(found, clock.now().date())
    click.echo(
        f"{file}: whole, {found.models} models, {found.documents} file parts, {age} days "
        f"old, content {found.content_sha256}"
    )
    if max_age is not None and age > max_age:
        click.echo(
            f"It is older than {max_age} days; create it again with `lineage snapshot create`.",
            err=True,
        )
        return FAILED
    return PASSED
