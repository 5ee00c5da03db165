"""`--probe` of the commands that audit: a team's own runs of `lineage probe` as evidence."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lineage.cli.options import Decorator

if TYPE_CHECKING:
    from lineage.evidence.probed import Probed

probe_option: Decorator = click.option(
    "--probe",
    "probes",
    type=click.Path(dir_okay=False, path_type=Path),
    multiple=True,
    help="Result of `lineage probe` about the model or an ancestor; its transcript is looked for "
    "beside it.",
)


def read_probes(paths: tuple[Path, ...]) -> tuple[Probed, ...]:
    """Each result, recomputed."""
    from lineage.evidence.probed import Probed
    from lineage.workflows.probe import verified

    return tuple(Probed(*verified(path), str(path)) for path in paths)
