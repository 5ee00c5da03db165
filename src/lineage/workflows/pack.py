"""The attestation pack: one folder that an officer files, and that
anybody can check a year later with standard tools."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from lineage.core.codec import encode
from lineage.core.errors import CannotRunError, UsageError
from lineage.core.value import dataclass
from lineage.policy.policy import Policy
from lineage.report.breakdown import breakdown
from lineage.report.document import Report
from lineage.report.formats import View, render
from lineage.report.gather import gather
from lineage.report.html.answers import render as render_answers
from lineage.report.inquiry import inquiry
from lineage.report.printable import printable

SCHEMA = "lineage-pack/2"
SUMS = "SHA256SUMS"
MANIFEST = "manifest.json"
BY_KEY = "attestation.dsse.json"
BY_SIGSTORE = "attestation.sigstore.json"
ATTESTATIONS = (BY_KEY, BY_SIGSTORE)
"""They sign the checksums, so they do not stand in them."""
_FORMATS = {
    "report.html": "html",
    "report.json": "json",
    "report.txt": "text",
    "bom.cdx.json": "cyclonedx",
    "bom.spdx.json": "spdx",
    "summary.csv": "csv",
}
_OWN = (
    MANIFEST,
    "README.txt",
    "answers.html",
    "inquiry.json",
    "policy.json",
    "inputs/records.json",
    "inputs/results.json",
)
REQUIRED = (*_OWN, *_FORMATS)
_STRANGE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True)
class OwnFile:
    """A file of the user that goes into the pack as it is: what a supplier sent, a probe."""

    name: str
    body: bytes


def build(
    report: Report,
    policy: Policy,
    probes: Sequence[Path] = (),
    supplied: OwnFile | None = None,
) -> dict[str, bytes]:
    """Every file of the pack by its path. The same report and policy always give the same bytes.

    `probes` are files of `lineage probe` that the report rests on, `supplied` the list that was
    audited.
    """
    own = {f"inputs/probe/{path.name}": path for path in probes}
    if len(own) != len(probes):
        raise UsageError("Two results of lineage probe have the same name.", "Rename one.")
    bodies = {name: path.read_bytes() for name, path in own.items()}
    if supplied is not None:
        bodies[f"inputs/supplied/{_plain(supplied.name)}"] = supplied.body
    files = {
        path: render(report, name, View(verbosity=1 if name == "text" else 0))
        for path, name in _FORMATS.items()
    }
    files["answers.html"] = render_answers(report, policy)
    files["inquiry.json"] = _json(inquiry(report, policy))
    files["policy.json"] = _json(encode(policy))
    files["inputs/records.json"] = _json({"records": _records(report)})
    files["inputs/results.json"] = _json({"results": _results(report)})
    files[MANIFEST] = _json(_manifest(report, bodies))
    files["README.txt"] = _readme(report, sorted(bodies))
    made = {path: text.encode("utf-8", "backslashreplace") for path, text in files.items()}
    made |= bodies
    made[SUMS] = "".join(f"{sha256(made[path])}  {path}\n" for path in sorted(made)).encode()
    return made


def _plain(name: str) -> str:
    """A file's name without what a line of checksums or a shell would read as its own."""
    return _STRANGE.sub("_", name).lstrip(".")[-120:] or "list"


def with_transcripts(results: Sequence[Path]) -> list[Path]:
    """Results of `lineage probe`, each with its transcript where it lies beside it."""
    from lineage.probe.record import transcript_path

    beside = [one for path in results if (one := transcript_path(path)).is_file()]
    return [*results, *beside]


def fingerprint(files: Mapping[str, bytes]) -> str:
    """SHA-256 of the checksum file: one line that pins the
    whole pack when it is noted elsewhere."""
    return sha256(files[SUMS])


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def sha256(data: bytes) -> str:
    """In hexadecimal."""
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


def _results(report: Report) -> list[dict[str, Any]]:
    """The records of all test results that the report cites, by id, as the data has them."""
    cited = {hit.result.id: hit.result for target in report.targets for hit in target.exposure.hits}
    return [encode(cited[id_]) for id_ in sorted(cited)]


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
        "files": sorted([*_FORMATS, *_OWN, *own]),
    }


def _readme(report: Report, own: Sequence[str]) -> str:
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
            "  answers.html        what buyers' forms ask about lineage, with evidence, and the "
            "record of the inquiry",
            "  inquiry.json        that record for programs: what was searched, when, with which "
            "data, when to look again",
            "  bom.cdx.json        bill of materials, CycloneDX 1.6",
            "  bom.spdx.json       bill of materials, SPDX 3.0.1 with the AI profile",
            "  inputs/records.json what each source answered: model card data, file list, "
            "revision, time",
            "  inputs/results.json the published test results that the report cites, each with its "
            "source",
            *(f"  {path}  as it was given" for path in own),
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
