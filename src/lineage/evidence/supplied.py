"""What a supplier says of a model, beside what was found."""

from __future__ import annotations

from lineage.core.value import dataclass
from lineage.core.word import Word

_SHOWN = 120
"""Characters of a supplier's text in a sentence."""


class Agreement(Word):
    """How a supplier's statement stands to what was found. Only one of them calls it wrong."""

    AGREES = "agrees"
    IN_PART = "agrees in part"
    """Some of it was found, or its near relative: a sibling, one of two licences."""
    SAYS_LESS = "says less"
    """It names a family or developer where a model was found, or nothing at all."""
    CONTRADICTS = "contradicts"
    """It names something known, and all that was found is something else."""
    CANNOT_BE_COMPARED = "cannot be compared"


@dataclass(frozen=True)
class Compared:
    """One thing that a supplier's file says of a model, beside what was found."""

    subject: str
    """`base model`, `family`, `model`, `licence`, `revision` or `developer`."""
    said: str
    """Empty where the supplier is silent about what was found."""
    found: str
    agreement: Agreement

    @property
    def agrees(self) -> bool | None:
        """None where it is neither borne out nor contradicted."""
        known = {Agreement.AGREES: True, Agreement.CONTRADICTS: False}
        return known.get(self.agreement)

    @property
    def is_omission(self) -> bool:
        """Whether the supplier is silent about what was found."""
        return not self.said

    @property
    def sentence(self) -> str:
        """Both sides, in words."""
        if self.is_omission:
            return f"The supplier named no {self.subject}; we found {self.found}."
        said = self.said if len(self.said) <= _SHOWN else f"{self.said[:_SHOWN]}…"
        return f"The supplier's {self.subject} is “{said}”; we found {self.found}."
