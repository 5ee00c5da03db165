"""Imports a raw folder of collected facts (developers, families, tokenizer hashes, declared bases) into our reviewed TOML records.

    python tools/import_registry.py RAW_FOLDER [--overwrite]

What the raw rows do not verify stays out: an uncited namespace, a remembered jurisdiction, a guessed configuration value.
Records are corrected by hand afterwards, so an existing file is kept unless `--overwrite` is given.
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from typing import Any

from cite import citations
from toml_text import dump

DATA = Path(__file__).parents[1] / "src" / "lineage" / "data"
SEEN = "2026-11-21"
# A listing shows nothing of the weights: the evidence of a root is written by whoever read it.
UNREAD = {"kind": "not-shown", "tried": "No page of its maker was opened yet."}
Row = dict[str, Any]
_REPO = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)?\Z")
_MEMORY = re.compile(r"\bmemory\b", re.I)


def main() -> None:
    """Read the raw folder and write one file per record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("raw", type=Path)
    parser.add_argument("--overwrite", action="store_true", help="replace records that exist, hand corrections included")
    options = parser.parse_args()
    hashes = [prehash(row) for row in _rows(options.raw / "tokenizer_prehash.jsonl")]
    families = [record for row in _rows(options.raw / "families.jsonl") if (record := family(row, hashes))]
    records: dict[str, Row] = {f"families/{record['id']}.toml": record for record in families}
    for row in _rows(options.raw / "developers.jsonl"):
        records[f"developers/{row['id']}.toml"] = developer(row, families)
    records["prehash.toml"] = {"curated_on": SEEN, "prehash": hashes}
    edges = [edge for row in _rows(options.raw / "origins_declared_bases.jsonl") if (edge := declared_base(row))]
    records["lineage/mteb.toml"] = {"curated_on": SEEN, "claims": sorted(edges, key=lambda e: (e["child"], e["parent"]))}
    for name, record in records.items():
        path = DATA / name
        if options.overwrite or not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dump(record), encoding="utf-8")


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def _said(text: str | None) -> str:
    """A note without the parts that rest on memory."""
    parts = re.split(r"(?<=[.;]) ", text or "")
    return " ".join(part for part in parts if not _MEMORY.search(part)).strip(" ;")


# --- developers


def developer(row: Row, families: list[Row]) -> Row:
    """A reviewed developer record from a raw row; a namespace may rest on a cited root repo in it."""
    evidence = {name: citations(notes, SEEN) or _seen_in(name, families) for name, notes in row["namespace_evidence"].items()}
    return {
        "id": row["id"],
        "name": row["name"],
        "role": row["role"],
        "kind": row["kind"],
        "curated_on": SEEN,
        "parent_company": row["parent_company"] if row["verified"] else "",
        "aliases": row["aliases"],
        "modelscope_namespaces": row["modelscope_namespaces"],
        "note": _said(row["jurisdiction_note"]),
        "jurisdiction": _jurisdiction(row),
        "namespaces": [{"name": name, "citations": evidence[name]} for name in row["hf_namespaces"] if evidence.get(name)],
        "lists": [_list_entry(entry) for entry in row["lists"] if entry["verified"]],
    }


def _seen_in(namespace: str, families: list[Row]) -> list[Row]:
    roots = [root for record in families for root in record["roots"] if root["repo"].startswith(f"{namespace}/")]
    return [citation for root in roots[:1] for citation in root["citations"]]


def _jurisdiction(row: Row) -> Row:
    if not row["jurisdiction_verified"]:
        return {"state": "unknown"}
    of_lists = {source for entry in row["lists"] for source in entry["sources"]}
    via = row["verified_via"].partition("namespaces:")[0]
    notes = [note for note in row["sources"] if _tells_home(note, via) and (note not in of_lists or "Epoch" not in via)]
    cited = citations(notes, SEEN)
    return {"state": "established", "code": row["jurisdiction"], "citations": cited} if cited else {"state": "unknown"}


