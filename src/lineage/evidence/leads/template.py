"""Leads from chat templates: whom the template says that the model is, before anybody speaks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from lineage.claims.files.documents import open_all, text_of
from lineage.claims.files.gguf_header import GgufHeader
from lineage.claims.files.wanted import wanted, wanted_named, wanted_where
from lineage.claims.interface import FileRequest
from lineage.core.claim import Lead, LeadKind
from lineage.core.record import ModelRecord
from lineage.evidence.leads.gguf import gguf_values
from lineage.evidence.leads.reader import LeadReader
from lineage.evidence.leads.words import family_words

_FILES = ("tokenizer_config.json", "chat_template.json")
_PLAIN = ("chat_template.jinja", "system")
_HEADS = GgufHeader()
_LONGEST = 200_000
_IDENTITY = re.compile(
    r"\b(?:You are|Your name is|I am|I'm)\s+(?:an? )?([A-Z][\w.+-]*(?:[ ][A-Z0-9][\w.+-]*){0,3})"
)
_NOT = re.compile(r"\bnot\b|\bnever\b|n't\b", re.IGNORECASE)


class TemplateLeads(LeadReader):
    """A stated identity is strong: fine-tunes keep their base's template unless they write one of
    their own."""

    name = "leads: chat template"
    kind = LeadKind.TEMPLATE

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        """The template's own file; the tokenizer's configuration is read already."""
        return (*_plain(record), *wanted_named(record, "chat_template.json"))

    def find(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Iterator[Lead]:
        """One lead for each name that a template gives the model."""
        for file, place, template in self._templates(record, documents):
            for match in _IDENTITY.finditer(template[:_LONGEST]):
                families = family_words(self._registry).of(match[1])
                before = re.split(r"[\"'\n]", template[max(0, match.start() - 20) : match.start()])
                if families and not _NOT.search(before[-1]):
                    excerpt = template[match.start() : match.end() + 60]
                    value = re.split(r"[\"'\\<\n]|(?<=\w)\. ", excerpt)[0]
                    yield self.lead(record, families, file, place, value, is_strong=True)

    def _templates(
        self, record: ModelRecord, documents: Mapping[str, bytes]
    ) -> Iterator[tuple[str, str, str]]:
        for opened in open_all(self.name, record, documents, wanted_named(record, *_FILES)):
            for content in opened.objects[:1]:
                for text in _texts(content.get("chat_template")):
                    yield opened.trace.file, "chat_template", text
        for request in _plain(record):
            if request.path in documents:
                yield request.path, "", documents[request.path].decode("utf-8", errors="replace")
        for request in _HEADS.wants(record):
            if request.path in documents:
                content = gguf_values(documents[request.path])
                yield (
                    request.path,
                    "tokenizer.chat_template",
                    text_of(content.get("tokenizer.chat_template")),
                )
        yield "api", "gguf.chat_template", text_of(record.gguf.get("chat_template"))
        tokenizer = record.config.get("tokenizer_config")
        if isinstance(tokenizer, Mapping):
            for text in _texts(tokenizer.get("chat_template")):
                yield "api", "tokenizer_config.chat_template", text


def _plain(record: ModelRecord) -> tuple[FileRequest, ...]:
    """The template at the root, and every further one in a folder."""
    return (
        *wanted(record, *_PLAIN),
        *wanted_where(record, lambda path: "/" in path and path.lower().endswith(".jinja")),
    )


def _texts(value: object) -> Iterator[str]:
    """A template, or a list of named ones."""
    if isinstance(value, str):
        yield value
    for one in value[:8] if isinstance(value, list) else ():
        if isinstance(one, Mapping):
            yield text_of(one.get("template"))
