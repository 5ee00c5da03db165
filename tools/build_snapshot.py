"""Build the embedded snapshot from a folder of collected Hub rows.

    PYTHONPATH=src python tools/build_snapshot.py RAW_FOLDER \\
        -o src/lineage/data/snapshot.sqlite --built-on 2026-11-22

RAW_FOLDER holds, as JSON lines, `hub/` (models, edges_licensed, redirects, aliases, gone, and
`recordings/payloads/rows_2026-08`) and `registry/` (origins_declared_bases). The names that the
package's own registry and results speak of are added. Only rows whose source permits
redistribution are read; docs/credits.md describes each file.
"""

from __future__ import annotations

import argparse
import datetime
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from lineage.core.packaged import DATA
from lineage.core.record import KnownEdge, ModelRecord, Status
from lineage.core.ref import is_repo_id
from lineage.core.relation import Relation
from lineage.evidence.records import read
from lineage.evidence.registry import Registry
from lineage.evidence.results import Results
from lineage.sources.snapshot.format import Credit, key_of
from lineage.sources.snapshot.record_codec import NAME_ONLY
from lineage.sources.snapshot.writer import Content, merge_aliases, write_snapshot

COLLECTED = "2026-05"
"""When the Hub statistics were taken."""
RECORDED = "2026-08"
"""When the rows of radar-huggingface-dataset were taken."""
ANONYMISED = "acct-"
"""How the collection replaces the names of small accounts; such a name is no repo id."""
LICENCES = frozenset({"Apache-2.0", "MIT", "CC0-1.0", "CC0"})
CREDITS = (
    Credit(
        "Hugging Face hub-stats, cfahlgren1",
        "https://huggingface.co/datasets/cfahlgren1/hub-stats",
        "Apache-2.0",
        COLLECTED,
    ),
    Credit(
        "Unsloth: table of quantized and mirrored repos",
        "https://github.com/unslothai/unsloth",
        "Apache-2.0",
        "2026-08",
    ),
    Credit(
        "Xorbits Inference: table of model specifications",
        "https://github.com/xorbitsai/inference",
        "Apache-2.0",
        "2026-08",
    ),
    Credit("LocalAI: model gallery", "https://github.com/mudler/LocalAI", "MIT", "2026-08"),
    Credit(
        "MTEB: adapted_from of model metadata",
        "https://github.com/embeddings-benchmark/mteb",
        "Apache-2.0",
        "2026-08",
    ),
    Credit("vLLM recipes", "https://github.com/vllm-project/recipes", "Apache-2.0", "2026-08"),
    Credit(
        "radar-huggingface-dataset, 686f6c61",
        "https://github.com/686f6c61/radar-huggingface-dataset",
        "CC-BY-4.0",
        "2026-08",
    ),
    Credit(
        "ai-nexus: archived listings",
        "https://github.com/mosesy5688-cell/ai-nexus",
        "MIT",
        "2025-11",
    ),
)
LINKED = f"models built on it in the Hub's statistics of {COLLECTED}"
LISTED = "other projects' catalogues"
NO_METADATA = "the offline data has its tags and dates, not its model card"
_GITHUB = re.compile(
    r"github:(?P<repo>[\w.-]+/[\w.-]+)(?:@(?P<commit>[0-9a-f]+):| blob "
    r"(?P<blob>[0-9a-f]+) )(?P<path>\S+)\Z"
)
_PYPI = re.compile(r"pypi:(?P<name>[\w.-]+?)-(?P<version>\d[\w.]*) (?P<path>.+)\Z")


