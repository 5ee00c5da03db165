"""`lineage probe lint`: is a battery a fair instrument?"""

from __future__ import annotations

from pathlib import Path

import click

from lineage.cli.options import examples
from lineage.core.errors import DataError


@click.command(epilog=examples("lineage probe lint", "lineage probe lint my-battery/"))
@click.argument("battery", required=False, metavar="[FOLDER]")
def lint(battery: str | None) -> None:
    """Check a battery: equal pairs, no answer given away, every fact in its sources.

    FOLDER contains battery.toml and one file per topic; by default the shipped battery is checked.
    Exit code 2 means that something must be corrected; remarks (what no second reader saw, which
    sources nobody opened) change no exit code.
    """
    from lineage.probe import battery as batteries
    from lineage.probe.lint import lint as problems_of
    from lineage.report.probe_lint import lint_lines

    asked = batteries.load(Path(battery) if battery else batteries.DEFAULT)
    found = problems_of(asked)
    click.echo("\n".join(lint_lines(asked, found)))
    if wrong := sum(one.decides for one in found):
        raise DataError(
            f"{battery or batteries.DEFAULT}: {wrong} {'problem' if wrong == 1 else 'problems'}.",
            "Correct what is listed above. See docs/battery.md.",
        )
