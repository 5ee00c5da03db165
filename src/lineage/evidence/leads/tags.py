"""Leads from tags: a family's name, or the model type of which the Hub makes a tag."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lineage.claims.files.documents import text_of
from lineage.core.claim import Lead, LeadKind
from lineage.core.record import ModelRecord
from lineage.evidence.leads.reader import LeadReader
from lineage.evidence.leads.tables import tables
from lineage.evidence.leads.words import family_words

_MOST = 200


class TagLeads(LeadReader):
    """Weak: anybody may set a tag, and many name what a model works with."""

    name = "leads: tags"
    kind = LeadKind.TAG

    def find(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Iterator[Lead]:
        """One lead for each tag; one with a prefix names no family by itself."""
        listed = record.card.get("tags")
        own = [text_of(tag) for tag in listed[:_MOST]] if isinstance(listed, list) else []
        for tag in dict.fromkeys((*record.tags[:_MOST], *own)):
            if not tag or ":" in tag:
                continue
            fit = tables(self._registry).of_type(tag)
            if fit is None and tables(self._registry).is_type(tag):
                continue  # a type that many lines share, such as `llama`
            families = fit.families if fit else family_words(self._registry).of(tag)
            # The Hub makes a tag of the configuration's type: no second kind of trace beside the
            # file.
            kind = LeadKind.CONFIG if fit else LeadKind.TAG
            if families:
                file = "README.md" if tag in own else "api"
                yield self.lead(record, families, file, "tags", tag, kind=kind)
