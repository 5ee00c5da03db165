"""The only place where errors become exit codes."""

from __future__ import annotations

import os
import sys
import traceback

import click

from lineage.core.errors import CannotRunError, DataError, LineageError, PolicyError, ReadError, UsageError
from lineage.policy.finding import Verdict

PASSED = 0
FAILED = 1
USAGE = 2
INCONCLUSIVE = 3
CANNOT_RUN = 4
INTERNAL = 70
INTERRUPTED = 130

# What each code tells a pipeline; the reference is made from it.
MEANINGS: dict[int, str] = {
    PASSED: "The verdict is `pass`, or `review` unless `--fail-on review` or the policy's `fail-on` says otherwise.",
    FAILED: "The policy failed: some model has an unwaived finding at the level of `fail-on` or above, or the lock differs.",
    USAGE: "Wrong usage, or a policy, lock, snapshot or input file that says something which is not allowed.",
    INCONCLUSIVE: "Something that the policy needs could not be established, or `lineage check` found no model.",
    CANNOT_RUN: "Nothing could be looked up at all: no network and no snapshot, no access, a file that cannot be written.",
    INTERNAL: "Internal error: a bug in lineage. No crash ever ends as 1.",
    INTERRUPTED: "Interrupted, such as by Ctrl-C.",
}

_CODES: tuple[tuple[type[LineageError], int], ...] = (
    (UsageError, USAGE),
    (PolicyError, USAGE),
    (DataError, USAGE),
    (CannotRunError, CANNOT_RUN),
    (ReadError, CANNOT_RUN),
)


def code_for(verdict: Verdict, *, fail_on_review: bool = False) -> int:
    """The exit code that says the verdict to a pipeline."""
    if verdict is Verdict.FAIL or (verdict is Verdict.REVIEW and fail_on_review):
        return FAILED
    return INCONCLUSIVE if verdict is Verdict.INCONCLUSIVE else PASSED


def run(command: click.Command) -> int:
    """Run a click command to its exit code; no exception, expected or not, gets past here."""
    try:
        outcome = command.main(prog_name="lineage", standalone_mode=False)
        sys.stdout.flush()
        return outcome if isinstance(outcome, int) else PASSED
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as problem:
        problem.show()
        return problem.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader (`| head`) went away; nothing is wrong. Python would complain once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PASSED
    except LineageError as problem:
        click.echo(f"Error: {problem.message}", err=True)
        if problem.next_step:
            click.echo(f"  {problem.next_step}", err=True)
        return next((code for kind, code in _CODES if isinstance(problem, kind)), CANNOT_RUN)
    except Exception as crash:
        if os.environ.get("LINEAGE_DEBUG"):
            traceback.print_exc()
        click.echo(f"Internal error: {type(crash).__name__}: {crash}", err=True)
        click.echo("  This is a bug in lineage. Run again with LINEAGE_DEBUG=1 and report what it prints.", err=True)
        return INTERNAL
