"""An SPDX 3.0.1 document of the AI profile, as JSON-LD.

SPDX has `descendantOf` and `ancestorOf` but no word for fine-tuned, merged or quantized: relation
and grade are in the relationship's comment, and every claim and test result is an annotation of
the model that it is about.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import field
from typing import Any

from lineage.core.record import Status
from lineage.core.value import dataclass
from lineage.graph.edge import Edge
from lineage.graph.graph import Node
from lineage.report.claim_words import claim_words, edge_words, result_line
from lineage.report.document import Report, TargetReport
from lineage.report.facts import architecture, datasets, model_type, weight_hashes
from lineage.report.formats import View
from lineage.report.gather import Gathered, content_uuid, gather
from lineage.report.licences import licences
from lineage.report.printable import printable
from lineage.report.purl import page_of, purl
from lineage.report.sentences import exposure_sentence, why

_CONTEXT = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"
_CREATION = "_:creation"
_PROFILES = ["core", "software", "simpleLicensing", "ai", "dataset"]


def render(report: Report, view: View) -> str:
    """Indented JSON-LD; the same report always gives the same text."""
    return json.dumps(to_document(report), indent=2, ensure_ascii=False) + "\n"


def to_document(report: Report) -> dict[str, Any]:
    """The document as a dictionary, elements in a fixed order."""
    gathered = gather(report)
    maker = _Maker(f"https://spdx.org/spdxdocs/lineage-{content_uuid(report, 'spdx')}#")
    targets = {target.model: target for target in report.targets}
    maker.models = {id_: maker.iri(f"model-{i}") for i, id_ in enumerate(gathered.nodes, 1)}
    for node in gathered.nodes.values():
        maker.add_model(gathered, node, targets.get(node.id))
    for edge in gathered.edges:
        maker.add_edge(edge)
    for target in report.targets:
        maker.add_judgement(report, target)
    return {"@context": _CONTEXT, "@graph": [*_heads(report, maker, targets), *maker.elements]}


def _heads(report: Report, maker: _Maker, targets: Iterable[str]) -> Iterator[dict[str, Any]]:
    agent, tool = maker.iri("agent"), maker.iri("tool")
    yield {
        "type": "CreationInfo",
        "@id": _CREATION,
        "specVersion": "3.0.1",
        "created": report.generated_at,
        "createdBy": [agent],
        "createdUsing": [tool],
    }
    yield {"type": "SoftwareAgent", "spdxId": agent, "creationInfo": _CREATION, "name": "lineage"}
    yield {
        "type": "Tool",
        "spdxId": tool,
        "creationInfo": _CREATION,
        "name": f"lineage-{report.tool_version}",
    }
    data = (
        f"registry {report.data.registry}, results {report.data.results}, snapshot "
        f"{report.data.snapshot}"
    )
    yield {
        "type": "SpdxDocument",
        "spdxId": maker.iri("document"),
        "creationInfo": _CREATION,
        "name": "Lineage of " + printable(", ".join(sorted(targets)) or "no model", 300),
        "comment": printable(
            (
                f"Policy {report.policy_name}; verdict {report.verdict}. Data: {data}. "
                f"{' '.join(report.remarks)}"
            ).strip(),
            2000,
        ),
        "profileConformance": _PROFILES,
        "rootElement": sorted({maker.models[id_] for id_ in targets}) or [agent],
        "element": [agent, tool, *(one["spdxId"] for one in maker.elements)],
    }


@dataclass
class _Maker:
    """Collects the elements of one document and gives each its address."""

    space: str
    elements: list[dict[str, Any]] = field(default_factory=list)
    models: dict[str, str] = field(default_factory=dict)
    shared: dict[tuple[str, str], str] = field(default_factory=dict)
    """Organizations, licences and data sets, each made once: (kind, name) to address."""
    numbers: dict[str, int] = field(default_factory=dict)

    def iri(self, name: str) -> str:
        """Address of an element; names are ours, never a stranger's text."""
        return self.space + name

    def add(self, kind: str, prefix: str, /, **properties: Any) -> str:
        """A new element with the next number of its prefix; empty properties are left out."""
        self.numbers[prefix] = self.numbers.get(prefix, 0) + 1
        return self.place(kind, self.iri(f"{prefix}-{self.numbers[prefix]}"), properties)

    def place(self, kind: str, spdx_id: str, properties: dict[str, Any]) -> str:
        """A new element at a given address."""
        kept = {key: value for key, value in properties.items() if value not in (None, "", [])}
        self.elements.append({"type": kind, "spdxId": spdx_id, "creationInfo": _CREATION, **kept})
        return spdx_id

    def once(self, kind: str, prefix: str, key: str, /, **properties: Any) -> str:
        """The element of this kind and key, made at its first mention."""
        if (kind, key) not in self.shared:
            self.shared[kind, key] = self.add(kind, prefix, **properties)
        return self.shared[kind, key]

    def relate(self, kind: str, source: str, to: list[str], comment: str = "") -> None:
        """A relationship."""
        self.add(
            "Relationship",
            "relationship",
            **{"from": source},
            to=to,
            relationshipType=kind,
            comment=comment,
        )

    def note(self, subject: str, statement: str, kind: str = "other") -> None:
        """An annotation."""
        self.add(
            "Annotation",
            "annotation",
            subject=subject,
            annotationType=kind,
            statement=printable(statement, 4000),
        )

    def add_model(self, gathered: Gathered, node: Node, target: TargetReport | None) -> None:
        """The package of one model, with its licences, data sets, files and test results."""
        own = self.models[node.id]
        self.place(
            "ai_AIPackage",
            own,
            _package(gathered, node, target) | {"suppliedBy": self._supplier(gathered, node)},
        )
        for one in licences(node):
            expression = self.once(
                "simplelicensing_LicenseExpression",
                "licence",
                one.expression,
                simplelicensing_licenseExpression=one.expression,
            )
            self.relate(
                "hasDeclaredLicense", own, [expression], f"Declared on the card as {one.name}."
            )
        sets = [self._dataset(name) for name in datasets(node)]
        if sets:
            self.relate("trainedOn", own, sets, "As the card's metadata names them.")
        for path, digest in weight_hashes(node):
            hashed = [{"type": "Hash", "algorithm": "sha256", "hashValue": digest}]
            self.relate(
                "contains",
                own,
                [self.add("software_File", "file", name=path, verifiedUsing=hashed)],
            )
        for result in gathered.results.get(node.id, ()):
            self.note(
                own, f"Published test result {printable(result.id, 100)}: {result_line(result)}"
            )

    def _supplier(self, gathered: Gathered, node: Node) -> str:
        """The developer; SPDX's word where it is not established, since a publisher is not a
        developer."""
        who = gathered.attributions[node.id].developer
        if who is None:
            return self.once("Organization", "organization", "NOASSERTION", name="NOASSERTION")
        where = (
            f"Headquarters: {who.jurisdiction}"
            if who.jurisdiction
            else "Jurisdiction not established"
        )
        return self.once("Organization", "organization", who.id, name=who.name, comment=where)

    def _dataset(self, name: str) -> str:
        return self.once(
            "dataset_DatasetPackage",
            "dataset",
            name,
            name=name,
            dataset_datasetType=["noAssertion"],
        )

    def add_edge(self, edge: Edge) -> None:
        """Both directions, since readers look for one or the other; the claims annotate the
        child."""
        child, parent = self.models[edge.child], self.models[edge.parent]
        how = edge_words(edge) + (
            "" if edge.carries_weights else "; a teacher: its outputs, not its weights"
        )
        self.relate("descendantOf", child, [parent], how)
        self.relate("ancestorOf", parent, [child], how)
        for claim in edge.claims:
            self.note(
                child,
                f"Base model {printable(edge.parent, 300)}: {edge.relation}, {claim_words(claim)}",
            )

    def add_judgement(self, report: Report, target: TargetReport) -> None:
        """Verdict, findings, and what names no model on the Hub."""
        own = self.models[target.model]
        self.note(
            own,
            f"Verdict {target.verdict} under policy {report.policy_name}. {why(target)}",
            "review",
        )
        for finding in target.findings:
            waived = (
                (
                    f" Waived until {finding.waived.until} by {finding.waived.owner}: "
                    f"{finding.waived.reason}"
                )
                if finding.waived
                else ""
            )
            self.note(
                own,
                f"Finding {finding.rule} ({finding.level}): {finding.message}{waived}",
                "review",
            )
        for claim in target.graph.unlinked:
            self.note(
                self.models.get(claim.child, own),
                f"Names no hub model ({printable(claim.problem, 60)}): {claim_words(claim)}",
            )


