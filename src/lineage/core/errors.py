"""Every error that lineage raises on purpose: it names the repo or file and offers a next step.

The contract of the library: whatever goes wrong in the world (a name, a file, a network, a policy)
is a `LineageError`, with the exit code that the command line ends with. A `TypeError` is a wrong
call. Anything else is a bug.
"""

from __future__ import annotations

from typing import ClassVar

USAGE = 2
CANNOT_RUN = 4


class LineageError(Exception):
    """What went wrong, and what the user can do next."""

    exit_code: ClassVar[int] = CANNOT_RUN
    """What the command line ends with."""

    def __init__(self, message: str, next_step: str = "") -> None:
        super().__init__(message)
        self.message = message
        """One sentence that names the repo or file."""
        self.next_step = next_step
        """What to do now, in one sentence; may be empty."""

    def __str__(self) -> str:
        return f"{self.message} {self.next_step}".strip()


class UsageError(LineageError):
    """The user asked for something that cannot be: a name that is
    no repo id, an unknown option value."""

    exit_code = USAGE


class InvalidRefError(UsageError):
    """A text that can be neither a repo id nor a path."""


class PolicyError(LineageError):
    """A policy, waiver or lock file that is missing, unreadable or says something not allowed."""

    exit_code = USAGE


class NoSuchPolicyError(PolicyError):
    """A pack or policy file that is not there."""


class DataError(LineageError):
    """A curated record, snapshot, index or cache file that does not hold what it must."""

    exit_code = USAGE


class CannotRunError(LineageError):
    """Nothing could be done at all: no network and no
    snapshot, no access, no permission to write."""


class ReadError(LineageError):
    """One file of one model could not be read; the model's other traces remain valid."""


class WithheldError(ReadError):
    """A file that this source does not show, as far as it says for good:
    access is refused, or it keeps no files.

    Any other ReadError means that the file is there and its content was not learnt this time.
    """
