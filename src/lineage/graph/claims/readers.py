"""All readers, in the order in which their files are asked for: the most telling trace first."""

from __future__ import annotations

from lineage.graph.claims.card_metadata import CardMetadata
from lineage.graph.claims.hub_tree import HubTags, HubTree
from lineage.graph.claims.interface import ClaimReader


def all_readers() -> tuple[ClaimReader, ...]:
    """One of each. They hold no state and may be shared by threads."""
    return (CardMetadata(), HubTree(), HubTags())
