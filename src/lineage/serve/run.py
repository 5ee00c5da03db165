"""What a run is asked for, and how far it is."""

from __future__ import annotations

from lineage.core.value import dataclass
from lineage.core.word import Word
from lineage.report.document import TargetReport
from lineage.workflows.portfolio.row import InputRow


class State(Word):
    """How far a run is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        """Whether nothing will change any more."""
        return self not in (State.QUEUED, State.RUNNING)


@dataclass(frozen=True)
class Order:
    """What somebody asked for."""

    rows: tuple[InputRow, ...]
    policy: str
    """A name in the settings' policies."""
    title: str = ""
    by: str = ""
    """The name of the token; empty where none is needed."""
    has_pack: bool = False
    """Whether a pack is made of it: everything that was read is kept, so nothing is shared with
    other runs but the answers."""
    notes: tuple[str, ...] = ()
    """What a reader must know of how the list was read."""
    file_name: str = ""
    file: bytes = b""
    """The list as it was sent; goes into the pack."""
    model_column: str = ""


@dataclass(frozen=True)
class Run:
    """One run as it is kept, without its rows."""

    id: str
    created: float
    """Unix seconds; so are the others."""
    started: float | None
    finished: float | None
    state: State
    title: str
    policy: str
    by: str
    has_pack: bool
    rows: int
    done: int
    """Rows that are finished."""
    verdict: str
    """Of the whole run; empty until it is done."""
    problem: str
    """Why it failed, and what to do; empty otherwise."""
    fingerprint: str
    """SHA-256 of the pack's checksums; empty where there is no pack."""
    number: int = 0
    """Counts up; whatever clocks do, it tells which was asked for first."""
    attempt: int = 1
    """How often the rows were begun; one more each time that finished ones were forgotten."""


@dataclass(frozen=True)
class RowState:
    """One model of a run, as far as it is known."""

    number: int
    """From 0, in the order of the list."""
    target: str
    """As it was written."""
    model: str
    verdict: str
    """Empty until it is finished."""
    turn: int = 0
    """Its place in the order of finishing, from 1; 0 until it is finished."""


@dataclass(frozen=True)
class Row:
    """One finished model of a run."""

    number: int
    report: TargetReport
    answers: bool = False
    """Whether it may answer for others who name the model: everybody who was asked answered, and
    nothing but the name had a part in it."""


@dataclass(frozen=True)
class Asking:
    """How an order came in, beside what is asked for."""

    basis: str = ""
    """What the policy says and the data hold, as one hash."""
    key: str = ""
    """Idempotency-Key: the same order under the same key makes no second run."""
    digest: str = ""
    """Of what was sent under the key."""


@dataclass(frozen=True)
class Wanted:
    """What a list of runs is asked for; empty fields ask for everything."""

    state: str = ""
    verdict: str = ""
    policy: str = ""
    model: str = ""
