"""The one report document that every format renders; its dictionary form is the published JSON
contract."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from lineage.core.use import ModelUse
from lineage.core.value import dataclass
from lineage.evidence.evidence import Attribution, Exposure, Origin
from lineage.evidence.licences import Declared
from lineage.evidence.signature import ModelSignature
from lineage.evidence.supplied import Compared
from lineage.graph.graph import LineageGraph
from lineage.policy.finding import Finding, Verdict
from lineage.policy.open_points.point import Open
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
    signatures: tuple[ModelSignature, ...] = ()
    """What the repositories of the lineage are signed with."""
    licences: Mapping[str, tuple[Declared, ...]] = field(default_factory=dict, hash=False)
    """By node id: what its card declares, with what each licence's text says; models whose card was
    not read are absent."""
    supplied: Supplied | None = None
    """Set where the target came out of a file of many."""

    def __repr__(self) -> str:
        """Short: a prompt is no place for a whole graph."""
        return f"<TargetReport {self.model}: {self.verdict}>"


@dataclass(frozen=True)
class DataVersions:
    """The curated data that a report rests on: the days of its parts, and which data it is."""

    registry: str
    results: str
    snapshot: str
    version: str
    """`embedded` in this version of the tool, or the name of an installed version."""

    @property
    def days(self) -> dict[str, str]:
        """The day of each part."""
        return {"registry": self.registry, "results": self.results, "snapshot": self.snapshot}


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
    code: tuple[Finding, ...] = ()
    """What the policy finds about code that was not read, or names its model only when it runs;
    `model` is the place."""
    circumstances: Circumstances = Circumstances()
    jurisdictions: tuple[str, ...] = ()
    """ISO codes that the policy looks for."""
    requirements: tuple[tuple[str, str], ...] = ()
    """Id and status of each requirement of the policy."""

    def __repr__(self) -> str:
        """Short: a prompt is no place for a whole graph."""
        shown = ", ".join(f"{target.model}: {target.verdict}" for target in self.targets[:3])
        more = f", and {len(self.targets) - 3} more" if len(self.targets) > 3 else ""
        return f"<Report {self.verdict} ({shown}{more})>"

    def to_dict(self) -> dict[str, Any]:
        """The document of the JSON contract (`lineage schema report`)."""
        from lineage.report.json import to_dict

        return to_dict(self)

    def to_json(self) -> str:
        """The same as text, as `lineage audit --json` prints it."""
        return self.render("json")

    def render(self, name: str = "text") -> str:
        """The report in any format of `lineage audit -f`: `text`, `html`, `markdown`, `g7` …

        Raises UsageError, with all names, for an unknown one.
        """
        from lineage.report.formats import render

        return render(self, name)

    def _repr_html_(self) -> str:
        """What a notebook draws: the HTML report in a frame of its own.

        The frame runs no script and reaches nothing of the notebook, whatever a card says.
        """
        from html import escape

        page = escape(self.render("html"), quote=True)
        return (
            f'<iframe sandbox="" title="Lineage report" srcdoc="{page}" '
            'style="width: 100%; height: 40em; border: 1px solid #8888"></iframe>'
        )

    @property
    def remarks(self) -> tuple[str, ...]:
        """The notes, and in one more line how the run differed from the usual one."""
        sentence = self.circumstances.sentence
        return (*self.notes, sentence) if sentence else self.notes
