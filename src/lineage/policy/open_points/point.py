"""One thing that is not known of an audited model, and why."""

from __future__ import annotations

from lineage.core.value import dataclass
from lineage.core.word import Word
from lineage.policy.finding import Level, Waived
from lineage.policy.questions import Question


class Gap(Word):
    """Why something is not known."""

    NOT_READ = "not-read"
    """A model that could not be read, or of which only the name is known."""
    WITHHELD = "withheld"
    """Files behind an access agreement, or of a repository that the Hub disabled."""
    FILE = "file-not-read"
    """A card or trace file that was not read, or only in part."""
    TWIN = "twin-not-read"
    """A list has the model at another place too, and what it declares there was not read."""
    TRAIL_END = "trail-end"
    """A model that names no base and is not shown to be a foundation."""
    UNMATCHED = "unmatched-base"
    """A base is named, and the name could not be matched to a model."""
    LEAD = "undeclared-family"
    """A trace points to a family that the known lineage does not contain."""
    BOUND = "bound"
    """The walk stopped before the end."""
    WEAK = "weak-claim"
    """A step that rests only on claims below what the policy counts as known."""
    NO_HOME = "unknown-home"
    """A registered developer whose home is not established, or disputed."""
    UNKNOWN_DEVELOPER = "unknown-developer"
    """A teacher or a part by somebody whom the registry does not know."""
    UNKNOWN_TRAINER = "unknown-trainer"
    """A trainer whom the registry does not know: the usual case on a hub."""
    UNKNOWN_PUBLISHER = "unknown-publisher"
    """A namespace that is nobody's in the registry."""
    CODE = "code-not-read"
    """A file of the scanned code that was not read at all, and may name a model."""
    RUN_TIME = "name-at-run-time"
    """Code that loads a model whose name is known only when it runs."""
    FALLBACK = "fallback"
    """The Hub was wanted, and stored data answered."""


@dataclass(frozen=True)
class OpenPoint:
    """One thing that is not known, about one model, with what would close it."""

    gap: Gap
    model: str
    path: tuple[str, ...]
    """Ids from the audited model to `model`."""
    questions: frozenset[Question]
    message: str
    evidence: tuple[str, ...] = ()
    closes: str = ""
    """What would answer it, as one imperative sentence."""
    homes: tuple[str, ...] = ()
    """Of a disputed home: the countries that sources name."""
    is_news: bool = True
    """False where it matters only to whoever asks, such as the licence of a foundation that is
    shown by citation."""
    is_copy_line: bool = False
    """Whether the model is the audited one, or one that it may be a copy, conversion or
    quantization of."""


@dataclass(frozen=True)
class Open:
    """One open point, with the rules that cannot answer because of it."""

    point: OpenPoint
    rule: str
    """The rule under whose id it is reported and waived."""
    leaves_open: tuple[str, ...]
    """Rules, or ways of matching a requirement, that ask about it; the most serious first."""
    level: Level
    """The most serious level at which it is asked about; `off` where nobody asks."""
    most_serious: tuple[str, ...] = ()
    """Those of `leaves_open` that ask at that level."""
    waived: Waived | None = None
