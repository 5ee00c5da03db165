"""All readers of leads."""

from __future__ import annotations

from lineage.claims.interface import ClaimReader
from lineage.evidence.leads.code import CodeLeads
from lineage.evidence.leads.config import ConfigLeads
from lineage.evidence.leads.licence import LicenceLeads
from lineage.evidence.leads.names import NameLeads
from lineage.evidence.leads.pipeline import PipelineLeads
from lineage.evidence.leads.prose import ProseLeads
from lineage.evidence.leads.tags import TagLeads
from lineage.evidence.leads.template import TemplateLeads
from lineage.evidence.leads.tokenizer import TokenizerLeads
from lineage.evidence.registry import Registry


def lead_readers(registry: Registry) -> tuple[ClaimReader, ...]:
    """One of each kind; they hold no state of any model."""
    return (
        ConfigLeads(registry),
        TokenizerLeads(registry),
        TemplateLeads(registry),
        LicenceLeads(registry),
        NameLeads(registry),
        TagLeads(registry),
        ProseLeads(registry),
        CodeLeads(registry),
        PipelineLeads(registry),
    )
