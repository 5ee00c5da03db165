"""Leads from the names of a repository's own model code: `modeling_qwen.py` beside another type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lineage.core.claim import Lead, LeadKind
from lineage.core.pattern import late
from lineage.core.record import ModelRecord
from lineage.evidence.leads.reader import LeadReader
from lineage.evidence.leads.tables import tables

_CODE = late(
    r"(?:.*/)?(?:modeling|configuration|tokenization|(?:image_)?processing)_(\w{2,60}?)(?:_fast)?\.py"
)
_MOST = 40


class CodeFileLeads(LeadReader):
    """As strong as the model type by which transformers names such files. The configuration may be
    rewritten in a minute; the code that loads the weights keeps the name of the line it was written
    for."""

    name = "leads: code files"
    kind = LeadKind.CONFIG

    def find(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Iterator[Lead]:
        """One lead for each name that is the type of few lines."""
        found = (match for entry in record.files or () if (match := _CODE.fullmatch(entry.path)))
        paths = {match[1].casefold(): match[0] for match in found}
        for name in sorted(paths)[:_MOST]:
            fit = tables(self._registry).of_type(name)
            if fit is not None:
                path = paths[name]
                yield self.lead(
                    record, fit.families, path, "file name", name, is_strong=fit.is_strong
                )
