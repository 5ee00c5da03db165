"""Leads from code: repositories that the card's fences or the repo's own programs load."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lineage.claims.card.body import card_bodies
from lineage.core.claim import Lead, LeadKind
from lineage.core.record import ModelRecord
from lineage.evidence.leads.reader import LeadReader

_LOAD = re.compile(
    r"\b(?:from_pretrained|pipeline|LLM|snapshot_download|hf_hub_download|load|"
    r"SentenceTransformer)\(\s*(?:[\w-]+\s*,\s*)?"
    r"(?:\w+\s*=\s*)?[\"']([A-Za-z0-9][\w.-]{0,95}/[\w.-]{1,95})[\"']"
)
_ASSIGNED = re.compile(
    r"(?<![A-Za-z])(?:base_model|base_model_id|base_model_name|base_model_path|"
    r"_?(?:model_)?name_or_path|base_model_name_or_path)"
    r"[\"']?\s*[=:]\s*[\"']([A-Za-z0-9][\w.-]{0,95}/[\w.-]{1,95})[\"']"
)
_OF_BASE = re.compile(r"base_model|_name_or_path", re.IGNORECASE)
_MOST_CODE = 200_000


class CodeLeads(LeadReader):
    """Weak: an example may load several models, and a tokenizer of another."""

    name = "leads: code"
    kind = LeadKind.CODE

    def find(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Iterator[Lead]:
        """One lead for each repo of a known family that is loaded and is not the model itself."""
        for path, _, fences in card_bodies(record, documents):
            for fence in fences:
                yield from self._in(record, path, f"line {fence.line}", fence.text)
        for path, content in documents.items():
            if path.endswith(".py"):
                text = content[:_MOST_CODE].decode("utf-8", errors="replace")
                yield from self._in(record, path, "code", text)

    def _in(self, record: ModelRecord, path: str, place: str, text: str) -> Iterator[Lead]:
        for pattern in (_LOAD, _ASSIGNED):
            for match in pattern.finditer(text):
                family = self._registry.family_of(match[1])
                if family is not None and match[1].casefold() != record.id.casefold():
                    # What code calls its base model is meant as one; what an example loads may be
                    # anything.
                    says_base = pattern is _ASSIGNED and _OF_BASE.match(match[0]) is not None
                    is_strong = says_base and self._registry.is_listed(match[1])
                    yield self.lead(
                        record, (family.id,), path, place, match[1], is_strong=is_strong
                    )
