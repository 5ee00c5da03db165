"""Compiles the reviewed TOML records into the JSON documents that the program loads.

The output depends on the records alone: same records, same bytes. It runs when a wheel is built,
and when a checkout is used whose records are newer than its documents; an installed wheel has the
documents and none of the records.
"""

from __future__ import annotations

from pathlib import Path

from lineage.core.packaged import EMBEDDED_VERSION, MANIFEST, SNAPSHOT
from lineage.evidence.compile_registry import registry
from lineage.evidence.document import dumped
from lineage.evidence.records import FOLDERS, Row, records, version
from lineage.sources.release.manifest import written
from lineage.sources.snapshot.source import SnapshotSource


def write(data: Path) -> list[str]:
    """Write the documents beside the records under `data`; the names of the files."""
    documents = compiled(data)
    for name, text in documents.items():
        new = data / f"{name}.new"
        new.write_text(text, encoding="utf-8")
        new.replace(data / name)  # whole or not at all: another process may be reading
    return list(documents)


def is_stale(data: Path, name: str) -> bool:
    """Whether records lie under `data` that are newer than the document `name`, or it is
    missing."""
    records_of = [data / folder for folder in FOLDERS if (data / folder).is_dir()]
    if not records_of:
        return False
    path = data / name
    if not path.exists():
        return True
    compiled_at = path.stat().st_mtime
    made_by = Path(__file__).parent.glob("compile*.py")
    in_folders = (file for folder in records_of for file in folder.iterdir())
    files = [*made_by, data / SNAPSHOT, *data.glob("*.toml"), *in_folders]
    return any(one.stat().st_mtime > compiled_at for one in (*records_of, *files))


def compiled(data: Path) -> dict[str, str]:
    """The text of each compiled file, from the records under `data`."""
    documents = {"registry.json": registry(data), "results.json": results(data)}
    documents["names.json"] = names(data)
    texts = {name: _text(document) for name, document in documents.items()}
    snapshot = data / SNAPSHOT
    dates = {name.partition(".")[0]: row["version"] for name, row in documents.items()}
    dates["snapshot"] = SnapshotSource(snapshot).info().built_on
    content = {name: text.encode() for name, text in texts.items()}
    content[SNAPSHOT] = snapshot.read_bytes()
    return texts | {MANIFEST: written(EMBEDDED_VERSION, dates, content)}


def names(data: Path) -> Row:
    """The document of names outside the Hub, a table a file."""
    rows = list(records(data / "names"))
    return {"version": version(rows), "tables": {row["id"]: row for row in rows}}


def _text(document: Row) -> str:
    return dumped(document) + "\n"


def results(data: Path) -> Row:
    """The results document."""
    rows = list(records(data / "results"))
    suites, units = list(records(data / "suites")), list(records(data / "units"))
    return {
        "version": version([*rows, *suites, *units]),
        "results": [_result(row) for row in rows],
        "families": _families(data, rows),
        "suites": {row["id"]: row for row in suites},
        "units": [
            {"suite": row["suite"], "language": row["language"], **unit}
            for row in units
            for unit in row["units"]
        ],
    }


def _families(data: Path, rows: list[Row]) -> Row:
    """The family of each tested model as the registry tells it, so that no run has to match sixty
    names to find relatives."""
    from lineage.evidence.registry import Registry

    known = Registry(registry(data))
    found = {
        row["model"]: known.family_of(row["model"]) for row in rows if row["model"] != "unknown"
    }
    return {model: family.id for model, family in found.items() if family}


def _result(row: Row) -> Row:
    cited = row["citation"]
    kept = (
        "id",
        "model_as_named",
        "suite",
        "metric",
        "value",
        "se",
        "unit",
        "higher_is",
        "n",
        "language",
        "topics",
        "outcome",
        "access",
        "layer",
    )
    more = (
        "finding",
        "caveat",
        "evidence_class",
        "control_value",
        "host",
        "subset_of",
    )
    fields = {
        "model": None if row["model"] == "unknown" else row["model"],
        "is_control": row["control"],
        "tested_on": None if row["tested_on"] == "unknown" else row["tested_on"],
        "published_on": cited.get("published_on"),
        "publisher": cited["publisher"],
        "title": cited["title"],
        "url": cited["url"],
    }
    return fields | {key: row[key] for key in kept + more if key in row}
