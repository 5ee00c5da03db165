"""Leads from licences: the name and link in the card, the heading of the licence's text, and the
line that it asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from lineage.claims.files.documents import text_of
from lineage.claims.interface import FileRequest
from lineage.claims.names.parent_name import clean_id
from lineage.core.claim import Lead, LeadKind
from lineage.core.pattern import late
from lineage.core.record import ModelRecord
from lineage.core.ref import is_repo_id
from lineage.evidence.leads.reader import LeadReader
from lineage.evidence.leads.words import family_words

_HEAD = 2_000
_NAMES = late(r"licen[cs]e(?:[-_ ]model)?(?:\.(?:txt|md))?", re.IGNORECASE)
_NOTICE = late(r"notices?(?:\.(?:txt|md))?", re.IGNORECASE)
_TITLE = late(
    r"\s*(.{2,60}?)\s+(?:RESEARCH |COMMUNITY |MODEL )*(?:LICEN[CS]E AGREEMENT|"
    r"LICEN[CS]E|TERMS OF USE)\W*",
    re.IGNORECASE,
)
_DUTY = late(r"\W*(?:built|created|improved) (?:with|using) ([\w .+-]{2,30})\W*", re.IGNORECASE)


class LicenceLeads(LeadReader):
    """A licence that one developer wrote for its own models binds whoever passes on models made
    from them."""

    name = "leads: licence"
    kind = LeadKind.LICENCE

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        """The head of one licence file at the root, and of one notice."""
        files = sorted(entry.path for entry in record.files or () if _NAMES.fullmatch(entry.path))
        notices = sorted(e.path for e in record.files or () if _NOTICE.fullmatch(e.path))
        return tuple(FileRequest(path, 0, _HEAD) for path in (*files[:1], *notices[:1]))

    def find(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Iterator[Lead]:
        """From the card, the licence file, and lines such as `Built with …`."""
        for key in ("license", "license_name"):
            value = record.card.get(key)
            for one in value[:5] if isinstance(value, list) else (value,):
                families = tuple(self._named(text_of(one)))
                if families:
                    # `license` is picked from the Hub's list, often at random; the other key is
                    # written by hand.
                    written = key == "license_name"
                    yield self.lead(
                        record, families, "README.md", key, text_of(one), is_strong=written
                    )
        yield from self._link(record)
        for request in self.wants(record):
            if request.path in documents:
                content = documents[request.path][:_HEAD]
                yield from self._text(record, request.path, content)
                if _NOTICE.fullmatch(request.path):
                    yield from self._notice(record, request.path, content)
        yield from self._duties(record, documents)

    def _duties(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Iterator[Lead]:
        if not documents:
            return
        from lineage.claims.card.body import card_bodies  # not cheap to import

        for path, blocks, _ in card_bodies(record, documents):
            for block in blocks:
                match = _DUTY.fullmatch(block.text[:80])
                families = family_words(self._registry).of(match[1]) if match else ()
                if families:
                    yield self.lead(
                        record, families, path, f"line {block.line}", block.text, is_strong=True
                    )

    def _notice(self, record: ModelRecord, path: str, content: bytes) -> Iterator[Lead]:
        """The same line in the notice that such licences ask for."""
        text = content.decode("utf-8", errors="replace")
        for number, line in enumerate(text.splitlines(), 1):
            for sentence in re.split(r"(?<=[.;])\s+", line[:400]):
                match = _DUTY.fullmatch(sentence)
                families = family_words(self._registry).of(match[1]) if match else ()
                if families:
                    place = f"line {number}"
                    yield self.lead(record, families, path, place, sentence, is_strong=True)

    def _named(self, name: str) -> Sequence[str]:
        return self._registry.licence_names().get(name.strip().casefold(), ())

    def _link(self, record: ModelRecord) -> Iterator[Lead]:
        link = text_of(record.card.get("license_link"))
        repo = clean_id(link) or ""
        if "://" not in link or not is_repo_id(repo) or repo.casefold() == record.id.casefold():
            return
        family = self._registry.family_of(repo)
        if family is not None:
            is_listed = self._registry.is_listed(repo)
            yield self.lead(
                record, (family.id,), "README.md", "license_link", link, is_strong=is_listed
            )

    def _text(self, record: ModelRecord, path: str, content: bytes) -> Iterator[Lead]:
        """Its first lines: further down every licence may name anybody."""
        lines = [
            line for line in content.decode("utf-8", errors="replace").splitlines() if line.strip()
        ]
        for line in lines[:3]:
            match = _TITLE.fullmatch(line[:120].strip("# *"))
            if match is None:
                continue
            slug = re.sub(r"\s+", "-", match[1].strip().casefold())
            families = tuple(self._named(slug)) or family_words(self._registry).of(
                re.sub(r"(?i)^meta[- ]", "", match[1]).title()
            )
            if families:
                yield self.lead(record, families, path, "title", line, is_strong=True)
