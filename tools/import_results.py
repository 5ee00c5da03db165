"""Imports the verified rows of a raw folder of published test results into our reviewed TOML records.

    python tools/import_results.py RAW_FOLDER [--overwrite]

Rows that nobody read at their source, and rows marked as not to be used, stay out. An existing file is kept unless `--overwrite` is given.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from toml_text import dump

DATA = Path(__file__).parents[1] / "src" / "lineage" / "data"
SEEN = "2026-11-21"
Row = dict[str, Any]


def main() -> None:
    """Read the raw folder and write one file per verified record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("raw", type=Path)
    parser.add_argument("--overwrite", action="store_true", help="replace records that exist, hand corrections included")
    options = parser.parse_args()
    folder = DATA / "results"
    folder.mkdir(parents=True, exist_ok=True)
    with (options.raw / "censorship_results.jsonl").open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            path = folder / f"{row['id']}.toml"
            if row["verified"] and not row.get("do_not_use") and (options.overwrite or not path.exists()):
                path.write_text(dump(result(row)), encoding="utf-8")


def _plain(text: str) -> str:
    """What the collector only remembered is unverified to us."""
    return (
        text.replace("from memory, unverified", "unverified")
        .replace("URL slug from memory; text", "Text")
        .replace("URL slug from memory; read", "Read")
    )


def _dates(text: str | None) -> str:
    """A date, or two with a slash between; `2025 (before 2025-07-16)` is a span too."""
    return (text or "unknown").replace(" (before ", "/").rstrip(")")


def result(row: Row) -> Row:
    """A reviewed result record from a raw row."""
    return {
        "id": row["id"],
        "model": row["model"] or "unknown",
        "model_as_named": row["model_as_named"],
        "model_basis": row.get("model_id_basis") or "",
        "curated_on": SEEN,
        "suite": row["suite"],
        "metric": row["metric"],
        "value": row["value"],
        "unit": row["unit"],
        "higher_is": row["higher_is"],
        "n": row["n_prompts"],
        "ci95": row.get("ci95"),
        "control_value": row.get("control_complete_mean"),
        "control_language": None if row.get("control_complete_mean") is None else "en",  # SpeechMap's control sets are English only
        "other_judge_value": row.get("alt_judge_value"),
        "language": row["language"],
        "topics": row["topics"],
        "outcome": row["outcome"],
        "access": row["access"],
        "layer": row["layer"],
        "host": row.get("host"),
        "system_prompt": row.get("system_prompt"),
        "subset_of": row.get("subset_of"),
        "tested_on": _dates(row["tested_on"]),
        "evidence_class": row["evidence_class"],
        "read_as": row["read_as"],
        "control": row["control"],
        "topic_scope": row["china_scope"],
        "finding": row["finding"],
        "caveat": _plain(row["caveat"]),
        "data_licence": _plain(row.get("data_licence") or ""),
        "citation": {
            "url": row["url"],
            "title": row["title"],
            "where": row["where"],
            "publisher": row["publisher"],
            "published_on": row["published_on"],
            "seen_on": SEEN,
            "read_in": row["verified_via"].removeprefix("stored copy: "),
        },
    }


if __name__ == "__main__":
    main()
