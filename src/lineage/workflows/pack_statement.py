"""What the signature of a pack states, made of the pack's own documents alone: whoever checks it
makes it again and compares."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from lineage.core.errors import DataError
from lineage.core.pattern import late
from lineage.policy.rules.registry import rule
from lineage.report.printable import printable
from lineage.report.purl import purl
from lineage.signing.statement import Statement, Subject
from lineage.workflows.pack import SUMS
from lineage.workflows.pack_members import digest_of

PREDICATE = "https://lineage-audit.github.io/lineage/attestations/verdict/v1"
"""Its fields are documented in docs/attestations.md. A SLSA verification summary says PASSED or
FAILED alone: `review` and `inconclusive` are neither, so this predicate has its names where they
fit and a verdict of its own."""
PACK = "lineage-pack"
"""Name of the subject that is the pack: the digest is its fingerprint."""
_VERIFIER = "https://github.com/lineage-audit/lineage"
_MOST_SUBJECTS = 5000
_MALFORMED = (KeyError, TypeError, ValueError, AttributeError, RecursionError, OverflowError)
"""What the documents of a stranger's pack may end in."""
_SHA256 = late(r"[0-9a-f]{64}\Z")


def statement_of(files: Mapping[str, bytes], signer: str, *, commits: bool = True) -> Statement:
    """The statement about a pack.

    `signer` names who signs, `commits` says whether a revision may be a subject where no digest of
    weights is known: Sigstore's client takes digests of the SHA-2 and SHA-3 families alone. Raises
    DataError where a document of the pack is not what lineage writes.
    """
    try:
        return _statement(files, signer, commits=commits)
    except _MALFORMED as problem:
        raise _malformed(problem) from problem


def _malformed(problem: Exception) -> DataError:
    text = f"{type(problem).__name__} {printable(problem, 100)}"
    return DataError(f"A document of the pack does not hold what a signature states: {text}.")


def _statement(files: Mapping[str, bytes], signer: str, *, commits: bool) -> Statement:
    report = json.loads(files["report.json"])
    listed = {
        one["id"]: one["record"] for one in _document(files, "inputs/records.json", "records")
    }
    subjects = [Subject(PACK, {"sha256": digest_of(files, SUMS)})]
    for target in report["targets"]:
        subjects += _weights(target, listed.get(target["model"]), commits=commits)
    return Statement(tuple(subjects[:_MOST_SUBJECTS]), PREDICATE, _predicate(files, report, signer))


def _document(files: Mapping[str, bytes], path: str, key: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(files[path])[key]
    return found


def _weights(
    target: Mapping[str, Any], record: Mapping[str, Any] | None, *, commits: bool
) -> Iterator[Subject]:
    """Files of the audited model whose digest its source lists, else its commit."""
    hashed = [
        one
        for one in (record or {}).get("files") or ()
        if _SHA256.match(str(one.get("sha256") or ""))
    ]
    for one in sorted(hashed, key=lambda one: str(one["path"])):
        yield Subject(f"{target['model']}/{one['path']}", {"sha256": one["sha256"]})
    if not hashed and commits and target["revision"]:
        yield Subject(target["model"], {"gitCommit": target["revision"]})


def _predicate(
    files: Mapping[str, bytes], report: Mapping[str, Any], signer: str
) -> dict[str, Any]:
    tool = report["tool"]
    return {
        "verifier": {"id": _VERIFIER, "version": {tool["name"]: tool["version"]}},
        "signer": signer,
        "timeVerified": report["generated_at"],
        "policy": {
            "name": report["policy"]["name"],
            "digest": {"sha256": digest_of(files, "policy.json")},
        },
        "verdict": report["verdict"],
        "models": [_model(target) for target in report["targets"]],
        "inputAttestations": [
            {"uri": path, "digest": {"sha256": digest_of(files, path)}}
            for path in sorted(files)
            if path.startswith("inputs/probe/")
        ],
        "data": tool["data"],
        "dataGoodUntil": good_until(files),
    }


def _model(target: Mapping[str, Any]) -> dict[str, Any]:
    name = target["model"]
    return {
        "model": name,
        "revision": target["revision"],
        "resourceUri": purl(name, target["revision"]),
        "verdict": target["verdict"],
        "lineageComplete": target["complete"],
        "ancestors": [
            {"model": node["id"], "revision": node["revision"], "status": node["status"]}
            for node in sorted(target["nodes"], key=lambda node: str(node["id"]))
            if node["id"] != name
        ],
        "modelSignatures": [
            {"model": one["model"], "signer": one["signer"], "state": one["state"]}
            for one in target.get("signatures", ())
        ],
    }


def good_until(files: Mapping[str, bytes]) -> str | None:
    """The last day on which the rule `stale-data` lets the data behind a pack pass; None where no
    date is known. Raises DataError where a document of the pack is not what lineage writes."""
    try:
        return _good_until(json.loads(files["report.json"]), json.loads(files["policy.json"]))
    except _MALFORMED as problem:
        raise _malformed(problem) from problem


def _good_until(report: Mapping[str, Any], policy: Mapping[str, Any]) -> str | None:
    asked = {str(target["source"]) for target in report["targets"]}
    given = (policy.get("settings") or {}).get("stale-data") or {}
    allowed = {one.name: one.default for one in rule("stale-data").settings} | given
    ends = []
    for kind, written in report["tool"]["data"].items():
        limit = allowed.get(f"{kind}-max-age")
        if limit is None or (kind == "snapshot" and kind not in asked):
            continue
        try:
            ends.append(date.fromisoformat(str(written)[:10]) + timedelta(days=int(limit)))
        except (ValueError, OverflowError):
            continue
    return min(ends).isoformat() if ends else None
