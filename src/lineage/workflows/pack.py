"""The attestation pack: one folder that an officer files, and that
anybody can check a year later with standard tools."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from lineage.core.codec import encode
from lineage.core.errors import CannotRunError, UsageError
from lineage.core.plain_file import NotPlainError, read_plain
from lineage.policy.policy import Policy
from lineage.report.breakdown import breakdown
from lineage.report.document import Report
from lineage.report.formats import View, render
from lineage.report.gather import gather
from lineage.report.printable import printable

SCHEMA = "lineage-pack/1"
SUMS = "SHA256SUMS"
MANIFEST = "manifest.json"
_FORMATS = {
    "report.html": "html",
    "report.json": "json",
    "report.txt": "text",
    "bom.cdx.json": "cyclonedx",
    "bom.spdx.json": "spdx",
    "summary.csv": "csv",
}
REQUIRED = (MANIFEST, "README.txt", "policy.json", "inputs/records.json", *_FORMATS)
_LARGEST_MEMBER = 512 * 2**20
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


def build(report: Report, policy: Policy, probes: Sequence[Path] = ()) -> dict[str, bytes]:
    """Every file of the pack by its path. The same report and policy always give the same bytes.

    `probes` are files of `lineage probe` that the report rests on.
    """
    own = {f"inputs/probe/{path.name}": path for path in probes}
    if len(own) != len(probes):
        raise UsageError("Two results of lineage probe have the same name.", "Rename one.")
    files = {
        path: render(report, name, View(verbosity=1 if name == "text" else 0))
        for path, name in _FORMATS.items()
    }
    files["policy.json"] = _json(encode(policy))
    files["inputs/records.json"] = _json({"records": _records(report)})
    files[MANIFEST] = _json(_manifest(report, own))
    files["README.txt"] = _readme(report)
    made = {path: text.encode("utf-8", "backslashreplace") for path, text in files.items()}
    made |= {name: path.read_bytes() for name, path in own.items()}
    made[SUMS] = "".join(f"{_sha256(made[path])}  {path}\n" for path in sorted(made)).encode()
    return made


def with_transcripts(results: Sequence[Path]) -> list[Path]:
    """Results of `lineage probe`, each with its transcript where it lies beside it."""
    from lineage.probe.record import transcript_path

    beside = [one for path in results if (one := transcript_path(path)).is_file()]
    return [*results, *beside]


def fingerprint(files: dict[str, bytes]) -> str:
    """SHA-256 of the checksum file: one line that pins the
    whole pack when it is noted elsewhere."""
    return _sha256(files[SUMS])


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _records(report: Report) -> list[dict[str, Any]]:
    """What every source answered, with revision and time; and
    for a model that was not read, why."""
    nodes = gather(report).nodes.values()
    return [
        {
            "id": n.id,
            "status": str(n.status),
            "reason": n.reason,
            "record": encode(n.record) if n.record else None,
        }
        for n in nodes
    ]


def _manifest(report: Report, own: Iterable[str] = ()) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "tool": {"name": "lineage", "version": report.tool_version},
        "data": encode(report.data),
        "generated_at": report.generated_at,
        "policy": {"name": report.policy_name, "source": report.policy_source},
        "circumstances": encode(report.circumstances),
        "verdict": str(report.verdict),
        "targets": [
            {"model": t.model, "revision": t.revision, "verdict": str(t.verdict)}
            for t in report.targets
        ],
        "files": sorted(
            [*_FORMATS, "policy.json", "inputs/records.json", "README.txt", MANIFEST, *own]
        ),
    }


def _readme(report: Report) -> str:
    counts = ", ".join(f"{n} {verdict}" for verdict, n in breakdown(report)["verdicts"].items())
    models = [
        f"  {printable(t.model, 200)}{f' @ {t.revision}' if t.revision else ''}: {t.verdict}"
        for t in report.targets
    ]
    data = (
        f"registry {report.data.registry}, results {report.data.results}, snapshot "
        f"{report.data.snapshot}"
    )
    return "\n".join(
        [
            "LINEAGE ATTESTATION PACK",
            "",
            f"Made {report.generated_at} by lineage {report.tool_version} under policy "
            f"{printable(report.policy_name, 100)}.",
            f"Data: {data}.",
            *map(printable, report.remarks),
            f"Models ({counts}):",
            *models,
            "",
            "What is in here",
            "  report.html         the report to read and to print; open it in any browser, no "
            "network is used",
            "  report.json         the same for programs (schema lineage-report/1); report.txt for "
            "a terminal",
            "  summary.csv         one row per model for a spreadsheet",
            "  bom.cdx.json        bill of materials, CycloneDX 1.6",
            "  bom.spdx.json       bill of materials, SPDX 3.0.1 with the AI profile",
            "  inputs/records.json what each source answered: model card data, file list, "
            "revision, time",
            "  policy.json         the policy as it was applied, waivers included",
            "  manifest.json       versions of the tool and of its data",
            "  SHA256SUMS          checksums of all of the above",
            "",
            "How to check it later",
            "  lineage pack verify .       or without the tool: sha256sum -c SHA256SUMS",
            "  Note the SHA-256 of SHA256SUMS in your file: it pins every byte of this folder.",
            "",
            "What it does not say",
            "  A jurisdiction is no evidence of behaviour; an untested model is not a cleared one.",
            "  A base model that nobody names and that left no trace in the files read is not in "
            "the report.",
            "",
            "Decision (to be filled in)",
            "  Decision: ______________________________   Conditions: "
            "______________________________",
            "  Name and role: _________________________   Date: ____________   Signature: "
            "__________",
            "",
        ]
    )


def write(files: dict[str, bytes], folder: Path) -> None:
    """Put the pack where `folder` says, whole or not at all.

    Raises UsageError where something is there already.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(
            f"{folder} exists and is not empty.",
            "Name a new folder; a filed pack is never overwritten.",
        )
    made = folder.with_name(f".{folder.name}.{os.getpid()}.tmp")
    try:
        for path, data in files.items():
            place = made / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
        if folder.exists():
            folder.rmdir()
        made.rename(folder)
    except OSError as problem:
        shutil.rmtree(made, ignore_errors=True)
        raise CannotRunError(
            f"{folder} could not be written: {problem.strerror or problem}.",
            "Choose another folder with -o.",
        ) from problem


