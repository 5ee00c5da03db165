"""All readers of leads, in the order in which their files are asked for; each is imported where it
is needed."""

from __future__ import annotations

from lineage.claims.interface import ClaimReader
from lineage.evidence.registry import Registry


def name_readers(registry: Registry) -> tuple[ClaimReader, ...]:
    """Those of names, tags and licences: all that many records without files have."""
    from lineage.evidence.leads.names import NameLeads

    return _named(registry, NameLeads(registry))


def record_readers(registry: Registry) -> tuple[ClaimReader, ...]:
    """Those that find something in a record without any file."""
    return (*_configured(registry), *name_readers(registry))


def lead_readers(registry: Registry) -> tuple[ClaimReader, ...]:
    """One of each kind; they hold no state of any model."""
    from lineage.evidence.leads.code import CodeLeads
    from lineage.evidence.leads.code_files import CodeFileLeads
    from lineage.evidence.leads.file_names import FileNameLeads
    from lineage.evidence.leads.left_behind import LeftBehind
    from lineage.evidence.leads.pipeline import PipelineLeads
    from lineage.evidence.leads.prose import ProseLeads
    from lineage.evidence.leads.tokenizer import TokenizerLeads

    return (
        *_configured(registry),
        *_named(registry, FileNameLeads(registry)),
        TokenizerLeads(registry),
        ProseLeads(registry),
        CodeLeads(registry),
        CodeFileLeads(registry),
        PipelineLeads(registry),
        LeftBehind(registry),
    )


def _configured(registry: Registry) -> tuple[ClaimReader, ...]:
    from lineage.evidence.leads.config import ConfigLeads
    from lineage.evidence.leads.template import TemplateLeads

    return (ConfigLeads(registry), TemplateLeads(registry))


def _named(registry: Registry, names: ClaimReader) -> tuple[ClaimReader, ...]:
    from lineage.evidence.leads.licence import LicenceLeads
    from lineage.evidence.leads.tags import TagLeads

    return (LicenceLeads(registry), names, TagLeads(registry))
