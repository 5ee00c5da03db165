"""Base models in Ollama Modelfiles: the `FROM` line, and the `ADAPTER` beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from lineage.claims.files.documents import bounded, decoded
from lineage.claims.files.wanted import wanted_where
from lineage.claims.interface import FileRequest, Reading
from lineage.claims.names.ollama_names import BLOB, ollama_claims
from lineage.claims.trace import Trace
from lineage.core.claim import Claim, Observation, ObservationKind
from lineage.core.ollama import parse_ollama
from lineage.core.record import ModelRecord
from lineage.core.relation import Grade, Relation

_LINE = re.compile(r"\s{0,20}(FROM|ADAPTER)\s{1,20}(\S[^\r\n]{0,400})", re.IGNORECASE)


_HUB = re.compile(r"(?:https?://)?(?:hf\.co|huggingface\.co)/", re.IGNORECASE)


class Modelfile:
    """Reads `Modelfile` in any folder, or a file that is called so with more behind it."""

    name = "Modelfile"

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        """Every Modelfile."""
        return wanted_where(record, _is_modelfile)

    def read(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Reading:
        """A claim for each `FROM` and `ADAPTER` line; a file of the repo itself is none. A file
        without a `FROM` line is no Modelfile that Ollama takes: it counts as not read."""
        claims: list[Claim] = []
        noticed: list[Observation] = []
        for request in self.wants(record):
            if (content := documents.get(request.path)) is None:
                continue
            trace = Trace(record, self.name, request.path, Grade.EMBEDDED)
            found = [
                (number, match)
                for number, line in _instructions(decoded(content))
                if (match := _LINE.match(line))
            ]
            claims += _claims(found, trace)
            if not any(match[1].upper() == "FROM" for _, match in found):
                noticed.append(trace.observe(ObservationKind.UNREADABLE, "", "no FROM line in it"))
        return bounded(record, self.name, claims, noticed)


def _is_modelfile(path: str) -> bool:
    name = path.rpartition("/")[2].lower()
    return (
        name in ("modelfile", "ollamafile")
        or name.endswith((".modelfile", "_modelfile", "-modelfile"))
        or (name.startswith(("modelfile.", "modelfile_", "modelfile-")) and "/" not in name)
    )


def _claims(found: Sequence[tuple[int, re.Match[str]]], trace: Trace) -> Iterator[Claim]:
    adapted = any(match[1].upper() == "ADAPTER" for _, match in found)
    for number, match in found[:20]:
        value = match[2].strip().strip("\"'")
        if not _is_own_file(value, trace.record):
            # FROM alone adds a prompt and parameters to the same weights, or names what a tool
            # converted: it does not say which.
            relation = Relation.ADAPTER if adapted else Relation.UNKNOWN
            read = _from_line if match[1].upper() == "FROM" else _adapter_line
            yield from read(value, trace, f"line {number}", relation)


def _instructions(content: str) -> Iterator[tuple[int, str]]:
    """Lines outside of triple quotes: a prompt may begin a line with the word FROM."""
    quoted = False
    for number, line in enumerate(content.splitlines()[:10_000], 1):
        if not quoted:
            yield number, line
        quoted ^= line.count('"""') % 2 == 1


def _is_own_file(value: str, record: ModelRecord) -> bool:
    name = value.replace("\\", "/").removeprefix("./")
    if BLOB.search(name) and record.source.startswith("ollama"):
        return True  # what Ollama prints of a model names the blob in which its weights lie
    return name in (".", "") or any(
        entry.path == name or entry.path.endswith("/" + name) for entry in record.files or ()
    )


def _adapter_line(value: str, trace: Trace, location: str, relation: Relation) -> Iterator[Claim]:
    """Ollama takes a file or folder here, which people name as the repository that it came from."""
    for claim in trace.claims(value, location, relation):
        is_name = claim.parent and not _HUB.match(value)
        yield _as_guess(claim, value) if is_name else claim


def _as_guess(claim: Claim, value: str) -> Claim:
    return replace(claim, value=value, tentative=True, grade=Grade.INFERRED, confidence=0.5)


def _from_line(value: str, trace: Trace, location: str, relation: Relation) -> Iterator[Claim]:
    yield from ollama_claims(value, trace, location, relation)
    # `user/name` and names at other hosts may be the Hub's all the same.
    if (named := parse_ollama(value)) is not None and not named.hub_id and "/" in value:
        repo = f"{named.namespace}/{named.name}"
        yield from (
            _as_guess(claim, value)
            for claim in trace.claims(repo, location, relation, excerpt=value)
            if claim.parent and named.namespace != "library"
        )
