"""Compiles the reviewed TOML records into the JSON documents that the program loads.

The output depends on the records alone: same records, same bytes. It runs when a wheel is built,
and when a checkout is used whose records are newer than its documents; an installed wheel has the
documents and none of the records.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from lineage.core.packaged import EMBEDDED_VERSION, MANIFEST, SNAPSHOT
from lineage.evidence.compile_registry import registry
from lineage.evidence.document import dumped, packed
from lineage.evidence.grading import Pool, grade
from lineage.evidence.records import FOLDERS, Row, records, version
from lineage.evidence.registry import Registry
from lineage.evidence.suites import AnsweredUnit, Suite, pools, read_suite, read_unit
from lineage.sources.release.manifest import written
from lineage.sources.snapshot.source import SnapshotSource

_MADE_BY = ("compile*.py", "grading.py", "limits.py", "suites.py")
"""The modules whose change makes other documents of the same records."""


def write(data: Path) -> list[str]:
    """Write the documents beside the records under `data`; the names of the files."""
    documents = compiled(data)
    for name, text in documents.items():
        new = data / f"{name}.{os.getpid()}.new"  # another process may be writing the same
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
    made_by = [file for name in _MADE_BY for file in Path(__file__).parent.glob(name)]
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
    known = Registry(registry(data))

    def family(model: str) -> str | None:
        found = known.family_of(model)
        return found.id if found is not None else None

    rows = list(records(data / "results"))
    suites, units = list(records(data / "suites")), list(records(data / "units"))
    return {
        "version": version([*rows, *suites, *units]),
        "results": [packed(_result(row)) for row in rows],
        "results_of": _places(rows, lambda model: known.canonical(model).casefold()),
        "results_in": _places(rows, family),
        "suites": {row["id"]: row for row in suites},
        "units": _units(suites, units),
    }


def _units(suites: list[Row], files: list[Row]) -> list[str]:
    """Every unit with its grade beside the comparison models, so that no run has to reckon it."""
    rows = [
        {"suite": file["suite"], "language": file["language"], **unit}
        for file in files
        for unit in file["units"]
    ]
    by_id = {row["id"]: read_suite(row) for row in suites}
    units = [read_unit(row) for row in rows]
    graded = [grade(one.unit, _pools(by_id, units, one)) for one in units]
    return [
        packed({**row, "grade": [one.grade, one.reason]})
        for row, one in zip(rows, graded, strict=True)
    ]


def _pools(
    suites: dict[str, Suite], units: list[AnsweredUnit], one: AnsweredUnit
) -> dict[str, Pool]:
    beside = [
        other
        for other in units
        if (other.unit.suite, other.unit.language) == (one.unit.suite, one.unit.language)
    ]
    return pools(suites[one.unit.suite], beside)


def _places(rows: list[Row], key: Callable[[str], str | None]) -> dict[str, list[int]]:
    """The places of the results about exact models, by what `key` makes of the model."""
    found: dict[str, list[int]] = {}
    for number, row in enumerate(rows):
        name = key(row["model"]) if row["model"] != "unknown" else None
        if name is not None:
            found.setdefault(name, []).append(number)
    return found


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
        "control_language",
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
