"""Claims from a snapshot's cited edges."""

from __future__ import annotations

from fakes import make_record
from lineage.claims.names.known_edges import KnownEdgesReader
from lineage.core.record import KnownEdge
from lineage.core.relation import Grade, Relation


def test_each_cited_edge_is_a_stated_claim_with_its_citation() -> None:
    """Somebody else than the publisher says so: never `declared`."""
    edge = KnownEdge("org/base", Relation.QUANTIZED, "https://example.org/list", "row 3", "2026-08")
    (claim,) = KnownEdgesReader().read(make_record("org/m", known_edges=(edge,)), {}).claims
    assert (claim.child, claim.parent, claim.relation, claim.grade) == (
        "org/m",
        "org/base",
        Relation.QUANTIZED,
        Grade.STATED,
    )
    assert (claim.source, claim.file, claim.location, claim.excerpt) == (
        "snapshot",
        "https://example.org/list",
        "row 3",
        "seen 2026-08",
    )


def test_what_names_no_parent_is_kept_unlinked() -> None:
    """A model is not its own parent, and prose is no repo."""
    edges = (
        KnownEdge("Org/M", Relation.UNKNOWN, "https://example.org"),
        KnownEdge("some model (v2)", Relation.UNKNOWN, "https://example.org"),
    )
    claims = KnownEdgesReader().read(make_record("org/m", known_edges=edges), {}).claims
    assert [(c.parent, c.problem) for c in claims] == [(None, "self"), (None, "prose")]
