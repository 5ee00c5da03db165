"""Spellings of a model's name that are not the Hub's: Ollama's, ModelScope's cache, flattened
folders, plain words."""

from __future__ import annotations

import re

from lineage.claims.names.known_names import exact_repo
from lineage.core.pattern import late
from lineage.core.ref import is_repo_id

_DIGITS = late(r"(?<=\d)_(?=\d)")
_FLAT = late(r"([A-Za-z0-9][A-Za-z0-9_.-]{0,60}?)--([A-Za-z0-9][\w.-]{1,95})\Z")
_OLLAMA = late(
    r"(?:library/)?(?P<name>[a-z][a-z0-9.-]{1,40}):(?P<tag>[a-z0-9][\w.-]{0,60})\Z", re.IGNORECASE
)
_OLLAMA_SIZE = late(r"(?:e?\d+(?:\.\d+)?x)?e?\d+(?:\.\d+)?[bm](?![A-Za-z0-9])", re.IGNORECASE)
_OLLAMA_BASE = late(r"(?:^|-)(?:base|text|pt)(?:-|$)", re.IGNORECASE)
_ENDINGS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        late(r"qwen2|codeqwen|llama-?3|smollm|granite|exaone|falcon3|phi-?3", re.IGNORECASE),
        "-Instruct",
    ),
    (late(r"gemma", re.IGNORECASE), "-it"),
    (late(r"llama-?2|yi", re.IGNORECASE), "-chat"),
)
"""What the Hub adds to the name of a family's chat model, which Ollama's plain tag means."""
_TOGETHER = late(
    r"(?:code)?qwen|qwq|internlm|smollm|smolvlm|falcon(?=3)|internvl|minicpm", re.IGNORECASE
)
_MAKERS = late(
    r"\A(?:the\s+|meta(?:\s+ai)?(?:['’]s)?\s+|google(?:['’]s)?\s+|alibaba(?:['’]s)?\s+|"
    r"microsoft(?:['’]s)?\s+|openai(?:['’]s)?\s+)+",
    re.IGNORECASE,
)
_WORDS = late(r"[A-Za-z][\w.-]{0,30}(?:[ \t]+[\w.-]{1,20}){1,7}\Z")
_MOST_WORDS = 8


def dotted(name: str) -> str:
    """ModelScope's cache writes `___` for a dot, and people write `_` for one: `Qwen2___5-7B`,
    `Qwen2_5-7B`."""
    return _DIGITS.sub(".", name.replace("___", "."))


def unflattened(name: str) -> str | None:
    """The repo of a folder such as `unsloth--Llama-3.2-3B`."""
    found = _FLAT.match(name)
    repo = f"{found[1]}/{found[2]}" if found else ""
    return repo if found and is_repo_id(repo) else None


def from_ollama(text: str) -> str | None:
    """The repo that an Ollama name most likely means; None where the tag tells no size."""
    found = _OLLAMA.match(text)
    size = _OLLAMA_SIZE.search(found["tag"]) if found else None
    if not found or not size:
        return None
    bare = f"{found['name']}-{size[0].upper()}"
    ending = next((end for family, end in _ENDINGS if family.match(bare)), "")
    return exact_repo(bare if _OLLAMA_BASE.search(found["tag"]) else bare + ending)


def is_ollama(text: str) -> bool:
    """Whether a text has the form of an Ollama name, `qwen2.5:7b`."""
    return ":" in text and bool(_OLLAMA.match(text))


def from_words(text: str) -> str | None:
    """The repo that `Qwen 2.5 7B Instruct` spells; None where no size or version makes it one
    model."""
    plain = _MAKERS.sub("", text.strip())
    if not _WORDS.match(plain):
        return None
    parts = plain.split()[:_MOST_WORDS]
    if _TOGETHER.match(f"{parts[0]}{parts[1]}") and parts[1][0].isdigit():
        parts[:2] = [parts[0] + parts[1]]
    return exact_repo("-".join(parts))
