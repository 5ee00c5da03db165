"""Everything that a rule may look at: one audited model with its graph, evidence and
circumstances."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from typing import TYPE_CHECKING

from lineage.core.record import ModelRecord
from lineage.core.value import dataclass
from lineage.evidence.evidence import Attribution, Developer, Exposure, Origin
from lineage.evidence.leads.undeclared import Undeclared
from lineage.evidence.licences import Declared
from lineage.evidence.lookalike import Likeness
from lineage.evidence.signature import ModelSignature
from lineage.evidence.supplied import Compared
from lineage.graph.graph import LineageGraph

if TYPE_CHECKING:
    from lineage.fingerprint.verdict import WeightsVerdict


@dataclass(frozen=True)
class Case:
    """What is known of one audited model when the policy looks at it."""

    graph: LineageGraph
    attributions: dict[str, Attribution]
    """By node id, one for every node."""
    origin: Origin
    exposure: Exposure
    source: str
    """`hub`, `snapshot`, `local` or `index`."""
    fallback: bool
    """The Hub was wanted and could not be reached; the snapshot answered instead."""
    data_dates: dict[str, str]
    """ISO dates of the data used: registry, results, snapshot."""
    today: date
    data_expired: str = ""
    """The day on which installed data expired; empty where it did not."""
    publishers: dict[str, Developer] = field(default_factory=dict)
    """By node id: the registered developer or mirror whose namespace hosts it; unregistered ones
    are absent."""
    weights: WeightsVerdict | None = None
    """What the audited model's weights say; None where nobody looked at them."""
    lookalikes: Mapping[str, Likeness] = field(default_factory=dict)
    """By node id, or by the value of a claim that names no model: the well-known namespace that it
    is made like."""
    remembered: Mapping[str, ModelRecord] = field(default_factory=dict)
    """By each name that was asked of the hub or stands for what it led to: what the snapshot holds
    under that name."""
    undeclared: tuple[Undeclared, ...] = ()
    """Traces of families that the known lineage does not contain."""
    family_names: Mapping[str, str] = field(default_factory=dict)
    """Of the families that `undeclared` speaks of, by registry id."""
    supplied: tuple[Compared, ...] = ()
    """What a supplier's file says of the audited model, beside what was found."""
    signatures: tuple[ModelSignature, ...] = ()
    """What the models' repositories are signed with."""
    licences: Mapping[str, tuple[Declared, ...]] = field(default_factory=dict)
    """By node id: the licences that its card declares, each with what its text says."""
    offline_wanted: bool = False
    """The user asked for an answer without a network, so data of a past date is what was wanted."""

    @property
    def target(self) -> str:
        """Canonical id of the audited model."""
        return self.graph.target
