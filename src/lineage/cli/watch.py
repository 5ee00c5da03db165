"""`lineage watch`: audit again what a lock, a list or a former report holds, and say what
changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lineage.cli.diff import print_drift
from lineage.cli.exits import PASSED
from lineage.cli.many import InputChoice, audit_all
from lineage.cli.options import examples, file_option, format_option
from lineage.cli.policies import PolicyChoice, policy_options
from lineage.cli.source_options import SourceChoice, source_options
from lineage.core.errors import InvalidRefError, UsageError

if TYPE_CHECKING:
    from lineage.cli.display import Display
    from lineage.workflows.looks import Seen


@click.command(
    epilog=examples(
        "lineage watch lineage.lock",
        "lineage watch filed/ -f markdown -o drift.md",
        "lineage watch vendors.csv --save last.json",
    )
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--save",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the new report (JSON) here; a list is compared with the last one saved.",
)
@file_option
@format_option("text", "markdown", "json")
@source_options
@policy_options
def watch(
    file: Path,
    save: Path | None,
    output: Path | None,
    form: str,
    source: SourceChoice,
    policy: PolicyChoice,
) -> int:
    """Audit the models of FILE again, and show what changed: for a nightly job.

    FILE is a lineage.lock, a JSON report or a pack to compare with, or a list of models as for
    `lineage audit --input`, which needs --save. A result that could not be established this time
    does not replace an earlier one.

    Exit codes: 0 no verdict got worse, 1 one did, 2 wrong usage, 3 one that was established is
    inconclusive now, 4 nothing could be looked up.
    """
    from lineage.cli.output import write_file
    from lineage.workflows.drift import compared
    from lineage.workflows.looks import of_run

    display = source.display()
    chosen = policy.load()
    before = _before(file, save)
    is_list = not _is_look(file)
    targets = () if is_list else _targets(before, display)
    listed = InputChoice(file if is_list else None, (), None, None)
    options = source.options(display, chosen, targets)
    report = audit_all(targets, listed, options, display)
    if before is None:
        write_file(save or file, report.to_json())
        display.notice(f"The first look at {file}: saved as {save}.")
        return PASSED
    drift = compared(before, of_run(report))
    if save is not None and drift.saw_all:
        write_file(save, report.to_json())
    return print_drift(drift, form, output)


def _is_look(file: Path) -> bool:
    """Whether the file tells what was established, rather than what to look at."""
    from lineage.index.drift import is_index
    from lineage.workflows.looks import is_look

    if not file.exists():
        raise UsageError(f"There is no file {file}.", "Name a lock, a list or a report.")
    if is_index(file):
        raise UsageError(
            f"{file} is an index of a whole hub.",
            "Compare two indexes with `lineage diff`, or name a lock, a list or a report.",
        )
    return is_look(file)


def _before(file: Path, save: Path | None) -> Seen | None:
    """What was established last; None where a list is looked at for the first time."""
    from lineage.workflows.looks import read

    if _is_look(file):
        return read(file)
    if save is None:
        raise UsageError(
            f"{file} is a list: it contains no earlier results to compare with.",
            "Give --save FILE, where each run writes its report for the next one.",
        )
    return read(save) if save.exists() else None


def _targets(before: Seen | None, display: Display) -> tuple[str, ...]:
    """The models as they were asked for; a row that named none is left out."""
    from lineage.sources.auto import target_ref

    found: dict[str, None] = {}
    for target in before.targets.values() if before else ():
        for asked in target.asked:
            try:
                target_ref(asked)
            except InvalidRefError as problem:
                display.notice(f"{asked} is left out: {problem.message}")
            else:
                found[asked] = None
    if not found:
        raise UsageError("The file contains no model to audit again.")
    return tuple(found)