def _tells_home(note: str, via: str) -> bool:
    """Whether a source note is of the kind on which the jurisdiction was verified."""
    if note.startswith("Epoch AI"):
        return "Epoch" in via
    if note.startswith("http"):
        return "press or company page" in via
    if re.search(r"licen[cs]e", note, re.I):
        return "licence text" in via
    if "copyright" in note:
        return "copyright" in via
    return "project README" in via and ("README" in note or "names the developer" in note)


def _list_entry(entry: Row) -> Row:
    return {
        "list": entry["list"],
        "status": entry["status"],
        "date": entry["date"] or "unknown",
        "detail": entry["detail"],
        "citations": citations(entry["sources"], SEEN),
    }


# --- families


def family(row: Row, hashes: list[Row]) -> Row | None:
    """A reviewed family record, or None when nothing public was cited for it."""
    of_tokenizer = [one for one in hashes if row["id"] in one["families"] and one["reference_repo"] in row["root_repos"]]
    sources = citations(row["sources"], SEEN) or [citation for one in of_tokenizer for citation in one["citations"]]
    if not row["root_repos"] or not sources:
        return None
    roots = [{"repo": repo, "citations": _of_root(repo, row, sources), "evidence": dict(UNREAD)} for repo in row["root_repos"]]
    evidenced = {key for key, grade in row["field_evidence"].items() if grade}
    derived = row["derived_from"] if row["verified"] and not _MEMORY.search(row["note"]) else ""
    released = citations(row["released_sources"], SEEN) if row["released_verified"] else []
    return {
        "id": row["id"],
        "name": row["name"],
        "developer": row["developer"],
        "curated_on": SEEN,
        "verified": row["verified"],
        "pattern_scope": row["pattern_scope"],
        "id_patterns": row["id_patterns"],
        "derived_from": derived or "",
        "released": row["released"] if released else "",
        "released_citations": released,
        "architectures": row["architectures"] if "architectures" in evidenced else [],
        "model_types": row["model_types"] if "model_types" in evidenced else [],
        "vocab_sizes": row["vocab_sizes"] if "vocab_sizes" in evidenced else [],
        "hidden_sizes": row["hidden_sizes"] if "vocab_sizes" in evidenced else [],
        "tokenizer_classes": row["tokenizer_class"] if "tokenizer_class" in evidenced else [],
        "gguf_architectures": row.get("gguf_architectures", []),
        "note": _said(row["note"]),
        "citations": sources,
        "roots": roots,
        "aliases": row.get("repo_aliases", []),
        "licences": [
            {"repo": repo, "licence": fact["licence"], "citations": cited}
            for repo, fact in row["licence_by_repo"].items()
            if (cited := citations([fact["source"]], SEEN))
        ],
        "configs": [{"repo": repo, **facts} for repo, facts in row.get("config_by_repo", {}).items() if _REPO.match(repo)],
    }


def _of_root(repo: str, row: Row, sources: list[Row]) -> list[Row]:
    """Its own note; else the sources that name it; else the first ones of the family, which list its repos."""
    name = repo.rpartition("/")[2].casefold()
    own = citations([row["root_evidence"].get(repo, "")], SEEN)
    return own or [one for one in sources if name in one.get("title", "").casefold()][:3] or sources[:2]


def prehash(row: Row) -> Row:
    """A tokenizer hash of llama.cpp's converter; the wider family list only where it was verified."""
    names = row["families"] if row["family_mapping_verified"] else [row["family"]] if row["family"] else []
    return {
        "hash": row["chkhsh"],
        "pre_tokenizer": row["pre_tokenizer"],
        "reference_repo": row["ref_repo"],
        "families": names,
        "note": _said(row["note"]),
        "citations": citations([row["source"]], SEEN),
    }


def declared_base(row: Row) -> Row | None:
    """A base that the MTEB package records for a model it benchmarks; which kind of derivation it does not say."""
    if row["child"] == row["base"] or not _REPO.match(row["child"]) or not _REPO.match(row["base"]):
        return None
    return {
        "child": row["child"],
        "parent": row["base"],
        "relation": "unknown",
        "confidence": 0.9,
        "note": "MTEB's model metadata names it as the model that this one was adapted from.",
        "citations": citations([row["source"]], SEEN),
    }


if __name__ == "__main__":
    main()
