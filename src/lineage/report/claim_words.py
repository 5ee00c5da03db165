"""One claim, and one result, as one plain line: the evidence that bills of materials and graphs
carry."""

from __future__ import annotations

from lineage.core.claim import Claim
from lineage.evidence.evidence import TestResult
from lineage.evidence.tested import language
from lineage.graph.edge import Edge
from lineage.report.printable import printable
from lineage.report.sentences import result_words


def claim_words(claim: Claim) -> str:
    """`declared by card metadata (README.md, base_model): Qwen/Qwen2.5-7B`."""
    sure = f", confidence {claim.confidence:.2f}" if claim.confidence is not None else ""
    place = ", ".join(printable(part, 200) for part in (claim.file, claim.location) if part)
    return (
        f"{claim.grade} by {printable(claim.source, 60)} ({place}{sure}): "
        f"{printable(claim.value, 300)}"
    )


def edge_words(edge: Edge) -> str:
    """`merge, declared` and the component where it is not the whole model."""
    part = f", {printable(edge.component, 60)} only" if edge.component else ""
    return f"{edge.relation}, {edge.grade}{part}"


def result_line(result: TestResult) -> str:
    """Suite, figure, outcome, language, layer, publisher and address in one line."""
    when = printable(result.published_on or "undated", 20)
    parts = [
        result_words(result),
        f"in {language(printable(result.language, 40))}",
        f"layer: {printable(result.layer, 40)}",
    ]
    caveat = f" Caveat: {printable(result.caveat, 300)}" if result.caveat else ""
    return (
        f"{'; '.join(parts)}. {printable(result.publisher, 80)}, {when}, "
        f"{printable(result.url, 300)}.{caveat}"
    )
