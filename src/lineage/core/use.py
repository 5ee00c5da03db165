"""One place in somebody's code where a model is used: what `check` finds and reports point at."""

from __future__ import annotations

from lineage.core.value import dataclass
from lineage.core.word import Word


class UseKind(Word):
    """What the name at that place can be looked up in."""

    HUB = "hub"
    LOCAL = "local"
    """A path on the machine that runs the code."""
    OTHER = "other"
    """A name in another registry or a storage address: Ollama's library, s3://, another hub."""
    UNRESOLVED = "unresolved"
    """A model is loaded here, and its name is known only when the code runs."""


class Certainty(Word):
    """How sure it is that the code at that place uses that model."""

    CERTAIN = "certain"
    """A literal, or a constant that is bound once, goes to
    something that is known to load models."""
    LIKELY = "likely"
    """A default, one of several values, or a key whose name says that it is a model."""
    POSSIBLE = "possible"
    """The text has the form of a model name and is where one
    would; nothing shows that it is loaded."""

    @property
    def rank(self) -> int:
        """0 for the surest."""
        return _RANKS[self]


_RANKS = {one: rank for rank, one in enumerate(Certainty)}


@dataclass(frozen=True)
class ModelUse:
    """A model named in one line of code."""

    file: str
    """Relative to the scanned folder, with forward slashes."""
    line: int
    """From 1; in a notebook the line of the .ipynb file itself."""
    column: int
    """From 1, in characters."""
    kind: UseKind
    model: str
    """Repo id, local path or foreign name as it will be looked up; empty for an unresolved use."""
    via: str
    """What loads it there: `AutoModel.from_pretrained`, `vllm serve`, `key base_model`."""
    certainty: Certainty
    revision: str | None = None
    """Where the code pins one."""
    expression: str = ""
    """As written (clipped), where that is not the name itself."""
    defined_at: str = ""
    """`file:line` of the literal, where it is elsewhere."""
    place: str = ""
    """`cell 3, line 2` in a notebook."""
    reason: str = ""
    """Why it is not a hub model, for kinds other than `hub`."""
    target: str = ""
    """Of a name elsewhere that can be audited: its id, such as `ollama:deepseek-r1:8b`."""
    if_found: bool = False
    """Only a word that other things share says that it is a model, as `model` does: it counts
    unless the Hub, asked for it, shows none."""

    @property
    def at(self) -> str:
        """`file:line`, as editors and terminals link it."""
        return f"{self.file}:{self.line}"

    @property
    def sort_key(self) -> tuple[str, int, int, str, int]:
        """Reading order of the code."""
        return (self.file, self.line, self.column, self.model, self.certainty.rank)
