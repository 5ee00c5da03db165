"""Models that the repository's own Python files and scripts load: what runs when the model is used,
or made it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from lineage.claims.files.documents import bounded, decoded
from lineage.claims.files.wanted import spread
from lineage.claims.interface import FileRequest, Reading
from lineage.claims.names.parent_name import clean_id
from lineage.claims.trace import Trace
from lineage.core.claim import Claim
from lineage.core.record import FileEntry, ModelRecord
from lineage.core.relation import Grade, Relation

_LARGEST = 100_000
_MOST_FILES = 3
_CERTAINTY = 0.4
COMPONENT = "loaded_by_code"
_TEXT = r"[rbuf]?[\"']([A-Za-z0-9_][\w.-]{0,95}/[A-Za-z0-9_][\w.-]{0,95})[\"']"
_LOADS = re.compile(
    rf"(\w{{0,60}})\.from_pretrained\(\s{{0,80}}(?:\w{{1,40}}\s{{0,3}}=\s{{0,3}})?{_TEXT}"
)
_CALLS = re.compile(
    r"\b(?:snapshot_download|LLM|SentenceTransformer|AutoModel\w{0,40}|hf_hub_download|"
    r"load_model|from_hub)"
    rf"\(\s{{0,80}}(?:(?:repo_id|model|model_name|model_id|model_name_or_path)"
    rf"\s{{0,3}}=\s{{0,3}})?{_TEXT}"
)
_NAMES = re.compile(
    r"^\s{0,12}(?:self\.)?(?:[A-Z_a-z]{0,30}(?:base|pretrained|model|llm|backbone|vlm|"
    r"encoder)[A-Z_a-z]{0,30})"
    rf"\s{{0,3}}(?::\s{{0,3}}\w{{1,20}}\s{{0,3}})?=\s{{0,3}}{_TEXT}",
    re.MULTILINE | re.IGNORECASE,
)
_FLAGS = re.compile(
    r"--(?:[a-z]{0,20}[_-])?(?:model|base[_-]model|pretrained|model[_-](?:name|id|path|"
    r"name[_-]or[_-]path))[= ]"
    r"{1,4}[\"']?([A-Za-z0-9_][\w.-]{0,95}/[A-Za-z0-9_][\w.-]{0,95})",
)
_TELLING = ("infer", "handler", "pipeline", "model", "run", "demo", "app", "train", "load", "main")


class LoadingCode:
    """Reads a few small Python files, last of all and only where there is room: code is no record
    of an origin.

    What it finds is kept only where such a model exists, and as something loaded beside the model,
    not as its base.
    """

    name = "code"

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        """At most three small files, those first whose names speak of running or training."""
        entries = [
            entry
            for entry in record.files or ()
            if entry.path.endswith((".py", ".sh")) and 0 < (entry.size or 0) <= _LARGEST
        ]
        telling = sorted(spread(entries), key=lambda entry: not _tells(entry))
        return tuple(FileRequest(entry.path, is_optional=True) for entry in telling[:_MOST_FILES])

    def read(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Reading:
        """A guess for each name that is loaded; the files' examples and comments are left out."""
        claims: list[Claim] = []
        for request in self.wants(record):
            content = documents.get(request.path)
            if content is not None:
                trace = Trace(record, self.name, request.path, Grade.EMBEDDED)
                claims += _claims(_running(decoded(content)), trace)
        return bounded(record, self.name, claims, ())


def _tells(entry: FileEntry) -> bool:
    name = entry.path.rpartition("/")[2].lower()
    return any(word in name for word in _TELLING)


def _running(text: str) -> str:
    """The text without comments and without what is in triple quotes, line by line so that
    lines keep their numbers."""
    kept: list[str] = []
    quote = ""
    for line in text.splitlines():
        shown, at = "", 0
        while at < len(line):
            if quote:
                end = line.find(quote, at)
                if end < 0:
                    break
                at, quote = end + 3, ""
                continue
            start = min(
                (place for mark in ('"""', "'''") if (place := line.find(mark, at)) >= 0),
                default=-1,
            )
            if start < 0:
                shown += line[at:]
                break
            shown, quote, at = shown + line[at:start], line[start : start + 3], start + 3
        kept.append("" if shown.lstrip().startswith(("#", ">>>", "...")) else shown)
    return "\n".join(kept)


def _claims(text: str, trace: Trace) -> Iterator[Claim]:
    found = [
        *((match.start(2), match[2], match[1]) for match in _LOADS.finditer(text)),
        *((match.start(1), match[1], "") for match in _CALLS.finditer(text)),
        *((match.start(1), match[1], "") for match in _NAMES.finditer(text)),
        *((match.start(1), match[1], "") for match in _FLAGS.finditer(text)),
    ]
    seen: set[str] = set()
    for at, value, loader in sorted(found):
        repo = clean_id(value)
        if repo is None or repo.lower() in seen or "tokenizer" in loader.lower():
            continue
        seen.add(repo.lower())
        line = text.count("\n", 0, at) + 1
        for claim in trace.claims(value, f"line {line}", Relation.UNKNOWN, component=COMPONENT):
            if claim.parent:
                yield replace(claim, tentative=True, grade=Grade.INFERRED, confidence=_CERTAINTY)
