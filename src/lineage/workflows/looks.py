"""Reads what a report, a pack or a lock file says of each model, into one form that can be
compared. What a document does not hold is None, which is not the same as nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from pathlib import Path
from typing import Any

from lineage.core.errors import UsageError
from lineage.core.plain_file import read_plain
from lineage.core.value import dataclass
from lineage.policy.finding import Verdict
from lineage.report.document import Report
from lineage.report.drift import Look
from lineage.report.json import to_dict
from lineage.workflows.pack import MANIFEST, POLICY, RECORDS, SUMS

_LARGEST = 256 * 2**20
_FORMS = "Give a JSON report (lineage audit -f json), a pack, a lineage.lock or an index."


@dataclass(frozen=True)
class SeenModel:
    """One model of a lineage at one look."""

    status: str = ""
    revision: str | None = None
    repo_key: str | None = None
    """The hub's own key, which a name with a new owner does not keep."""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class SeenTarget:
    """One audited model at one look."""

    model: str
    verdict: str
    nodes: Mapping[str, SeenModel]
    """The audited model among them."""
    parents: frozenset[str]
    """`child -> parent (relation)`, as a lock file writes it."""
    languages: Mapping[str, str]
    """What tests say, by language."""
    results: Mapping[str, str] | None = None
    """By id of each result that reaches it: one phrase about it."""
    findings: Mapping[tuple[str, str], str] | None = None
    """Level by rule and model; waived ones left out."""
    asked: tuple[str, ...] = ()
    """The targets that led to it, as they were written."""


