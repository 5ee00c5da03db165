"""The only place where a run becomes an exit code; an error brings its own."""

from __future__ import annotations

import atexit
import os
import sys
from contextlib import suppress
from typing import NoReturn

import click

from lineage.core.errors import CANNOT_RUN, USAGE, LineageError
from lineage.policy.finding import Verdict
from lineage.report.printable import printable

PASSED = 0
FAILED = 1
INCONCLUSIVE = 3
INTERNAL = 70
INTERRUPTED = 130
CUT_OFF = 141
"""128 + SIGPIPE, as the shell tells it of every program: the reader of the output went away before
the answer was complete."""

# What each code tells a pipeline; the reference is made from it.
MEANINGS: dict[int, str] = {
    PASSED: (
        "The verdict is `pass`, or `review` unless `--fail-on review` or the policy's "
        "`fail-on` says otherwise."
    ),
    FAILED: (
        "The policy failed: some model has an unwaived finding at the level of `fail-on` "
        "or above, or the lock differs."
    ),
    USAGE: ("Wrong usage, or an invalid policy, lock, snapshot, data or input file."),
    INCONCLUSIVE: (
        "Something that the policy needs could not be established, or `lineage check` "
        "found no model."
    ),
    CANNOT_RUN: (
        "Nothing could be looked up at all: no network and no snapshot, no access, a file "
        "that cannot be written."
    ),
    INTERNAL: "Internal error: a bug in lineage. No crash ever ends as 1.",
    INTERRUPTED: "Interrupted, such as by Ctrl-C.",
    CUT_OFF: "The reader of a pipe went away before everything was written, such as `| head`.",
}


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
        with suppress(OSError):
            problem.show()
        return problem.exit_code
    except (click.Abort, KeyboardInterrupt):
        _tell("Interrupted.")
        return INTERRUPTED
    except (BrokenPipeError, SystemExit):
        # The reader (`| head`) went away. click makes that SystemExit(1), which would read as a
        # failed policy, and nothing else here raises one. It must not look like a pass either; a
        # report that was judged has its own code by then.
        silence_stdout()
        return CUT_OFF
    except LineageError as problem:
        _tell(f"Error: {problem.message}")
        if problem.next_step:
            _tell(f"  {problem.next_step}")
        return problem.exit_code
    except OSError as problem:
        silence_stdout()
        _tell(
            "Error: "
            f"{problem.strerror or problem}{f': {problem.filename}' if problem.filename else ''}."
        )
        return CANNOT_RUN
    except Exception as crash:
        if os.environ.get("LINEAGE_DEBUG"):
            import traceback

            traceback.print_exc()
        _tell(f"Internal error: {type(crash).__name__}: {crash}")
        _tell(
            "  This is a bug in lineage. Run again with LINEAGE_DEBUG=1 and report what it prints."
        )
        return INTERNAL


def _tell(line: str) -> None:
    """A line on stderr; where nobody can read it any more, the exit code alone must do."""
    with suppress(OSError):
        click.echo(printable(line, 2000), err=True)


def silence_stdout() -> None:
    """Send what is still buffered for stdout nowhere: Python would fail on it once more at exit,
    with a code of its own."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class Ending:
    """How the process ends: at once, when all that is to run at exit has run.

    Python would then take every module and value apart, which costs a short run a tenth of its
    time; the system takes them back anyway. Make it before anything else is registered to run at
    exit: then it runs last.
    """

    def __init__(self) -> None:
        self._code = INTERNAL
        atexit.register(self._now)

    def leave(self, code: int) -> NoReturn:
        """End. After an interrupt without waiting: a thread that waits for a name server cannot be
        called off."""
        self._code = code
        if code == INTERRUPTED:
            self._now()
        sys.exit(code)

    def _now(self) -> NoReturn:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
        os._exit(self._code)
