"""What the registry knows of a model family: its roots, its configurations, its tokenizer."""

from __future__ import annotations

from dataclasses import dataclass

from lineage.evidence.evidence import Citation


@dataclass(frozen=True)
class Config:
    """Values of one repo's config.json as seen in a public copy; None where the copy does not hold them."""

    repo: str
    vocab_size: int | None = None
    hidden_size: int | None = None
    num_hidden_layers: int | None = None
    model_type: str | None = None
    architectures: tuple[str, ...] = ()

    @property
    def triple(self) -> tuple[int, int, int] | None:
        """Vocabulary, hidden size, layers: together they tell lines apart far better than any one of them."""
        if self.vocab_size is None or self.hidden_size is None or self.num_hidden_layers is None:
            return None
        return (self.vocab_size, self.hidden_size, self.num_hidden_layers)


@dataclass(frozen=True)
class Family:
    """Foundation models of one developer that share a name and a design."""

    id: str
    name: str
    developer: str
    """Registry id."""
    roots: tuple[str, ...]
    derived_from: str | None = None
    """Registry id of the family whose weights it started from: no foundation of its own."""
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
    """One tokenizer as llama.cpp's converter recognises it: a hash of what it makes of a fixed text."""

    hash: str
    pre_tokenizer: str
    """The string in a GGUF file's `tokenizer.ggml.pre`."""
    reference_repo: str
    families: tuple[str, ...]
    """Registry ids. Several families may share a tokenizer; it never identifies weights."""
    note: str = ""
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True)
class StatedBase:
    """A cited statement that one exact repo has a base or a teacher which its card does not name."""

    child: str
    parent: str
    relation: str
    note: str
    citations: tuple[Citation, ...]
    confidence: float | None = None
    """Below 1 where the source is not the developer itself; None where it is."""
    component: str | None = None


@dataclass(frozen=True)
class RemovalClaim:
    """A maker's statement that refusals or censorship were removed from an exact repo: a claim, not a result."""

    repo: str
    text: str
    citations: tuple[Citation, ...]
