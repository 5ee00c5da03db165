"""What the registry knows of a model family: its roots, its configurations, its tokenizer."""

from __future__ import annotations

from lineage.core.value import dataclass
from lineage.core.word import Word
from lineage.evidence.citation import Citation


@dataclass(frozen=True)
class Config:
    """Values of one repo's config.json as seen in a public copy; None where the copy does not hold
    them."""

    repo: str
    vocab_size: int | None = None
    hidden_size: int | None = None
    num_hidden_layers: int | None = None
    model_type: str | None = None
    architectures: tuple[str, ...] = ()

    @property
    def triple(self) -> tuple[int, int, int] | None:
        """Vocabulary, hidden size, layers: together they tell lines apart far better than any one
        of them."""
        if self.vocab_size is None or self.hidden_size is None or self.num_hidden_layers is None:
            return None
        return (self.vocab_size, self.hidden_size, self.num_hidden_layers)


class RootEvidenceKind(Word):
    """What is shown of the weights that a root started from."""

    FROM_SCRATCH = "from-scratch"
    DERIVED = "derived"
    """Its main weights started from other models', each named."""
    PART_DERIVED = "part-derived"
    """Parts of it are other models', each named; see `RootEvidence.main` for the rest."""
    NOT_SHOWN = "not-shown"
    """Nothing was read that tells: neither its own nor another's."""


@dataclass(frozen=True)
class RootBase:
    """A model whose weights went into a root, or that taught it."""

    repo: str
    relation: str
    component: str | None = None
    confidence: float | None = None
    """Below 1 where the source is not the developer, or does not name the exact repository."""


@dataclass(frozen=True)
class RootEvidence:
    """What cited sources say of the weights that one listed root started from."""

    kind: RootEvidenceKind
    strength: str = ""
    """`cited` (its developer's own page, card or paper) or `supported` (a third party's list, table
    or report)."""
    statement: str = ""
    """What the sources say, in our words."""
    citations: tuple[Citation, ...] = ()
    tried: str = ""
    """What was looked at, where nothing is shown."""
    bases: tuple[RootBase, ...] = ()
    main: str = ""
    """Of a part-derived root: `from-scratch` where the main weights are stated to be, else
    `not-shown`."""

    @property
    def shows_origin(self) -> bool:
        """Whether cited sources tell what the weights started from: nothing, or exact models."""
        whole = any(base.component is None and base.relation != "distilled" for base in self.bases)
        return bool(self.citations) and (self.shows_foundation or whole)

    @property
    def shows_foundation(self) -> bool:
        """Whether its main weights are shown, with citations, to have been trained from scratch:
        nothing more is under them."""
        own = self.kind is RootEvidenceKind.FROM_SCRATCH or (
            self.kind is RootEvidenceKind.PART_DERIVED and self.main == "from-scratch"
        )
        return own and bool(self.citations)


@dataclass(frozen=True)
class Family:
    """Foundation models of one developer that share a name and a design."""

    id: str
    name: str
    developer: str
    """Registry id."""
    roots: tuple[str, ...]
    derived_from: str | None = None
    """Registry id of the family whose weights most of it started from: a note for readers. Each
    root's own evidence decides."""
    own_namespaces_only: bool = False
    """Its names are too generic to mean it outside its developer's and the mirrors' namespaces."""
    architectures: tuple[str, ...] = ()
    model_types: tuple[str, ...] = ()
    vocab_sizes: tuple[int, ...] = ()
    hidden_sizes: tuple[int, ...] = ()
    tokenizer_classes: tuple[str, ...] = ()
    gguf_architectures: tuple[str, ...] = ()
    """What llama.cpp writes as `general.architecture`; many families share one."""
    configs: tuple[Config, ...] = ()
    released: str | None = None
    note: str = ""
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True)
class Prehash:
    """One tokenizer as llama.cpp's converter recognises it: a hash of what it makes of a fixed
    text."""

    hash: str
    pre_tokenizer: str
    """The string in a GGUF file's `tokenizer.ggml.pre`."""
    families: tuple[str, ...]
    """Registry ids. Several families may share a tokenizer; it never identifies weights."""
    note: str = ""
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True)
class StatedBase:
    """A cited statement that one exact repo has a base or a teacher which its card does not
    name."""

    child: str
    parent: str
    relation: str
    note: str
    citations: tuple[Citation, ...]
    confidence: float | None = None
    """Below 1 where the source is not the developer itself; None where it is."""
    component: str | None = None
    disputed_by: str = ""
    """Who contradicts the statement, and how; empty where nobody does."""


@dataclass(frozen=True)
class DataTeachers:
    """Which models wrote the answers of a data set, by a cited source."""

    data_set: str
    models: tuple[str, ...]
    """On the Hub; empty where the answers came from elsewhere."""
    closed: tuple[str, ...]
    """Behind an address only."""
    confidence: float
    is_disputed: bool
    note: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True)
class RemovalClaim:
    """A maker's statement that refusals or censorship were removed from an exact repo: a claim, not
    a result."""

    repo: str
    text: str
    citations: tuple[Citation, ...]
