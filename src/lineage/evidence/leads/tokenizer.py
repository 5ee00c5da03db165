"""Leads from tokenizers: the pre-tokenizer of a GGUF header, the number of words and the class in tokenizer_config.json."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lineage.claims.files.documents import mapping_of, open_all, text_of
from lineage.claims.files.gguf_header import GgufHeader
from lineage.claims.files.wanted import wanted
from lineage.claims.interface import FileRequest
from lineage.core.claim import Lead, LeadKind
from lineage.core.record import ModelRecord
from lineage.evidence.leads.gguf import gguf_values
from lineage.evidence.leads.reader import LeadReader
from lineage.evidence.leads.tables import Fit, tables

_FILE = "tokenizer_config.json"
_HEADS = GgufHeader()
_FEWEST_WORDS = 10_000


class TokenizerLeads(LeadReader):
    """A tokenizer is a file that travels; so a lead, and a strong one only where its size is no common one."""

    name = "leads: tokenizer"
    kind = LeadKind.TOKENIZER

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        """The tokenizer's configuration; the vocabulary itself is megabytes."""
        return wanted(record, _FILE)

    def find(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Iterator[Lead]:
        """By pre-tokenizer, by number of words, by class."""
        fits = tables(self._registry)
        for request in _HEADS.wants(record):
            if request.path in documents:
                pre = text_of(gguf_values(documents[request.path]).get("tokenizer.ggml.pre"))
                found = fits.of_pre_tokenizer(pre) if pre else None
                yield from self._leads(record, found, request.path, "tokenizer.ggml.pre", pre)
        for opened in open_all(self.name, record, documents, self.wants(record)):
            for held in opened.objects[:1]:
                words = _words(held)
                found = fits.of_vocabulary(words) if words else None
                place = "added_tokens_decoder"
                yield from self._leads(record, found, _FILE, place, f"{words} words")
                kind = text_of(held.get("tokenizer_class"))
                found = fits.of_class(kind) if kind else None
                yield from self._leads(record, found, _FILE, "tokenizer_class", kind)

    def _leads(
        self, record: ModelRecord, fit: Fit | None, file: str, place: str, value: str
    ) -> Iterator[Lead]:
        if fit is not None:
            yield self.lead(record, fit.families, file, place, value, is_strong=fit.is_strong)


def _words(held: Mapping[str, Any]) -> int:
    """One more than the highest number of an added token: added tokens stand at the end of a vocabulary."""
    numbers = [
        int(key)
        for key in list(mapping_of(held.get("added_tokens_decoder")))[:5_000]
        if isinstance(key, str) and key.isascii() and key.isdigit() and len(key) < 9
    ]
    highest = max(numbers, default=-1) + 1
    return highest if highest >= _FEWEST_WORDS else 0
