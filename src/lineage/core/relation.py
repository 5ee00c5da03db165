"""How a child descends from its base model, and how strong one statement of it is."""

from __future__ import annotations

from lineage.core.word import Word


class Relation(Word):
    """What was done to the base model. The first four are spelled as the Hub spells them."""

    FINETUNE = "finetune"
    ADAPTER = "adapter"
    QUANTIZED = "quantized"
    MERGE = "merge"
    DISTILLED = "distilled"
    """The parent is a teacher: its outputs, not its weights, went into the child."""
    CONVERSION = "conversion"
    """Another file format or precision of the same weights, nothing trained."""
    SAME_WEIGHTS = "same-weights"
    """The very same files, as their digests show; which of the two was first is not told."""
    UNKNOWN = "unknown"

    @property
    def carries_weights(self) -> bool:
        """Whether the child holds weights of the parent; a teacher gives outputs only."""
        return self is not Relation.DISTILLED

    @property
    def may_copy(self) -> bool:
        """Whether the child may behave as the parent does: nothing was
        trained, or nobody says what was done."""
        return self in (
            Relation.QUANTIZED,
            Relation.CONVERSION,
            Relation.SAME_WEIGHTS,
            Relation.UNKNOWN,
        )


class Grade(Word):
    """How much a claim can bear, strongest first: who says it,
    and whether a tool or a person wrote it."""

    DECLARED = "declared"
    """Card metadata or the Hub's own tags: the publisher's formal statement."""
    EMBEDDED = "embedded"
    """A file that a tool wrote while making the model."""
    STATED = "stated"
    """Prose of the card, or a cited statement of the registry."""
    INFERRED = "inferred"
    """A name, a configuration or a fingerprint: a lead with a confidence, never a statement."""

    @property
    def rank(self) -> int:
        """0 for the strongest grade, 3 for the weakest."""
        return list(Grade).index(self)
