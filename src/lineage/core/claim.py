"""One statement, by one source, that a model has a base model; and what else a reader observed."""

from __future__ import annotations

from lineage.core.relation import Grade, Relation
from lineage.core.value import dataclass
from lineage.core.word import Word


@dataclass(frozen=True)
class Claim:
    """A statement that `child` has a base model. Claims that disagree are all kept."""

    child: str
    value: str
    """The parent exactly as written (clipped to 300 characters)."""
    parent: str | None
    """The repo id that `value` names, cleaned of URLs, quotes and
    revisions; None when it names no hub model."""
    relation: Relation
    grade: Grade
    source: str
    """The reader that found it, such as `card metadata`, `hub
    tags`, `adapter_config`, `registry`."""
    file: str
    """Where it is: a file of the repo, `api` for the hub's answer, or a citation's URL."""
    location: str
    """The key, or `line 12`."""
    excerpt: str = ""
    """At most 200 characters around it."""
    confidence: float | None = None
    """Between 0 and 1, for inferred claims and for stated ones that are less than certain."""
    component: str | None = None
    """`vision_encoder`, `text_encoder`, `draft_model`,
    `tokenizer` … where it is not the whole model."""
    parent_revision: str | None = None
    problem: str = ""
    """Why `parent` is None: `local path`, `dataset`,
    `placeholder`, `prose`, `self`, `unreadable` …"""
    tentative: bool = False
    """Kept only where the named parent really exists (a claim inferred from a name)."""
    written_as: Grade | None = None
    """Of an inferred claim: the grade of the statement whose words it
    reads; None for the statement itself."""

    @property
    def sort_key(self) -> tuple[int, str, str, str, str, bool, str, str, str, str]:
        """Strongest grade first, then an order in which two claims that say different things never
        tie.

        Where one place says both, weights come before a teacher: what is underneath must not be
        understated.
        """
        return (
            self.grade.rank,
            self.source,
            self.file,
            self.location,
            self.value,
            not self.relation.carries_weights,
            str(self.relation),
            self.parent or "",
            self.component or "",
            self.excerpt,
        )


class ObservationKind(Word):
    """What a reader may notice beside claims."""

    DUPLICATE_KEY = "duplicate-key"
    """A key is duplicated in the front matter; YAML keeps the last and hides the first."""
    UNREADABLE = "unreadable"
    """A file with information could not be parsed or was refused."""
    UNREACHED = "unreached"
    """A file that is listed could not be fetched this time, so that nobody knows what it says."""
    FROM_SCRATCH = "from-scratch"
    """The card says that the model was trained from scratch."""
    ARCHITECTURE = "architecture"
    """The architecture or model type that a file names."""
    REMOVAL_CLAIM = "removal-claim"
    """The card or name says that refusals or censorship were removed."""
    IDENTITY = "identity"
    """The card says that the model is, or comes from, somebody else than its namespace."""
    SAME_WEIGHTS = "same-weights"
    """A file with weights is another model's too, and nothing tells which of them has it from the
    other."""
    TRUNCATED = "truncated"
    """A bound was hit: more claims or bytes than are read."""
    UNREAD_TWIN = "unread-twin"
    """A list has the model at another place too, and what it declares there was not read."""


ANSWER = "api"
"""Stands as the file of what a server told of a model beside its files."""
NOTHING_READ = (ObservationKind.UNREADABLE, ObservationKind.UNREACHED)
"""What is said of a file of which nothing is known."""


@dataclass(frozen=True, order=True)
class Observation:
    """An observation of a reader that names no parent; rules may make findings of it."""

    kind: ObservationKind
    model: str
    file: str
    location: str
    text: str
    """One sentence or the value itself, clipped to 200 characters."""

    @property
    def is_gap(self) -> bool:
        """Whether it says that something was not read, or not whole."""
        return self.kind in (*NOTHING_READ, ObservationKind.TRUNCATED)


class LeadKind(Word):
    """What kind of trace points to a family. Each kind can be looked at, and counted, apart."""

    CONFIG = "config"
    """Model type, architecture and sizes of a configuration, or of a GGUF header."""
    TOKENIZER = "tokenizer"
    """Tokenizer class, vocabulary, hash or pre-tokenizer."""
    TEMPLATE = "chat-template"
    """Whom the chat template says that the model is."""
    LICENCE = "licence"
    """Licence name, link or text of the family's maker."""
    NAME = "name"
    """The model's own name, a file name, or a name inside a file."""
    TAG = "tag"
    PROSE = "prose"
    """A family named in the card where a base or a start of training is spoken of."""
    CODE = "code"
    """A model loaded by the card's or the repository's own code."""
    PIPELINE = "pipeline"
    """Classes and headers of diffusion and adapter files."""


@dataclass(frozen=True, order=True)
class Lead:
    """A trace that points to a model family and names no exact
    model: a question to answer, never a parent."""

    kind: LeadKind
    model: str
    families: tuple[str, ...]
    """Registry ids.

    More than one where the trace fits several: any of them in the lineage answers it.
    """
    file: str
    """A file of the repo, or `api` for the hub's answer."""
    location: str
    """The key or line."""
    value: str
    """The text there, clipped to 200 characters."""
    is_strong: bool = False
    """Whether it asks its question alone: sizes that one line has, a stated identity, a licence.

    A weak one needs another kind beside it.
    """