def read(folder: Path) -> dict[str, bytes]:
    """Every file of a filed pack. Raises UsageError where the folder is not a pack at all."""
    if not (folder / SUMS).exists():
        raise UsageError(
            f"{folder} is not a lineage pack: it has no {SUMS}.",
            "Name the folder that `lineage pack` made.",
        )
    try:
        found = [
            path for path in sorted(folder.rglob("*")) if path.is_symlink() or not path.is_dir()
        ]
        return {path.relative_to(folder).as_posix(): _member(path) for path in found}
    except NotPlainError as problem:
        raise UsageError(
            f"{problem.filename} is no part of a lineage pack: {problem.strerror}.",
            "Name the folder that `lineage pack` made, as it was filed.",
        ) from problem
    except OSError as problem:
        raise CannotRunError(
            f"{problem.filename or folder} could not be read: {problem.strerror or problem}."
        ) from problem


def _member(path: Path) -> bytes:
    """A link is none of the pack's bytes, wherever it leads."""
    return b"" if path.is_symlink() else read_plain(path, _LARGEST_MEMBER)


def check(files: dict[str, bytes]) -> list[str]:
    """What is wrong with a filed pack: checksums, completeness, and
    that its documents list the same models."""
    problems = list(_checksums(files))
    problems += [f"{path} is missing." for path in REQUIRED if path not in files]
    if not problems:
        problems += _documents(files)
    return problems


def _checksums(files: dict[str, bytes]) -> Iterator[str]:
    listed: dict[str, str] = {}
    for number, line in enumerate(files[SUMS].decode("utf-8", "replace").splitlines(), 1):
        digest, gap, path = line.partition("  ")
        if not gap or len(digest) != 64:
            yield f"{SUMS} line {number} is not a checksum line."
        else:
            listed[path] = digest
    for path, digest in listed.items():
        if path not in files:
            yield f"{printable(path, 200)} is listed in {SUMS} and missing."
        elif _sha256(files[path]) != digest:
            yield f"{printable(path, 200)} is not what was filed: its checksum differs."
    for path in files:
        if path not in listed and path != SUMS:
            yield f"{printable(path, 200)} is not listed in {SUMS}: it was added later."


def _documents(files: dict[str, bytes]) -> list[str]:
    try:
        documents = {path: json.loads(files[path]) for path in REQUIRED if path.endswith(".json")}
        return [*_schema(documents), *_same_models(documents)]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        return [
            f"A document of the pack does not hold what it must: {type(problem).__name__} "
            f"{printable(problem, 200)}."
        ]


def _schema(documents: dict[str, Any]) -> Iterator[str]:
    report, manifest = documents["report.json"], documents[MANIFEST]
    if manifest.get("schema") != SCHEMA:
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


def _missing(what: str, models: Iterable[str]) -> Iterator[str]:
    yield from (f"{what} {printable(model, 200)}." for model in sorted(models))
