"""The attestation pack: one folder that an officer files, and that
anybody can check a year later with standard tools."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from lineage.core.codec import encode
from lineage.core.errors import CannotRunError, UsageError
from lineage.core.packaged import DOCUMENTS
from lineage.core.plain_file import hash_plain
from lineage.core.value import dataclass
from lineage.policy.filed import filed
from lineage.policy.policy import Policy
from lineage.report.document import Report
from lineage.report.formats import View, render
from lineage.report.gather import gather
from lineage.report.html.answers import render as render_answers
from lineage.report.inquiry import inquiry
from lineage.report.printable import printable
from lineage.workflows.pack_readme import readme
from lineage.workflows.recording import Recorded

SCHEMA = "lineage-pack/3"
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
POLICY = "policy.json"
RECORDS = "inputs/records.json"
SETTING = "inputs/setting.json"
FILES = "inputs/files.json"
CONTENT = "inputs/files"
"""The folder of what was read of files: each content under its SHA-256."""
DATA = "inputs/data"
PIPED = "standard input"
"""What a list is called that came through a pipe."""
SUPPLIED = "inputs/supplied"
PROBES = "inputs/probe"
_OWN = (
    MANIFEST,
    "README.txt",
    "answers.html",
    "inquiry.json",
    POLICY,
    RECORDS,
    "inputs/results.json",
)
REQUIRED = (*_OWN, *_FORMATS)
REPLAYED = (SETTING, FILES, *(f"{DATA}/{name}" for name in DOCUMENTS))
"""What a pack holds beside these, so that it can be computed again."""
Body = bytes | Path
"""The bytes of a member, or the file that has them."""
LARGEST_MEMBER = 64 * 2**30
_STRANGE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True)
class OwnFile:
    """A file of the user that goes into the pack as it is: what a supplier sent, a probe."""

    name: str
    body: bytes


@dataclass(frozen=True)
class Inputs:
    """What the run was told, and the data that it went by: all that a replay needs beside the
    policy."""

    recorded: Recorded
    content: Path
    """The folder with what was read of files, each under its SHA-256."""
    data: Path
    """The folder of the curated documents."""

    def bodies(self) -> dict[str, Body]:
        """As members of the pack."""
        read = {one.sha256 for one in self.recorded.files if one.sha256}
        return {
            **{f"{CONTENT}/{name}": self.content / name for name in sorted(read)},
            **{f"{DATA}/{name}": self.data / name for name in DOCUMENTS},
        }


def build(
    report: Report,
    policy: Policy,
    probes: Sequence[Path] = (),
    supplied: OwnFile | None = None,
    inputs: Inputs | None = None,
) -> dict[str, Body]:
    """Every file of the pack by its path. The same arguments always give the same bytes.

    `probes` are files of `lineage probe` that the report rests on, `supplied` the list that was
    audited. Without `inputs` nobody can compute the report again, and the pack says so.
    """
    own: dict[str, Body] = {f"{PROBES}/{path.name}": path.read_bytes() for path in probes}
    if len(own) != len(probes):
        raise UsageError("Two results of lineage probe have the same name.", "Rename one.")
    if supplied is not None:
        own[supplied_member(supplied.name)] = supplied.body
    report = _with_first_page(report)
    files = {
        path: render(report, name, View(verbosity=1 if name == "text" else 0))
        for path, name in _FORMATS.items()
    }
    files["answers.html"] = render_answers(report, policy)
    files["inquiry.json"] = _json(inquiry(report, policy))
    files[POLICY] = _json(filed(policy))
    recorded = inputs.recorded if inputs else None
    files[RECORDS] = _as_kept({"records": _records(report, recorded)})
    files["inputs/results.json"] = _json({"results": _results(report)})
    bodies = dict(own)
    if inputs and recorded:
        files[SETTING] = _as_kept(encode(recorded.setting))
        files[FILES] = _json({"files": encode(recorded.files)})
        bodies |= inputs.bodies()
    listed = sorted({*files, *bodies, MANIFEST, "README.txt"})
    files[MANIFEST] = _json(_manifest(report, recorded, listed))
    files["README.txt"] = readme(report, sorted(own), recorded)
    made: dict[str, Body] = {
        path: text.encode("utf-8", "backslashreplace") for path, text in files.items()
    }
    made |= bodies
    made[SUMS] = "".join(f"{digest(made[path])}  {path}\n" for path in sorted(made)).encode()
    return made


def digest(body: Body) -> str:
    """SHA-256 of a member in hexadecimal; a file is read in a stream."""
    return sha256(body) if isinstance(body, bytes) else hash_plain(body, LARGEST_MEMBER)


def supplied_member(name: str) -> str:
    """The place of a supplier's list in the pack."""
    return f"{SUPPLIED}/{_plain(name)}"


def _with_first_page(report: Report) -> Report:
    """With a note where it is not known which commit of a model the pack is about."""
    silent = [one.model for one in report.targets if not one.revision]
    if not silent:
        return report
    named = ", ".join(printable(model, 200) for model in silent[:5])
    more = f" and {len(silent) - 5} more" if len(silent) > 5 else ""
    note = (
        f"No revision is known of {named}{more}: this pack is about the name, and about no "
        "particular commit or files."
    )
    return replace(report, notes=(*report.notes, note))


def _plain(name: str) -> str:
    """A file's name without what a line of checksums or a shell would read as its own."""
    return _STRANGE.sub("_", name).lstrip(".")[-120:] or "list"


def with_transcripts(results: Sequence[Path]) -> list[Path]:
    """Results of `lineage probe`, each with its transcript where it lies beside it."""
    from lineage.probe.record import transcript_path

    beside = [one for path in results if (one := transcript_path(path)).is_file()]
    return [*results, *beside]


def fingerprint(files: Mapping[str, Body]) -> str:
    """SHA-256 of the checksum file: one line that pins the
    whole pack when it is noted elsewhere."""
    return digest(files[SUMS])


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def _as_kept(value: Any) -> str:
    """Keys stay in their order: what is read from there must be what was read then."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def sha256(data: bytes) -> str:
    """In hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def _records(report: Report, recorded: Recorded | None) -> list[dict[str, Any]]:
    """What every source answered, with revision and time; and for a model that was not read, why.
    Where the answers were kept, each is there under what was asked."""
    answers = recorded.answers if recorded else ()
    answered = {one.record.id for one in answers}
    found = [
        {
            "id": one.record.id,
            "asked": one.asked,
            "revision": one.revision,
            "status": str(one.record.status),
            "reason": one.record.reason,
            "record": encode(one.record),
        }
        for one in answers
    ]
    return found + [
        {
            "id": n.id,
            "status": str(n.status),
            "reason": n.reason,
            "record": encode(n.record) if n.record else None,
        }
        for n in gather(report).nodes.values()
        if n.id not in answered
    ]


def _results(report: Report) -> list[dict[str, Any]]:
    """The records of all test results that the report cites, by id, as the data has them."""
    cited = {hit.result.id: hit.result for target in report.targets for hit in target.exposure.hits}
    return [encode(cited[id_]) for id_ in sorted(cited)]


def _manifest(report: Report, recorded: Recorded | None, files: list[str]) -> dict[str, Any]:
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
        "judged_on": recorded.setting.clock[:10] if recorded else report.generated_at[:10],
        "replay": recorded is not None,
        "files": files,
    }


def write(files: Mapping[str, Body], folder: Path) -> None:
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
            if isinstance(data, Path):
                shutil.copyfile(data, place)
            else:
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
