"""`lineage lock`: write down what is established now, for `lineage check --locked` to compare
with."""

from __future__ import annotations

from pathlib import Path

import click

from lineage.cli.check import CERTAINTY
from lineage.cli.completion_items import models
from lineage.cli.exits import INCONCLUSIVE, PASSED
from lineage.cli.options import examples
from lineage.cli.output import write_file
from lineage.cli.policies import PolicyChoice, policy_options
from lineage.cli.run import audited
from lineage.cli.source_options import SourceChoice, source_options
from lineage.core.errors import UsageError
from lineage.core.use import Certainty


@click.command(
    epilog=examples("lineage lock", "lineage lock mistralai/Mistral-7B-v0.1 -o models.lock")
)
@click.argument("targets", nargs=-1, metavar="[PATH | TARGET...]", shell_complete=models)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Write to this file; default lineage.lock in PATH.",
)
@click.option(
    "--exclude", multiple=True, metavar="PATTERN", help="Leave out folders or files of PATH."
)
@CERTAINTY
@click.option("--allow-empty", is_flag=True, help="Write a lock without models if none is found.")
@source_options
@policy_options
def lock(
    targets: tuple[str, ...],
    output: Path | None,
    exclude: tuple[str, ...],
    certainty: str,
    allow_empty: bool,
    source: SourceChoice,
    policy: PolicyChoice,
) -> int:
    """Write lineage.lock: each model's revision, ancestors, roots, verdict and test results.

    PATH is a repository whose code is scanned as `lineage check` does (the default is the current
    folder); or name the models themselves. The file contains no time: it changes only when a fact
    does. Commit it, and review its changes.

    Exit codes: 0 written, whatever the verdicts; 2 wrong usage; 3 no model found; 4 could not run.
    """
    from lineage.cli.checking import audited_uses  # help and completion do without
    from lineage.core import clock
    from lineage.report.json import summary
    from lineage.report.printable import counted
    from lineage.workflows.check import judged_code, scanned, settled
    from lineage.workflows.lock import NAME, lock_text

    display = source.display()
    chosen = policy.load()
    folder = _repository(targets)
    if folder:
        found = scanned(folder, exclude, jobs=source.processes, data=source.data([folder]))
        found, report = audited_uses(found, Certainty(certainty), source, chosen)
        code = judged_code(found, chosen, clock.now().date())
        report = settled(report, found, code=code, strict=False, allow_empty=allow_empty)
    else:
        report = audited(targets, source, chosen)
    if not report.targets and not allow_empty:
        display.notice(" ".join(report.notes) or "No model was found.")
        return INCONCLUSIVE
    place = output or (folder if folder and folder.is_dir() else Path()) / NAME
    write_file(place, lock_text(report, chosen))
    counts = ", ".join(
        f"{n} {name}" for name, n in summary(report).items() if n and name != "targets"
    )
    display.notice(f"{place}: {counted(len(report.targets), 'model')} locked ({counts or 'none'}).")
    return PASSED


def _repository(targets: tuple[str, ...]) -> Path | None:
    """The folder to scan, or None where models are named: a folder with a model's own files in it
    is a model."""
    if not targets:
        return Path()
    folders = [Path(t) for t in targets if Path(t).is_dir() and not _is_model(Path(t))]
    if folders and len(targets) > 1:
        raise UsageError(
            f"{folders[0]} is a repository to scan, which needs a lock of its own.",
            "Give one PATH, or models only.",
        )
    return folders[0] if folders else None


def _is_model(folder: Path) -> bool:
    names = (
        "config.json",
        "adapter_config.json",
        "modules.json",
        "model_index.json",
        "Modelfile",
        "*.safetensors",
        "*.gguf",
    )
    return any(next(folder.glob(name), None) is not None for name in names)
