"""The one report document that every format renders; its dictionary form is the published JSON
contract."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from lineage.core.use import ModelUse
from lineage.core.value import dataclass
from lineage.evidence.evidence import Attribution, Exposure, Origin
from lineage.evidence.supplied import Compared
from lineage.graph.graph import LineageGraph
from lineage.policy.finding import Finding, Verdict
from lineage.policy.judge import Open
from lineage.report.circumstances import Circumstances
from lineage.scan.result import ScanResult

SCHEMA = "lineage-report/1"


@dataclass(frozen=True)
class Supplied:
    """What the input file holds about an audited model."""

    file: str
    place: str
    """`row 3`, `component 2`."""
    columns: tuple[tuple[str, str], ...] = ()
    """The row's other columns, such as the vendor, passed through."""
    compared: tuple[Compared, ...] = ()
    problem: str = ""
    """Why the row names no model that could be looked up."""


@dataclass(frozen=True)
class TargetReport:
    """Everything established about one audited model."""

    target: str
    """As the user wrote it."""
    model: str
    """Canonical id."""
    revision: str | None
    verdict: Verdict
    source: str
    graph: LineageGraph
    attributions: dict[str, Attribution]
    """By node id, one for every node."""
    origin: Origin
    exposure: Exposure
    findings: tuple[Finding, ...]
    open: tuple[Open, ...] = ()
    """What is not known, with the rules that cannot answer because of it."""
    notice: str = ""
    """Set where the answer came from elsewhere than asked for, such as the snapshot instead of the
    Hub."""
    uses: tuple[ModelUse, ...] = ()
    """Where the scanned code uses it, in reading order; empty for a model that was named by
    hand."""
    weights: Mapping[str, Any] | None = field(default=None, hash=False)
    """What the weights say, as `WeightsVerdict.to_dict` gives it; None where nobody looked at
    them."""
    supplied: Supplied | None = None
    """Set where the target came out of a file of many."""


@dataclass(frozen=True)
class DataVersions:
    """Dates of the curated data that a report rests on."""

    registry: str
    results: str
    snapshot: str


@dataclass(frozen=True)
class Report:
    """One run of the tool over one or more models."""

    targets: tuple[TargetReport, ...]
    generated_at: str
    """UTC, ISO 8601, seconds."""
    tool_version: str
    data: DataVersions
    policy_name: str
    policy_source: str
    verdict: Verdict
    notes: tuple[str, ...] = field(default=())
    """What the reader must know about the run itself: data older than the policy allows, a pack
    past its date."""
    scan: ScanResult | None = None
    """What the code showed, where the targets were found in a repository rather than named."""
    circumstances: Circumstances = Circumstances()

    @property
    def remarks(self) -> tuple[str, ...]:
        """The notes, and in one more line how the run differed from the usual one."""
        told = self.circumstances.sentence
        return (*self.notes, told) if told else self.notes