@dataclass(frozen=True)
class Seen:
    """One document."""

    look: Look
    targets: Mapping[str, SeenTarget]
    """By canonical id."""
    basis: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Tool, policy, dates of data."""
    laws: Mapping[str, str] | None = None
    """The status of each requirement of the policy."""


def read(path: Path) -> Seen:
    """Raises UsageError, naming the file, where it is none of these."""
    if path.is_dir():
        return _pack(path)
    document = _json(path)
    if isinstance(document, dict) and "lock" in document:
        from lineage.workflows.lock import read_lock

        return of_lock(read_lock(path), str(path))
    if isinstance(document, dict) and document.get("schema") == "lineage-report/1":
        return of_report(document, str(path))
    raise UsageError(f"{path} is not a report, pack, lock or index.", _FORMS)


def is_look(path: Path) -> bool:
    """Whether it is any of these, rather than a list of models."""
    if path.is_dir():
        return True
    try:
        document = json.loads(read_plain(path, _LARGEST))
    except (OSError, ValueError, RecursionError):
        return False
    if not isinstance(document, dict):
        return False
    return "lock" in document or document.get("schema") == "lineage-report/1"


def _json(path: Path) -> Any:
    try:
        return json.loads(read_plain(path, _LARGEST))
    except OSError as problem:
        reason = problem.strerror or problem
        raise UsageError(f"{path} could not be read: {reason}.", _FORMS) from problem
    except (ValueError, RecursionError) as problem:
        raise UsageError(f"{path} is not a report, pack, lock or index.", _FORMS) from problem


def _pack(folder: Path) -> Seen:
    if not (folder / SUMS).exists() or not (folder / MANIFEST).exists():
        raise UsageError(f"{folder} is not a lineage pack.", _FORMS)
    found = of_report(_json(folder / "report.json"), str(folder))
    records, policy = _json(folder / RECORDS), _json(folder / POLICY)
    try:
        keys = {
            str(one["id"]): (one.get("record") or {}).get("repo_key") for one in records["records"]
        }
        laws = {str(one["id"]): str(one["status"]) for one in policy.get("requirements", ())}
    except (KeyError, TypeError, AttributeError) as problem:
        raise UsageError(
            f"{folder} does not hold what a pack does: {type(problem).__name__} {problem}.", _FORMS
        ) from problem
    targets = {name: _with_keys(target, keys) for name, target in found.targets.items()}
    return replace(found, look=replace(found.look, form="pack"), targets=targets, laws=laws)


def _with_keys(target: SeenTarget, keys: Mapping[str, str | None]) -> SeenTarget:
    nodes = {id_: replace(node, repo_key=keys.get(id_)) for id_, node in target.nodes.items()}
    return replace(target, nodes=nodes)


def of_run(report: Report) -> Seen:
    """A run that was just made."""
    found = of_report(to_dict(report), "now")
    keys = {
        id_: node.record.repo_key if node.record else None
        for target in report.targets
        for id_, node in target.graph.nodes.items()
    }
    targets = {name: _with_keys(one, keys) for name, one in found.targets.items()}
    return replace(found, look=replace(found.look, form="audit"), targets=targets)


def of_report(document: Mapping[str, Any], name: str) -> Seen:
    """Raises UsageError where it is no report after all."""
    try:
        targets = _worst(_of_target(one) for one in document["targets"])
        policy, tool = document["policy"], document["tool"]
        basis = {"lineage": str(tool["version"]), "policy": str(policy["name"])}
        basis |= _of_data(tool["data"])
        laws = policy.get("requirements")
        look = Look(name, "report", str(document["generated_at"]), len(targets))
        return Seen(look, targets, basis, dict(laws) if laws is not None else None)
    except (KeyError, TypeError, AttributeError, ValueError) as problem:
        raise UsageError(
            f"{name} does not hold what a report does: {type(problem).__name__} {problem}.", _FORMS
        ) from problem


def _of_data(data: Mapping[str, Any]) -> dict[str, str]:
    """The day of each part, and which data it is."""
    return {
        "curated data" if key == "version" else f"{key} data": str(value)
        for key, value in data.items()
    }


def _of_target(target: Mapping[str, Any]) -> SeenTarget:
    nodes = {
        str(one["id"]): SeenModel(
            str(one["status"]), one.get("revision"), aliases=tuple(one.get("aliases") or ())
        )
        for one in target["nodes"]
    }
    parents = {
        f"{one['child']} -> {one['parent']} ({_how(one['relation'], one.get('component'))})"
        for one in target["edges"]
    }
    findings = {
        (str(one["rule"]), str(one["model"])): str(one["level"])
        for one in target["findings"]
        if not one.get("waived")
    }
    results = {str(one["id"]): _phrase(one) for one in target["exposure"]["results"]}
    languages = target["exposure"]["by_language"]
    return SeenTarget(
        str(target["model"]),
        str(Verdict(target["verdict"])),
        nodes,
        frozenset(parents),
        {str(key): str(value) for key, value in languages.items()},
        results,
        findings,
        (str(target["target"]),),
    )


def _how(relation: object, component: object) -> str:
    return f"{relation}, {component}" if component else str(relation)


def _phrase(result: Mapping[str, Any]) -> str:
    where = f" in {result['language']}" if result.get("language") else ""
    return f"{result.get('suite')} of {result.get('model')}{where}: {result.get('outcome')}"


def _worst(targets: Iterable[SeenTarget]) -> dict[str, SeenTarget]:
    """A model of several rows once, with the worst of its verdicts."""
    found: dict[str, SeenTarget] = {}
    for one in targets:
        known = found.get(one.model)
        if known is None or Verdict(one.verdict).rank > Verdict(known.verdict).rank:
            found[one.model] = replace(one, asked=(*(known.asked if known else ()), *one.asked))
        else:
            found[one.model] = replace(known, asked=(*known.asked, *one.asked))
    return found


def of_lock(document: Mapping[str, Any], name: str) -> Seen:
    """Raises UsageError where a field is not what a lock file has."""
    try:
        targets = _worst(_of_locked(key, one) for key, one in document["models"].items())
        tool, policy = document.get("tool") or {}, document.get("policy") or {}
        basis = {"lineage": str(tool.get("version", "0.1.0")), "policy": str(policy.get("name"))}
        basis |= _of_data(document.get("data") or {})
        laws = policy.get("requirements")
        look = Look(name, "lock", models=len(targets))
        return Seen(look, targets, basis, dict(laws) if laws is not None else None)
    except (KeyError, TypeError, AttributeError, ValueError) as problem:
        raise UsageError(
            f"{name} does not hold what a lock file does: {type(problem).__name__} {problem}.",
            "Write it again with `lineage lock`.",
        ) from problem


def _of_locked(key: str, one: Mapping[str, Any]) -> SeenTarget:
    own = SeenModel("", one.get("revision"), one.get("repo_key"))
    others = {
        str(name): SeenModel(str(was.get("status", "")), was.get("revision"), was.get("repo_key"))
        for name, was in (one.get("ancestors") or {}).items()
    }
    languages = (one.get("exposure") or {}).get("by_language") or {}
    return SeenTarget(
        str(one["model"]),
        str(Verdict(one["verdict"])),
        {str(one["model"]): own, **others},
        frozenset(map(str, one.get("parents") or ())),
        {str(name): str(state) for name, state in languages.items()},
        asked=(key,),
    )
