"""How often a lead to a family is not answered by the lineage, over real rows: all together, and for each kind of trace.

    python bench/lead_alarms.py FOLDER [--list] [--kind KIND]

FOLDER holds the collected data: models.jsonl, cards.jsonl with cards/, models_measure.jsonl and edges_measure.jsonl. It is
not part of this project. One graph is made of all rows; each model is then looked at with everything above it. A row counts
where a base is declared and everything above it is a row or is listed in the registry; `shown` are those of them that end in
shown foundations only; the last of these tables leaves out lineages with a Chinese developer. A kind could fire in the rows in which it found a lead at all, answered or not.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lineage.claims.readers import all_readers
from lineage.core.card import parse_card
from lineage.core.claim import Claim, Lead
from lineage.core.record import FileEntry, ModelRecord, Status
from lineage.core.relation import Grade, Relation
from lineage.evidence.attribution import attribute
from lineage.evidence.evidence import Attribution
from lineage.evidence.leads.readers import lead_readers
from lineage.evidence.leads.undeclared import Undeclared, asking, unanswered
from lineage.evidence.registry import Registry
from lineage.evidence.registry_claims import RegistryClaims
from lineage.graph.edge import Edge
from lineage.graph.graph import LineageGraph, Node

FILES = ("models.jsonl", "cards.jsonl", "models_measure.jsonl", "edges_measure.jsonl")


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a file of JSON lines."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


@dataclass
class Rows:
    """All rows under one spelling of each name."""

    registry: Registry
    names: dict[str, str] = field(default_factory=dict)
    claims: dict[tuple[str, str, str | None], list[Claim]] = field(
        default_factory=lambda: defaultdict(list)
    )
    leads: dict[str, set[Lead]] = field(default_factory=lambda: defaultdict(set))
    seen: set[str] = field(default_factory=set)
    declared: set[str] = field(default_factory=set)

    def one(self, name: str) -> str:
        """The name under which a model stands in the graph."""
        name = self.registry.canonical(name)
        return self.names.setdefault(name.casefold(), name)

    def take(self, record: ModelRecord, documents: dict[str, bytes]) -> None:
        """The claims and leads of one row."""
        model = self.one(record.id)
        self.seen.add(model)
        for reader in all_readers():
            for claim in reader.read(record, documents).claims:
                if claim.parent and not claim.tentative:
                    self.edge(model, claim)
        for reader in lead_readers(self.registry):
            self.leads[model] |= set(reader.read(record, documents).leads)

    def edge(self, model: str, claim: Claim) -> None:
        """One statement about a base."""
        parent = self.one(claim.parent or "")
        if parent != model:
            self.claims[model, parent, claim.component].append(claim)
            if claim.grade is Grade.DECLARED:
                self.declared.add(model)

    def graph(self) -> LineageGraph:
        """One graph of everything, with the registry's statements about every name in it."""
        cited = RegistryClaims(self.registry)
        for name in [*self.names.values()]:
            record = ModelRecord(name, name, Status.NOT_FOUND, "rows")
            for claim in cited.read(record, {}).claims:
                if claim.parent:
                    self.edge(name, claim)
        edges = []
        for (child, parent, component), claims in self.claims.items():
            by_grade = sorted(claims, key=lambda claim: claim.sort_key)
            edges.append(Edge(child, parent, by_grade[0].relation, component, tuple(by_grade)))
        nodes = {
            name: Node(name, Status.RESOLVED, 0, leads=tuple(sorted(self.leads.get(name, ()))))
            for name in self.names.values()
        }
        return LineageGraph(
            next(iter(nodes)), nodes, tuple(sorted(edges, key=lambda e: e.sort_key))
        )


def read(folder: Path) -> Rows:
    """All rows of a folder."""
    rows = Rows(Registry.load())
    cards = {
        row["id"].casefold(): folder / row["file"]
        for row in lines(folder / "cards.jsonl")
        if row.get("id") and (folder / row["file"]).is_file()
    }
    for row in lines(folder / "models.jsonl"):
        record, documents = _record(row, cards.pop(row["id"].casefold(), None))
        rows.take(record, documents)
    card_rows = {
        row["id"].casefold(): row for row in lines(folder / "cards.jsonl") if row.get("id")
    }
    for key, path in cards.items():
        row = card_rows[key]
        tags = [*row.get("hub_tags", ())]
        kind = {"config": {"model_type": row["model_type"]}} if row.get("model_type") else {}
        record, documents = _record({"id": row["id"], "tags": tags, **kind}, path)
        rows.take(record, documents)
    for row in lines(folder / "edges_measure.jsonl"):
        child, parent = row["child"], row["parent"]
        relation = row["relation"] if row["relation"] in set(Relation) else "unknown"
        claim = Claim(
            child, parent, parent, Relation(relation), Grade.DECLARED, "rows", "api", "tags"
        )
        rows.edge(rows.one(child), claim)
    for row in lines(folder / "models_measure.jsonl"):
        kind = {"model_type": row["model_type"]} if row.get("model_type") else {}
        record, documents = _record({"id": row["id"], "config": kind}, None)
        if rows.one(row["id"]) not in rows.seen:
            rows.take(record, documents)
    return rows


