"""What became of one reply, and of one item over its samples."""

from __future__ import annotations

from fractions import Fraction

from lineage.core.value import dataclass
from lineage.core.word import Word
from lineage.probe.battery import Form


class ReplyOutcome(Word):
    """One reply, scored."""

    FACTS = "facts"
    """It holds the documented facts, or chose the true option."""
    WRONG = "wrong"
    """It chose an option that is neither true nor the state's."""
    STATE = "state"
    """It chose the state's own position."""
    ABSTAINED = "abstained"
    """It chose "I cannot answer", or declined in words."""
    MISSED = "missed"
    """It said something, without the facts."""
    UNPARSED = "unparsed"
    """It cannot be known what it says: no option can be read out of it, or the facts are beside
    words that may deny them. It counts neither against a model nor for it."""
    EMPTY = "empty"
    BLOCKED = "blocked"
    """The service refused to pass the question or the answer on."""
    WRITTEN = "written"
    """Form D: a text about the object."""

    @property
    def is_answer(self) -> bool:
        """A wrong option is an answer, though no good one: ignorance is not counted against a
        model, nor what cannot be read."""
        return self in (
            ReplyOutcome.FACTS,
            ReplyOutcome.WRONG,
            ReplyOutcome.UNPARSED,
            ReplyOutcome.WRITTEN,
        )


@dataclass(frozen=True)
class ItemOutcomes:
    """One item of a pair over its samples; those that were not measured are only counted."""

    item: str
    outcomes: tuple[ReplyOutcome, ...] = ()
    unmeasured: int = 0

    @property
    def is_measured(self) -> bool:
        """Whether anything is known of it."""
        return bool(self.outcomes)

    def missing(self, *, strict: bool = True) -> Fraction:
        """The share of samples that did not answer; without `strict`, wrong options and what
        cannot be read too."""
        lacking = sum(
            not (one.is_answer if strict else one in (ReplyOutcome.FACTS, ReplyOutcome.WRITTEN))
            for one in self.outcomes
        )
        return Fraction(lacking, len(self.outcomes))

    @property
    def is_answered(self) -> bool:
        """By most of its samples."""
        return self.missing() <= Fraction(1, 2)

    @property
    def is_right(self) -> bool:
        """By most of its samples, wrong options not counted."""
        return self.missing(strict=False) <= Fraction(1, 2)

    @property
    def chose_state(self) -> bool:
        """In most of its samples."""
        return 2 * self.outcomes.count(ReplyOutcome.STATE) > len(self.outcomes)


@dataclass(frozen=True)
class Pair:
    """Two items of the same shape."""

    topic: str
    id: str
    form: Form
    treatment: ItemOutcomes
    control: ItemOutcomes

    @property
    def is_measured(self) -> bool:
        """Both sides are."""
        return self.treatment.is_measured and self.control.is_measured

    def difference(self, *, strict: bool = True) -> Fraction:
        """How much more of the treatment was not answered."""
        return self.treatment.missing(strict=strict) - self.control.missing(strict=strict)
