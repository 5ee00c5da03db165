"""Checks a filed pack: every byte as filed, nothing missing or added, all documents about the same
models."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lineage.core.codec import strict_json
from lineage.report.inquiry import SCHEMA as INQUIRY
from lineage.report.printable import printable
from lineage.workflows.pack import (
    ATTESTATIONS,
    DATA,
    MANIFEST,
    REPLAYED,
    REQUIRED,
    SCHEMA,
    SUMS,
)
from lineage.workflows.pack_members import digest_of

FIRST = "lineage-pack/1"
"""The packs of 0.1.0, which had less in them."""
SECOND = "lineage-pack/2"
"""Those that hold no answers as they were read, so that nobody can compute them again."""
_SINCE_SECOND = ("answers.html", "inquiry.json", "inputs/results.json")
_REPORT_KEYS = ("schema", "tool", "generated_at", "policy", "verdict", "targets", "summary")
_TARGET_KEYS = (
    "target",
    "model",
    "verdict",
    "nodes",
    "edges",
    "roots",
    "complete",
    "unresolved",
    "origin",
    "exposure",
    "findings",
)


def check(files: Mapping[str, bytes]) -> list[str]:
    """What is wrong with a filed pack: checksums, completeness, and
    that its documents list the same models."""
    problems = list(_checksums(files))
    problems += [f"{path} is missing." for path in _required(files) if path not in files]
    if not problems:
        problems += _documents(files)
    return problems


def _required(files: Mapping[str, bytes]) -> tuple[str, ...]:
    """What a pack of its version holds; one that says no version known here holds all."""
    schema = _manifest(files).get("schema")
    if schema == FIRST:
        return tuple(path for path in REQUIRED if path not in _SINCE_SECOND)
    return (*REQUIRED, *REPLAYED) if can_be_replayed(files) else REQUIRED


def can_be_replayed(files: Mapping[str, bytes]) -> bool:
    """Whether the pack says that it holds everything from which it can be computed again."""
    manifest = _manifest(files)
    return manifest.get("schema") not in (FIRST, SECOND) and manifest.get("replay") is not False


def cannot_show(files: Mapping[str, bytes]) -> str:
    """What a pack of its kind cannot show; empty where it holds all that the verdict rests on."""
    if can_be_replayed(files):
        return ""
    schema = _manifest(files).get("schema")
    why = (
        f"It is of schema {schema}, which keeps"
        if schema in (FIRST, SECOND)
        else "It was resumed or made on a cluster, so it keeps"
    )
    return (
        f"{why} no answers as they were read: nobody can compute its verdict again from it. "
        "Make a new pack to have one that can be replayed."
    )


def _manifest(files: Mapping[str, bytes]) -> dict[str, Any]:
    try:
        manifest = json.loads(files.get(MANIFEST, b"null"))
    except (ValueError, RecursionError):
        return {}
    return manifest if isinstance(manifest, dict) else {}


def _checksums(files: Mapping[str, bytes]) -> Iterator[str]:
    listed: dict[str, str] = {}
    lines = files[SUMS].decode("utf-8", "replace").removesuffix("\n").split("\n")
    for number, line in enumerate(lines, 1):
        digest, gap, path = line.partition("  ")
        if not gap or len(digest) != 64:
            yield f"{SUMS} line {number} is not a checksum line."
        elif path in listed:
            yield f"{printable(path, 200)} is listed twice in {SUMS}."
        else:
            listed[path] = digest
    for path, digest in listed.items():
        if path not in files:
            yield f"{printable(path, 200)} is listed in {SUMS} and missing."
        elif digest_of(files, path) != digest:
            yield f"{printable(path, 200)} is not what was filed: its checksum differs."
    for path in files:
        if path not in listed and path not in (SUMS, *ATTESTATIONS):
            yield f"{printable(path, 200)} is not listed in {SUMS}: it was added later."


def _documents(files: Mapping[str, bytes]) -> list[str]:
    try:
        named = [
            path
            for path in _required(files)
            if path.endswith(".json") and not path.startswith(f"{DATA}/")
        ]
        documents = {path: strict_json(files[path]) for path in named}
        problems = [*_schema(documents), *_same_models(documents)]
        if "inquiry.json" in documents:
            problems += _inquiry(documents)
            problems += _listed(documents[MANIFEST], files)
        return problems
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        return [
            f"A document of the pack does not hold what it must: {type(problem).__name__} "
            f"{printable(problem, 200)}."
        ]


def _schema(documents: dict[str, Any]) -> Iterator[str]:
    report, manifest = documents["report.json"], documents[MANIFEST]
    if manifest.get("schema") not in (FIRST, SECOND, SCHEMA):
        yield f"{MANIFEST} is of schema {printable(manifest.get('schema'), 60)}, not {SCHEMA}."
    if report.get("schema") != "lineage-report/1":
        yield (
            f"report.json is of schema {printable(report.get('schema'), 60)}, not lineage-report/1."
        )
    yield from (f"report.json has no {key}." for key in _REPORT_KEYS if key not in report)
    for target in report["targets"]:
        yield from (
            f"report.json has no {key} for {printable(target.get('model'), 120)}."
            for key in _TARGET_KEYS
            if key not in target
        )
    if documents["bom.cdx.json"].get("bomFormat") != "CycloneDX":
        yield "bom.cdx.json is not a CycloneDX document."
    if "@graph" not in documents["bom.spdx.json"]:
        yield "bom.spdx.json is not an SPDX 3 document."


def _same_models(documents: dict[str, Any]) -> Iterator[str]:
    report, manifest = documents["report.json"], documents[MANIFEST]
    targets = [
        {"model": t["model"], "revision": t["revision"], "verdict": t["verdict"]}
        for t in report["targets"]
    ]
    if targets != manifest["targets"] or report["verdict"] != manifest["verdict"]:
        yield f"report.json and {MANIFEST} do not list the same targets and verdicts."
    if report["tool"]["version"] != manifest["tool"]["version"]:
        yield f"report.json and {MANIFEST} do not name the same version of lineage."
    models = {node["id"] for target in report["targets"] for node in target["nodes"]}
    ends = {
        edge[end]
        for target in report["targets"]
        for edge in target["edges"]
        for end in ("child", "parent")
    }
    yield from _missing("an edge of report.json names", ends - models)
    yield from _missing(
        "inputs/records.json has no answer for",
        models - {one["id"] for one in documents["inputs/records.json"]["records"]},
    )
    cyclonedx = documents["bom.cdx.json"]
    root = [cyclonedx["metadata"]["component"]] if "component" in cyclonedx["metadata"] else []
    count = sum(
        part["type"] == "machine-learning-model" for part in [*root, *cyclonedx["components"]]
    )
    if count != len(models):
        yield f"bom.cdx.json lists {count} models, report.json {len(models)}."
    packages = sum(
        element["type"] == "ai_AIPackage" for element in documents["bom.spdx.json"]["@graph"]
    )
    if packages != len(models):
        yield f"bom.spdx.json lists {packages} models, report.json {len(models)}."


def _inquiry(documents: dict[str, Any]) -> Iterator[str]:
    """The record of the inquiry is about the same models and data, and each cited result is
    there."""
    report, record = documents["report.json"], documents["inquiry.json"]
    if record.get("schema") != INQUIRY:
        yield f"inquiry.json is of schema {printable(record.get('schema'), 60)}, not {INQUIRY}."
    if record["made_at"] != report["generated_at"] or record["data"] != report["tool"]["data"]:
        yield "inquiry.json is not of the time and data of report.json."
    searched = [(one["model"], one["verdict"]) for one in record["searched"]]
    if searched != [(printable(t["model"]), t["verdict"]) for t in report["targets"]]:
        yield "inquiry.json and report.json do not list the same models and verdicts."
    if not record["again"]:
        yield "inquiry.json does not say when to look again."
    cited = {hit["id"] for target in report["targets"] for hit in target["exposure"]["results"]}
    known = {one["id"] for one in documents["inputs/results.json"]["results"]}
    yield from _missing("inputs/results.json has no record of", cited - known)


def _listed(manifest: dict[str, Any], files: Mapping[str, bytes]) -> Iterator[str]:
    yield from (
        f"{printable(path, 200)} is not what {MANIFEST} lists."
        for path in sorted({*manifest["files"]} ^ ({*files} - {SUMS, *ATTESTATIONS}))
    )


def _missing(what: str, models: Iterable[str]) -> Iterator[str]:
    yield from (f"{what} {printable(model, 200)}." for model in sorted(models))
