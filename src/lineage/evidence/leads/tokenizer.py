"""Leads from tokenizers: the pre-tokenizer of a GGUF header; number of words, class and origin in
the tokenizer's files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from lineage.claims.files.documents import decoded, mapping_of, open_all, text_of
from lineage.claims.files.gguf_header import GgufHeader
from lineage.claims.files.wanted import wanted, wanted_named
from lineage.claims.interface import FileRequest, Reading
from lineage.core.claim import Lead, LeadKind, ObservationKind
from lineage.core.record import ModelRecord
from lineage.evidence.leads.gguf import gguf_values
from lineage.evidence.leads.reader import LeadReader
from lineage.evidence.leads.tables import Fit, tables

_FILE = "tokenizer_config.json"
_ADDED = "added_tokens.json"
_GENERATION = "generation_config.json"
_WHOLE = "tokenizer.json"
_WHOLE_HEAD = 64_000
"""Bytes: the added tokens are in front of the vocabulary, which is megabytes."""
_HEADS = GgufHeader()
_FEWEST_WORDS = 10_000
_ADDED_ID = re.compile(r'"id"\s*:\s*(\d{1,8})\s*,\s*"content"')


class TokenizerLeads(LeadReader):
    """A tokenizer is a file that travels; so a lead, and a strong one only where its size is no
    common one."""

    name = "leads: tokenizer"
    kind = LeadKind.TOKENIZER

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        """The tokenizer's configuration in any folder; where the root has none, smaller files that
        tell its size as well."""
        named = wanted_named(record, _FILE)
        if any(request.path == _FILE for request in named):
            return named
        heads = (FileRequest(one.path, 0, _WHOLE_HEAD) for one in wanted(record, _WHOLE))
        return (*named, *wanted(record, _ADDED, _GENERATION), *heads)

    def read(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Reading:
        """The leads, and which of the small files could not be read."""
        reading = super().read(record, documents)
        if not record.status.is_known:
            return reading
        small = (one for one in self.wants(record) if one.path != _WHOLE)
        opened = open_all(self.name, record, documents, small)
        unread = (
            one for each in opened for one in each.trouble if one.kind is ObservationKind.UNREADABLE
        )
        return replace(reading, observations=tuple(unread))

    def find(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Iterator[Lead]:
        """By pre-tokenizer, by number of words, by class, by the repository that it was loaded
        from."""
        fits = tables(self._registry)
        for request in _HEADS.wants(record):
            if request.path in documents:
                pre = text_of(gguf_values(documents[request.path]).get("tokenizer.ggml.pre"))
                found = fits.of_pre_tokenizer(pre) if pre else None
                yield from self._leads(record, found, request.path, "tokenizer.ggml.pre", pre)
        named = wanted_named(record, _FILE)
        for opened in open_all(self.name, record, documents, named):
            for content in opened.objects[:1]:
                yield from self._of_config(record, content, opened.trace.file)
        for place, file, words in _counted(documents):
            found = fits.of_vocabulary(words)
            yield from self._leads(record, found, file, place, f"{words} words")

    def _of_config(
        self, record: ModelRecord, content: Mapping[str, Any], file: str
    ) -> Iterator[Lead]:
        fits = tables(self._registry)
        words = _words(mapping_of(content.get("added_tokens_decoder")))
        found = fits.of_vocabulary(words) if words else None
        yield from self._leads(record, found, file, "added_tokens_decoder", f"{words} words")
        kind = text_of(content.get("tokenizer_class"))
        found = fits.of_class(kind) if kind else None
        yield from self._leads(record, found, file, "tokenizer_class", kind)
        origin = text_of(content.get("name_or_path"))
        family = self._registry.family_of(origin) if "/" in origin else None
        if family is not None and self._registry.is_listed(origin):
            families = (family.id,)
            yield self.lead(record, families, file, "name_or_path", origin, is_strong=True)

    def _leads(
        self, record: ModelRecord, fit: Fit | None, file: str, place: str, value: str
    ) -> Iterator[Lead]:
        if fit is not None:
            yield self.lead(record, fit.families, file, place, value, is_strong=fit.is_strong)


def _words(added: Mapping[str, Any]) -> int:
    """One more than the highest number of an added token: added tokens are at the end of a
    vocabulary."""
    return _enough(
        int(key)
        for key in list(added)[:5_000]
        if isinstance(key, str) and key.isascii() and key.isdigit() and len(key) < 9
    )


def _enough(numbers: Iterable[int]) -> int:
    highest = max(numbers, default=-1) + 1
    return highest if highest >= _FEWEST_WORDS else 0


def _counted(documents: Mapping[str, bytes]) -> Iterator[tuple[str, str, int]]:
    """Place, file and number of words that smaller files tell: never more than the vocabulary
    has."""
    added = _object(documents.get(_ADDED))
    lines = [("added tokens", _ADDED, _enough(_numbers(added.values())))]
    ends = _object(documents.get(_GENERATION)).get("eos_token_id")
    lines.append(("eos_token_id", _GENERATION, _enough(_numbers(_listed(ends)))))
    if _WHOLE in documents:
        head = decoded(documents[_WHOLE][:_WHOLE_HEAD])
        ids = (int(match[1]) for match in _ADDED_ID.finditer(head))
        lines.append(("added_tokens", _WHOLE, _enough(ids)))
    return ((place, file, words) for place, file, words in lines if words)


def _object(content: bytes | None) -> Mapping[str, Any]:
    """A JSON object; of anything else nothing can be counted."""
    try:
        return mapping_of(json.loads(decoded(content))) if content is not None else {}
    except (ValueError, RecursionError):
        return {}


def _listed(value: object) -> Iterable[object]:
    return value if isinstance(value, list) else (value,)


def _numbers(values: Iterable[object]) -> Iterator[int]:
    for value in values:
        if isinstance(value, int) and 0 <= value < 10**8:
            yield value