def _record(row: dict[str, Any], card: Path | None) -> tuple[ModelRecord, dict[str, bytes]]:
    content = card.read_bytes() if card else b""
    held = row.get("cardData") or (parse_card(content).metadata if content else {})
    record = ModelRecord(
        row["id"],
        row["id"],
        Status.RESOLVED,
        "hub",
        card=held,
        tags=tuple(row.get("tags") or ()),
        base_models=row.get("baseModels"),
        config=row.get("config") or {},
        files=(FileEntry("README.md", len(content)),) if content else (),
        gguf=row.get("gguf") or {},
    )
    return record, {"README.md": content} if content else {}


@dataclass
class Count:
    """What was found over some rows."""

    rows: int = 0
    fired: Counter[str] = field(default_factory=Counter)
    """Rows in which a kind found a lead, answered or not."""
    left: Counter[str] = field(default_factory=Counter)
    """Rows in which a lead of the kind stays unanswered."""
    strong: Counter[str] = field(default_factory=Counter)
    asked: int = 0
    """Rows that get a finding."""
    asked_by: Counter[str] = field(default_factory=Counter)

    def add(self, leads: tuple[Lead, ...], left: list[Lead], asks: tuple[Undeclared, ...]) -> None:
        """One row."""
        self.rows += 1
        self.fired.update({str(lead.kind) for lead in leads})
        self.left.update({str(lead.kind) for lead in left})
        self.strong.update({str(lead.kind) for lead in left if lead.is_strong})
        self.asked += bool(asks)
        self.asked_by.update({str(lead.kind) for ask in asks for lead in ask.leads})

    def told(self, name: str) -> str:
        """A table."""
        out = [
            f"{name}: {self.rows} rows, {self.asked} with a finding ({_share(self.asked, self.rows)})"
        ]
        out.append(
            f"  {'kind':14} {'could fire':>10} {'unanswered':>10} {'strong':>7} {'in a finding':>13}"
        )
        for kind in sorted(self.fired):
            asked, fired = self.asked_by[kind], self.fired[kind]
            out.append(
                f"  {kind:14} {fired:10} {self.left[kind]:10} {self.strong[kind]:7} {asked:6} {_share(asked, fired):>6}"
            )
        return "\n".join(out)


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f}%" if whole else "-"


def _is_readable(model: str, graph: LineageGraph, rows: Rows) -> bool:
    above = graph.weight_ancestors(model)
    return all(one in rows.seen or rows.registry.is_listed(one) for one in above)


def _is_shown(model: str, graph: LineageGraph, registry: Registry) -> bool:
    return all(registry.is_shown_foundation(root) for root in graph.roots_of(model))


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--list", action="store_true", help="every case with a finding")
    parser.add_argument("--kind", help="list every unanswered lead of one kind instead")
    options = parser.parse_args()
    if options.folder is None:
        print(
            "No folder was given: this measures collected rows of the Hub, which do not ship with the project."
        )
        return 2
    missing = [name for name in FILES if not (options.folder / name).is_file()]
    if missing:
        print(f"{options.folder} lacks {', '.join(missing)}.")
        return 2
    rows = read(options.folder)
    graph = rows.graph()
    attributions = attribute(graph, rows.registry)
    everywhere, shown, elsewhere, silent = Count(), Count(), Count(), Count()
    for model in sorted(rows.seen):
        _look(model, rows, graph, attributions, (everywhere, shown, elsewhere, silent), options)
    print(everywhere.told("declared and readable"))
    print(shown.told("of these, ending in shown foundations only"))
    print(elsewhere.told("of these, without a Chinese developer in the lineage"))
    print(silent.told("no base declared"))
    return 0


def _look(
    model: str,
    rows: Rows,
    graph: LineageGraph,
    attributions: dict[str, Attribution],
    counts: tuple[Count, Count, Count, Count],
    options: argparse.Namespace,
) -> None:
    everywhere, shown, elsewhere, silent = counts
    node = graph.nodes[model]
    left = unanswered(graph, node, attributions, rows.registry)
    asks = asking(graph, node, attributions, rows.registry)
    if model not in rows.declared:
        silent.add(node.leads, left, asks)
        return
    if not _is_readable(model, graph, rows):
        return
    everywhere.add(node.leads, left, asks)
    if _is_shown(model, graph, rows.registry):
        shown.add(node.leads, left, asks)
        if all(attributions[one].jurisdiction != "CN" for one in graph.weight_ancestors(model)):
            elsewhere.add(node.leads, left, asks)
    parents = [edge.parent for edge in graph.parents(model)]
    for ask in asks if options.list else ():
        print(f"{model} <- {parents}: {ask.families} but {ask.lineage}")
        for lead in ask.leads[:3]:
            print(
                f"    {lead.kind} {'strong' if lead.is_strong else 'weak'} {lead.location}: {lead.value}"
            )
    for lead in left if options.kind else ():
        if lead.kind == options.kind:
            print(f"{model} <- {parents}: {lead.is_strong} {lead.families[:4]} {lead.value}")


if __name__ == "__main__":
    sys.exit(main())