def rows(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def cited(source: str) -> tuple[str, str]:
    """A URL and the place behind it, from the collection's way of writing a source."""
    if found := _GITHUB.match(source):
        url = f"https://github.com/{found['repo']}"
        return (
            (f"{url}/blob/{found['commit']}/{found['path']}", "")
            if found["commit"]
            else (url, f"{found['path']} (blob {found['blob']})")
        )
    if found := _PYPI.match(source):
        return f"https://pypi.org/project/{found['name']}/{found['version']}/", found["path"]
    raise SystemExit(f"unknown form of source: {source!r}")


def dated(seen: str) -> str:
    return "-".join(part for part in (seen[:4], seen[4:6], seen[6:8]) if part)


def relation_of(row: dict[str, Any]) -> Relation:
    """`mirror` is the collection's word for an unquantized copy; under another name than the
    original's it is none."""
    if row["relation"] == "mirror":
        same = (
            row["child"].rpartition("/")[2].casefold()
            == row["parent"].rpartition("/")[2].casefold()
        )
        return Relation.CONVERSION if same else Relation.UNKNOWN
    return Relation(row["relation"])


def licensed_edges(hub: Path) -> Iterable[tuple[str, KnownEdge]]:
    for row in rows(hub / "edges_licensed.jsonl"):
        if row["licence"] not in LICENCES:
            raise SystemExit(f"licence {row['licence']!r} is not one that permits this: {row}")
        url, place = cited(row["source"])
        yield (
            row["child"],
            KnownEdge(row["parent"], relation_of(row), url, place, dated(row["seen"])),
        )


def adapted_edges(registry: Path) -> Iterable[tuple[str, KnownEdge]]:
    """MTEB says `adapted_from` without saying how, so the relation stays unknown."""
    for row in rows(registry / "origins_declared_bases.jsonl"):
        url, place = cited(row["source"])
        yield row["child"], KnownEdge(row["base"], Relation.UNKNOWN, url, place, "2026")


def edges_by_child(raw: Path) -> dict[str, list[KnownEdge]]:
    """Edges between names that can be repos; MTEB's release repeats most of what its repository
    says, and is then left out."""
    found: dict[str, list[KnownEdge]] = {}
    pairs: set[tuple[str, str, str]] = set()
    for child, edge in (*licensed_edges(raw / "hub"), *adapted_edges(raw / "registry")):
        origin = "mteb" if "mteb" in edge.citation else edge.citation
        pair = (child.casefold(), edge.parent.casefold(), origin)
        if (
            is_repo_id(child)
            and is_repo_id(edge.parent)
            and child.casefold() != edge.parent.casefold()
            and pair not in pairs
        ):
            pairs.add(pair)
            found.setdefault(child, []).append(edge)
    return {
        child: sorted(edges, key=lambda e: (e.parent, e.citation, e.seen))
        for child, edges in found.items()
    }


def full_record(row: dict[str, Any]) -> ModelRecord:
    """A row of the statistics; without card metadata the card was not read, whatever its text
    holds."""
    weights = row.get("safetensors") or {}
    gguf = row.get("gguf") or {}
    return ModelRecord(
        id=row["id"],
        requested=row["id"],
        status=Status.RESOLVED if row.get("cardData") else Status.NOT_READ,
        source="snapshot",
        reason="" if row.get("cardData") else NO_METADATA,
        card=row.get("cardData") or {},
        tags=tuple(row.get("tags") or ()),
        base_models=row.get("baseModels"),
        created_at=row.get("createdAt"),
        library=row.get("library_name"),
        pipeline_tag=row.get("pipeline_tag"),
        downloads=row.get("downloads"),
        likes=row.get("likes"),
        parameters=weights.get("total") or gguf.get("total"),
        gguf={
            key: value
            for key, value in gguf.items()
            if key in ("architecture", "context_length", "total")
        },
        retrieved_at=COLLECTED,
    )


def recorded_record(row: dict[str, Any]) -> ModelRecord:
    """A row of August 2026: names, tags, dates and the base models of the card, without the rest of
    it."""
    bases = [name.strip() for name in (row.get("base_model") or "").split(",") if name.strip()]
    return ModelRecord(
        id=row["id"],
        requested=row["id"],
        status=Status.RESOLVED if bases else Status.NOT_READ,
        source="snapshot",
        reason="" if bases else NO_METADATA,
        card={"base_model": bases} if bases else {},
        tags=tuple(row["tags"]),
        created_at=row["created_at"],
        last_modified=row["updated_at"],
        library=row.get("library"),
        pipeline_tag=row.get("pipeline_tag"),
        downloads=row["downloads_30d"],
        likes=row["likes"],
        parameters=row.get("parameters"),
        retrieved_at=RECORDED,
    )


def recorded_rows(hub: Path) -> list[dict[str, Any]]:
    """The rows in which no name was replaced."""
    found = rows(hub / "recordings" / "payloads" / "rows_2026-08.jsonl")
    return [row for row in found if "id" in row and ANONYMISED not in json.dumps(row)]


def newer(old: ModelRecord | None, new: ModelRecord) -> ModelRecord:
    """The newer record's facts; what only the older one knew stays, base models with their date."""
    if old is None:
        return new
    card = {**old.card, **new.card}
    now = {name.casefold() for name in base_names(new.card)}
    gone = [name for name in base_names(old.card) if name.casefold() not in now]
    edges = [
        KnownEdge(
            name,
            Relation.UNKNOWN,
            CREDITS[0].url,
            "cardData.base_model, not in the newer row",
            COLLECTED,
        )
        for name in gone
        if new.card and is_repo_id(name)
    ]
    return replace(
        new,
        id=old.id,
        requested=old.id,
        status=Status.RESOLVED if card else Status.NOT_READ,
        reason="" if card else NO_METADATA,
        card=card,
        base_models=old.base_models if not gone else None,
        library=new.library or old.library,
        pipeline_tag=new.pipeline_tag or old.pipeline_tag,
        parameters=new.parameters or old.parameters,
        gguf=old.gguf,
        known_edges=(*old.known_edges, *edges),
    )


def base_names(card: Mapping[str, Any]) -> list[str]:
    written = card.get("base_model")
    return [name for name in (written if isinstance(written, list) else [written]) if name]


def curated_names() -> list[str]:
    """Every repo that the registry and the results of this package speak of."""
    registry, results = Registry.load(), Results.load()
    roots = [repo for family in registry.families() for repo in family.roots]
    bases = [
        base.repo
        for root in roots
        if (shown := registry.root_evidence(root))
        for base in shown.bases
    ]
    claims = [
        row[side]
        for path in sorted((DATA / "lineage").glob("*.toml"))
        for row in read(path).get("claims", ())
        for side in ("child", "parent")
    ]
    names = dict.fromkeys([*roots, *bases, *claims, *results.models()])
    return [name for name in names if "/" in name and is_repo_id(name)]


def build(raw: Path) -> Content:
    records = {key_of(row["id"]): full_record(row) for row in rows(raw / "hub" / "models.jsonl")}
    recorded = recorded_rows(raw / "hub")
    for row in recorded:
        key = key_of(row["id"])
        records[key] = newer(records.get(key), recorded_record(row))
    linked = {
        m["id"]: m.get("_id")
        for r in list(records.values())
        for m in (r.base_models or {}).get("models", [])
    }
    edges = edges_by_child(raw)
    redirected = renames(raw / "hub", records, linked)
    aliases = {old: new for old, new in redirected.items() if old != key_of(new)}
    canonical = dict.fromkeys(
        [
            *linked,
            *redirected.values(),
            *edges,
            *(e.parent for many in edges.values() for e in many),
        ]
    )
    spelled = {key_of(name): name for name in reversed(canonical)}
    for key, name in spelled.items():
        if key not in records and key not in aliases:
            records[key] = only_named(name, linked.get(name), LINKED if name in linked else LISTED)
    for name in curated_names():
        if key_of(name) not in records and key_of(name) not in aliases:
            records[key_of(name)] = only_named(name, None, "this package's registry and results")
    for child, known in edges.items():
        key = key_of(aliases.get(key_of(child), child))
        records[key] = replace(records[key], known_edges=(*records[key].known_edges, *known))
    for row in rows(raw / "hub" / "gone.jsonl"):
        if is_repo_id(row["id"]) and key_of(row["id"]) not in aliases:
            mark_gone(records, row["id"], row["checked"])
    for row in recorded:
        if row["removed"]:
            mark_gone(records, row["id"], RECORDED)
    return Content(records, merge_aliases(aliases, records.values()), credits=CREDITS)


def only_named(name: str, repo_key: str | None, where: str) -> ModelRecord:
    return ModelRecord(
        id=name,
        requested=name,
        status=Status.NOT_READ,
        source="snapshot",
        partial=True,
        repo_key=repo_key,
        reason=f"{NAME_ONLY}, from {where}",
        retrieved_at=COLLECTED if where == LINKED else None,
    )


def mark_gone(records: dict[str, ModelRecord], name: str, checked: str) -> None:
    """What was once read, or stated by others, stays; a name of which nothing else is known ends as
    not found."""
    said = f"missing or not public on the Hub when checked in {checked}"
    record = records.get(key_of(name))
    if record is not None and record.reason.startswith(said):
        return
    if record is not None and (not record.partial or record.known_edges):
        records[key_of(name)] = replace(
            record, reason="; ".join(part for part in (said, record.reason) if part)
        )
    else:
        repo_key = record.repo_key if record else None
        records[key_of(name)] = ModelRecord(
            id=name,
            requested=name,
            status=Status.NOT_FOUND,
            source="snapshot",
            reason=said,
            retrieved_at=checked,
            repo_key=repo_key,
        )


def renames(hub: Path, records: dict[str, ModelRecord], linked: Iterable[str]) -> dict[str, str]:
    """Old name (case-folded) to current id, letter case alone included, which tells the right
    spelling.

    What the Hub answered, and pairs of names that two sources use for one model.

    Such a pair counts only where the Hub's statistics do not know the old name, and either its
    namespace is one that the Hub itself redirects, or it is a bare name or of the same namespace as
    a new name that they do know: two separate uploads of one model look alike.
    """
    found = {row["id"].casefold(): row["resolves_to"] for row in rows(hub / "redirects.jsonl")}
    moved = {
        (old.partition("/")[0], new.partition("/")[0].casefold()) for old, new in found.items()
    }
    current = {key_of(r.id) for r in records.values()} | {key_of(name) for name in linked}
    for row in rows(hub / "aliases.jsonl"):
        for old, new in ((row["a"], row["b"]), (row["b"], row["a"])):
            spaces = (old.partition("/")[0].casefold(), new.partition("/")[0].casefold())
            moved_space = (
                spaces in moved
                and old.partition("/")[2].casefold() == new.partition("/")[2].casefold()
            )
            alike = key_of(new) in current and ("/" not in old or spaces[0] == spaces[1])
            if key_of(old) not in current and (moved_space or alike):
                found.setdefault(old.casefold(), new)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("raw", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument(
        "--built-on", default=datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    )
    args = parser.parse_args()
    content = build(args.raw)
    info = write_snapshot(args.output, content, built_on=args.built_on)
    print(
        f"{args.output}: {info.models} models, {info.aliases} other names, "
        f"{args.output.stat().st_size:,} bytes"
    )
    print(f"content {info.content_sha256}")
    print(
        Counter(
            f"{r.status}{' (only a name)' if r.partial else ''}" for r in content.records.values()
        )
    )


if __name__ == "__main__":
    main()
