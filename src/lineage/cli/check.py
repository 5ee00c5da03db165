"""`lineage check`: audit every model that a repository uses, and apply the policy."""

from __future__ import annotations

from pathlib import Path

import click

from lineage.cli.options import Decorator, examples
from lineage.cli.output import Destination, destinations, output_options, write
from lineage.cli.policies import PolicyChoice, policy_options
from lineage.cli.source_options import SourceChoice, source_options
from lineage.cli.untrusted import refuse_inside, untrusted_option
from lineage.core.errors import UsageError
from lineage.core.use import Certainty
from lineage.scan.scope import Scope

CERTAINTY: Decorator = click.option(
    "--certainty",
    type=click.Choice([str(c) for c in Certainty]),
    default=str(Certainty.LIKELY),
    show_default=True,
    help="Audit a model only if it is at least this certain that the code uses it.",
)


@click.command(
    epilog=examples(
        "lineage check",
        "lineage check --policy strict --fail-on review services/",
        "lineage check --locked -f sarif=lineage.sarif",
        "lineage check --installed",
    )
)
@click.argument(
    "path", type=click.Path(path_type=Path), default=None, required=False, metavar="[PATH]"
)
@click.option(
    "--installed",
    is_flag=True,
    help="Audit the models stored on this computer instead: those of Hugging Face, Ollama, LM "
    "Studio and ModelScope.",
)
@click.option(
    "--exclude",
    multiple=True,
    metavar="PATTERN",
    help="Leave out folders or files, such as tests or *_demo.py.",
)
@click.option(
    "--scope",
    type=click.Choice([str(one) for one in Scope]),
    default=str(Scope.ALL),
    show_default=True,
    help="Audit everything, or with `runtime` leave out tests, documentation and examples and "
    "only list what they use.",
)
@CERTAINTY
@click.option(
    "--strict",
    is_flag=True,
    help="Report inconclusive if code cannot be read or resolved.",
)
@click.option("--allow-empty", is_flag=True, help="Exit 0 if no model to audit is found.")
@click.option("--dry-run", is_flag=True, help="List what the code uses; do not audit it.")
@click.option("--locked", is_flag=True, help="Compare with lineage.lock and fail on any change.")
@click.option(
    "--lock-file",
    type=click.Path(path_type=Path),
    help="Read this lock file instead of PATH/lineage.lock; implies --locked.",
)
@untrusted_option
@source_options
@policy_options
@output_options
def check(
    path: Path | None,
    installed: bool,
    exclude: tuple[str, ...],
    scope: str,
    certainty: str,
    strict: bool,
    allow_empty: bool,
    dry_run: bool,
    locked: bool,
    lock_file: Path | None,
    untrusted: bool,
    formats: tuple[Destination, ...],
    output: Path | None,
    source: SourceChoice,
    policy: PolicyChoice,
) -> int:
    """Find the models that a repository uses, audit each once, and apply the policy.

    Reads Python by its syntax tree, notebooks, shell, Dockerfiles, compose and Kubernetes files, CI
    pipelines and the configuration of common frameworks. Runs none of it. A model that is used but
    whose name is known only when the code runs is reported as unresolved. Two processes read a
    large repository, with the same result as one; --jobs 1 uses one.

    PATH may be a container image saved with `docker save` or as an OCI layout: its layers are read,
    and nothing in it is run. With --installed, the models stored on this computer are audited.

    Exit codes: 0 pass or review, 1 the policy failed or the lock differs, 2 wrong usage, 3
    inconclusive or no model found, 4 could not run.
    """
    from lineage.cli import checking
    from lineage.core import clock
    from lineage.workflows.check import judged_code, settled, without_own_hub
    from lineage.workflows.lock import read_lock

    wanted = destinations(formats, output)
    if installed and path is not None:
        raise UsageError(
            "--installed looks at this computer's stores, not at a PATH.",
            "Leave out one of the two.",
        )
    path = path or Path()
    least = Certainty(certainty)
    display = source.display()
    chosen_scope = Scope(scope)
    if chosen_scope is Scope.RUNTIME and (installed or locked or lock_file):
        raise UsageError(
            "--scope runtime is for the code of a repository: the models stored on a "
            "computer have no tests, and a lock file lists what all of the code uses.",
            "Leave out --scope, or --installed, --locked and --lock-file.",
        )
    with checking.looked_at(
        path, source, installed=installed, exclude=exclude, scope=chosen_scope
    ) as found:
        if dry_run:
            return checking.listed(found, least)
        chosen = policy.load()
        lock_file = lock_file or (checking.beside(path) if locked else None)
        if untrusted:
            refuse_inside([path], chosen, source.files(), [("lock", lock_file)])
        lock = read_lock(lock_file) if lock_file else None
        found, report = checking.audited_uses(found, least, source, chosen, installed=installed)
    found = without_own_hub(found, report.circumstances.endpoint)
    if lock is not None:
        report = checking.compared(report, lock, chosen, display)
    code = judged_code(found, chosen, clock.now().date())
    report = settled(report, found, code=code, strict=strict, allow_empty=allow_empty)
    for note in report.notes:
        display.notice(note)
    checking.report_unresolved(report, found, display)
    write(report, wanted, source.verbosity, full=source.full)
    return checking.code_of(report, chosen)
