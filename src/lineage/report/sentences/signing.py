"""Signatures of models as sentences: *signed by*, never *developed by*."""

from __future__ import annotations

from lineage.evidence.signature import ModelSignature, SignatureState
from lineage.report.document import TargetReport
from lineage.report.printable import counted, printable


def signature_sentences(target: TargetReport) -> list[str]:
    """One sentence for each signature of the lineage."""
    return [_sentence(one) for one in target.signatures]


def _sentence(one: ModelSignature) -> str:
    model, file = printable(one.model, 120), printable(one.file, 80)
    reason, signer = printable(one.reason, 300).rstrip("."), printable(one.signer, 300)
    if one.state is SignatureState.VERIFIED:
        compared = f"{one.compared} of {counted(one.signed, 'signed file')} compared, all as signed"
        return f"{model}: signed by {signer} ({file}; {compared}). A signer is not a developer."
    if one.state is SignatureState.BROKEN:
        by = f" by {signer}" if one.is_signer_shown else ""
        return f"{model}: its signature {file}{by} does not fit ({reason})."
    by = f" by {signer}" if signer else ""
    return f"{model}: carries a signature{by} ({file}), not verified here ({reason})."