def _package(gathered: Gathered, node: Node, target: TargetReport | None) -> dict[str, Any]:
    record = node.record
    page = page_of(node.id) if node.status is not Status.LOCAL else None
    released = (record.created_at or "")[:19] if record else ""
    kinds = [printable(kind, 100) for kind in (architecture(node), model_type(node)) if kind]
    status = f"{node.status}: {node.reason}" if node.reason else str(node.status)
    return {
        "name": printable(node.id, 2000) or "unnamed",
        "comment": printable(
            f"Status {status}. Publisher {node.publisher or 'none'}. Family "
            f"{gathered.attributions[node.id].family or 'unknown'}."
        ),
        "software_primaryPurpose": "model",
        "software_packageVersion": printable(node.revision or "NOASSERTION", 200),
        "software_downloadLocation": page,
        "software_packageUrl": purl(node.id, node.revision),
        "releaseTime": f"{released}Z" if _is_time(released) else None,
        "ai_typeOfModel": list(dict.fromkeys(kinds)),
        "ai_domain": [printable(record.pipeline_tag, 100)]
        if record and record.pipeline_tag
        else [],
        "ai_limitation": exposure_sentence(target) if target else None,
    }


def _is_time(text: str) -> bool:
    shape = "0000-00-00T00:00:00"
    return len(text) == len(shape) and all(
        c.isascii() and c.isdigit() if s == "0" else c == s
        for c, s in zip(text, shape, strict=True)
    )
