"""`lineage diff`: what changed between two looks at the same models."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lineage.cli.exits import FAILED, INCONCLUSIVE, PASSED
from lineage.cli.options import examples, file_option, format_option
from lineage.core.errors import UsageError

if TYPE_CHECKING:
    from lineage.report.drift import Drift

_LOOK = click.Path(path_type=Path)


@click.command(
    epilog=examples(
        "lineage diff january.json november.json",
        "lineage diff filed/ lineage.lock -f markdown",
        "lineage diff hub-january.sqlite hub-november.sqlite --json",
    )
)
@click.argument("before", type=_LOOK)
@click.argument("after", type=_LOOK)
@file_option
@format_option("text", "markdown", "json")
def diff(before: Path, after: Path, output: Path | None, form: str) -> int:
    """Show what changed between two reports (JSON), packs, lock files or indexes: verdicts, models,
    ancestors, commits, repositories that vanished, results of tests, findings, the status of
    requirements.

    Two kinds may be mixed, but an index is compared with an index. What only one of the two
    contains is not compared, and the output says so.

    Exit codes: 0 no verdict got worse, 1 one did, 2 wrong usage, 3 one that was established is
    inconclusive now.
    """
    from lineage.index.drift import is_index
    from lineage.workflows.drift import compared, compared_indexes
    from lineage.workflows.looks import read

    of_index = [is_index(path) for path in (before, after)]
    if any(of_index) and not all(of_index):
        raise UsageError(
            "An index is compared with an index.", "Name two indexes, or a report for each."
        )
    drift = (
        compared_indexes(before, after) if all(of_index) else compared(read(before), read(after))
    )
    return print_drift(drift, form, output)


def print_drift(drift: Drift, form: str, output: Path | None) -> int:
    """Print or write the drift; the exit code that it means."""
    from lineage.cli.output import deliver
    from lineage.report.drift import FORMATS

    deliver(FORMATS[form](drift), output)
    if drift.is_worse:
        return FAILED
    return INCONCLUSIVE if drift.is_open else PASSED
