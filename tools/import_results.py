"""Imports the verified rows of a raw folder of published test results into our reviewed TOML records.

    python tools/import_results.py RAW_FOLDER [--overwrite]

Rows that nobody read at their source, rows marked as not to be used, and rows about a judge or about another subject stay out. An existing
file is kept unless `--overwrite` is given.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from toml_text import dump

DATA = Path(__file__).parents[1] / "src" / "lineage" / "data"
FILES = {
    "censorship_results.jsonl": "2026-11-21",
    "results_new.jsonl": "2026-11-28",
    "results_new2.jsonl": "2026-11-28",
}
"""The raw files, and when their collectors looked at the sources."""
ABOUT_JUDGES = frozenset({"cohen_kappa_refusal"})
OFF_SUBJECT = frozenset({"mixed-topics"})
"""Scores over political questions of every kind: they tell of general willingness, not of the subject."""
Row = dict[str, Any]


def main() -> None:
    """Read the raw folder and write one file per verified record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("raw", type=Path)
    parser.add_argument("--overwrite", action="store_true", help="replace records that exist, hand corrections included")
    options = parser.parse_args()
    folder = DATA / "results"
    folder.mkdir(parents=True, exist_ok=True)
    for name, seen in FILES.items():
        with (options.raw / name).open(encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                path = folder / f"{row['id']}.toml"
                if _is_wanted(row) and (options.overwrite or not path.exists()):
                    path.write_text(dump(result(row, seen)), encoding="utf-8")


def _is_wanted(row: Row) -> bool:
    is_about_a_model = row["metric"] not in ABOUT_JUDGES and row["china_scope"] not in OFF_SUBJECT
    return row["verified"] and not row.get("do_not_use") and is_about_a_model


def _plain(text: str) -> str:
    """What the collector only remembered is unverified to us."""
    return (
        text.replace("from memory, unverified", "unverified")
        .replace("URL slug from memory; text", "Text")
        .replace("URL slug from memory; read", "Read")
        .replace(", from memory of the Ollama library", ", not confirmed by the library itself")
    )


def _dates(text: str | None) -> str:
    """A date, or two with a slash between; `2025 (before 2025-07-16)` is a span too."""
    return (text or "unknown").replace(" (before ", "/").rstrip(")")


def result(row: Row, seen: str) -> Row:
    """A reviewed result record from a raw row."""
    return {
        "id": row["id"],
        "model": row["model"] or "unknown",
        "model_as_named": row["model_as_named"],
        "model_basis": _plain(row.get("model_id_basis") or ""),
        "curated_on": seen,
        "suite": row["suite"],
        "metric": row["metric"],
        "value": row.get("value"),
        "se": row.get("se"),
        "unit": row.get("unit"),
        "higher_is": row.get("higher_is"),
        "n": row.get("n_prompts"),
        "ci95": row.get("ci95"),
        "control_value": row.get("control_complete_mean", row.get("control_value")),
        "control_language": "en" if "control_complete_mean" in row else row.get("control_language"),  # SpeechMap's own sets are English
        "other_judge_value": row.get("alt_judge_value"),
        "language": row["language"],
        "topics": row["topics"],
        "outcome": row["outcome"],
        "access": row["access"],
        "layer": row["layer"],
        "host": row.get("host"),
        "system_prompt": row.get("system_prompt"),
        "subset_of": row.get("subset_of"),
        "tested_on": _dates(row.get("tested_on")),
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
            "published_on": row.get("published_on"),
            "seen_on": row.get("seen_on") or seen,
            "read_in": row["verified_via"].removeprefix("stored copy: "),
        },
    }


if __name__ == "__main__":
    main()
