"""The lock file: what was established about each model when a person
last looked, and how a fresh audit differs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

from lineage.core.errors import PolicyError
from lineage.core.packaged import EMBEDDED_VERSION
from lineage.core.plain_file import read_plain
from lineage.core.record import Status
from lineage.core.value import dataclass
from lineage.graph.graph import Node
from lineage.policy.finding import Finding, Level, Verdict
from lineage.policy.policy import Policy
from lineage.report.document import Report, TargetReport

VERSION = 1
NAME = "lineage.lock"
RULE = "lock-drift"
"""Id of the findings about differences from the lock."""
_HELP = "https://github.com/lineage-audit/lineage/blob/main/docs/gate.md#lock-and-drift"
_UPGRADE = "docs/upgrade.md"
_LARGEST = 50_000_000
_UNNAMED_TOOL = "0.1.0"
"""The one release whose locks do not name the tool."""
_OUT_OF_SIGHT = (Status.UNREACHABLE, Status.NOT_READ)
"""What these hide may be unchanged: the comparison stays open."""


@dataclass(frozen=True)
class Difference:
    """One difference between a model and its lock."""

    model: str
    """Empty for the run as a whole."""
    message: str
    level: Level = Level.FAIL
    is_open: bool = False
    """Whether it could not be established that the model is still the same."""

    def finding(self) -> Finding:
        """As every report format shows it."""
        return Finding(
            RULE, self.level, self.model, (self.model,), self.message, (NAME,), self.is_open, _HELP
        )


def lock_text(report: Report, policy: Policy) -> str:
    """The lock file of a report: no clock, no machine, every list sorted,
    so that it changes only when a fact does."""
    models = {t.target: _locked(t) for t in report.targets}
    document = {
        "lock": VERSION,
        "tool": {"name": "lineage", "version": report.tool_version},
        "policy": {
            "name": policy.name,
            "sha256": policy_hash(policy),
            **({"requirements": dict(report.requirements)} if report.requirements else {}),
        },
        "data": asdict(report.data),
        "models": models,
    }
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _locked(target: TargetReport) -> dict[str, Any]:
    graph = target.graph
    return {
        "model": target.model,
        "revision": target.revision,
        "verdict": str(target.verdict),
        "roots": sorted(graph.roots()),
        "jurisdictions": sorted(target.origin.jurisdictions),
        "exposure": {
            "state": str(target.exposure.state),
            "by_language": {k: str(v) for k, v in target.exposure.by_language.items()},
            "standing": str(target.exposure.own.state),
        },
        "repo_key": _key(graph.nodes[target.model]),
        "ancestors": {
            n.id: {"revision": n.revision, "status": str(n.status), "repo_key": _key(n)}
            for n in graph.nodes.values()
            if n.id != target.model
        },
        "parents": sorted(
            f"{e.child} -> {e.parent} ({_how(e.relation, e.component)})" for e in graph.edges
        ),
    }


def _key(node: Node) -> str | None:
    """The hub's own key of the repository, which a name with a new owner does not keep."""
    return node.record.repo_key if node.record else None


def _how(relation: object, component: str | None) -> str:
    return f"{relation}, {component}" if component else str(relation)


def policy_hash(policy: Policy) -> str:
    """SHA-256 over what the policy says other than the default; where it was read from does not
    matter."""
    usual = _plain(Policy())
    recorded = {k: v for k, v in _plain(policy).items() if k != "source" and v != usual[k]}
    return hashlib.sha256(json.dumps(recorded, sort_keys=True, default=str).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {k: _plain(getattr(value, k)) for k in value.__dataclass_fields__ if k != "place"}
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)


def read_lock(path: Path) -> dict[str, Any]:
    """The lock file's document.

    Raises PolicyError, naming what is wrong, for one that is missing or no lock.
    """
    again = "Write it again with `lineage lock`, and review the difference."
    try:
        document = json.loads(read_plain(path, _LARGEST).decode("utf-8"))
    except FileNotFoundError:
        raise PolicyError(
            f"There is no lock file {path}.", "Write one with `lineage lock`, and commit it."
        ) from None
    except (OSError, ValueError, RecursionError) as problem:
        why = problem.strerror if isinstance(problem, OSError) else problem
        raise PolicyError(f"{path} could not be read as a lock file: {why}.", again) from problem
    if not isinstance(document, dict) or not isinstance(document.get("models"), dict):
        raise PolicyError(f"{path} is not a lock file: it has no models.", again)
    if document.get("lock") != VERSION:
        raise PolicyError(
            f"{path} is of lock format {document.get('lock')!r}; this version of lineage reads "
            f"format {VERSION}.",
            again,
        )
    if not all(
        isinstance(m, dict) and isinstance(m.get("model"), str) for m in document["models"].values()
    ):
        raise PolicyError(f"{path} is not a lock file: a model in it has no `model`.", again)
    return document


def differences(lock: Mapping[str, Any], report: Report, policy: Policy) -> list[Difference]:
    """Everything in which the fresh report differs from the lock,
    model by model, then what concerns the run."""
    found: list[Difference] = []
    then = _tool(lock)
    older = then if then != report.tool_version else ""
    for target in report.targets:
        locked = lock["models"].get(target.target)
        if locked is None:
            found.append(Difference(target.model, f"{target.target} is not in {NAME}."))
        else:
            found.extend(_of_target(locked, target, older))
    gone = sorted(set(lock["models"]) - {t.target for t in report.targets})
    found += [Difference("", f"{name} is locked and no longer used.", Level.INFO) for name in gone]
    return found + list(_of_run(lock, report, policy))


def _tool(lock: Mapping[str, Any]) -> str:
    """The version that wrote the lock."""
    tool = lock.get("tool")
    named = tool.get("version") if isinstance(tool, dict) else None
    return named if isinstance(named, str) and named else _UNNAMED_TOOL


def _of_run(lock: Mapping[str, Any], report: Report, policy: Policy) -> Iterator[Difference]:
    tool = _tool(lock)
    if tool != report.tool_version:
        yield Difference(
            "", f"The tool is now lineage {report.tool_version}; locked with {tool}.", Level.INFO
        )
    locked = lock.get("data") if isinstance(lock.get("data"), dict) else {}
    before = str((locked or {}).get("version", EMBEDDED_VERSION))  # older locks say nothing
    if before != report.data.version:
        text = f"The data is now {report.data.version}; locked with {before}."
        yield Difference("", text, Level.INFO)
    for name, now in report.data.days.items():
        then = (locked or {}).get(name)
        if then != now:
            yield Difference(
                "", f"The {name} data is now of {now}; locked with {then}.", Level.INFO
            )
    recorded = lock.get("policy") if isinstance(lock.get("policy"), dict) else {}
    if (recorded or {}).get("sha256") != policy_hash(policy):
        then, now = (recorded or {}).get("name"), policy.name
        text = (
            f"The policy is not the one that was locked ({then!r}, now {now!r}; --env and "
            "--fail-on "
            "are part of it)."
        )
        # Every model was judged by it, so that every format shows it.
        yield from (Difference(model, text) for model in [t.model for t in report.targets] or [""])


def _of_target(locked: Mapping[str, Any], target: TargetReport, older: str) -> Iterator[Difference]:
    """`older` is the version that wrote the lock where it is not the running one."""
    model = target.model
    if locked["model"] != model:
        was, key = str(locked["model"]), _key(target.graph.nodes[model])
        text = f"{was} was renamed: it is now {model}."
        if is_another(locked.get("repo_key"), key):
            text = f"{target.target} led to {was}; it leads to another repository now, {model}."
        yield Difference(model, text)
    yield from _reused(locked, target)
    yield from _moved(model, model, locked.get("revision"), target.revision)
    yield from _ancestors(locked, target)
    yield from _parents(locked, target)
    yield from _exposure(locked, target)
    then, now = str(locked.get("verdict")), str(target.verdict)
    if then != now and then in set(Verdict):
        is_worse = target.verdict.rank > Verdict(then).rank
        is_open = is_worse and (target.verdict is Verdict.INCONCLUSIVE or _is_out_of_sight(target))
        level = Level.INFO
        if is_worse:
            level = Level.WARN if is_open else Level.FAIL
        text = f"The verdict was {then} and is now {now}"
        why = (
            f" (locked with lineage {older}; the rules changed since, see {_UPGRADE})"
            if older
            else ""
        )
        yield Difference(model, f"{text}{why}.", level, is_open)


def is_another(then: object, now: object) -> bool:
    """Whether the hub's keys of two repositories, as far as both are known, say that they differ:
    a rename keeps the key."""
    return bool(then and now and then != now)


def _is_out_of_sight(target: TargetReport) -> bool:
    """Whether something could not be asked this time, so that a worse
    verdict may be the network's and not the model's."""
    return target.verdict is not Verdict.FAIL and any(
        node.status in _OUT_OF_SIGHT for node in target.graph.nodes.values()
    )


def _reused(locked: Mapping[str, Any], target: TargetReport) -> Iterator[Difference]:
    """Names that refer to another repository than when they were locked."""
    ancestors = locked.get("ancestors")
    by_name = {locked["model"]: locked, **(ancestors if isinstance(ancestors, dict) else {})}
    for name, node in target.graph.nodes.items():
        then = by_name.get(name)
        key = then.get("repo_key") if isinstance(then, dict) else None
        if is_another(key, _key(node)):
            yield Difference(
                target.model,
                f"{name} is another repository than the one that was locked under this name.",
            )


def _moved(model: str, about: str, then: object, now: str | None) -> Iterator[Difference]:
    what = "It" if about == model else f"Its ancestor {about}"
    if then and now is None:
        yield Difference(
            model,
            f"{what} was locked at revision {_short(then)}; its revision is not known now.",
            Level.WARN,
            is_open=True,
        )
    elif then and then != now:
        yield Difference(model, f"{what} moved from revision {_short(then)} to {_short(now)}.")


def _ancestors(locked: Mapping[str, Any], target: TargetReport) -> Iterator[Difference]:
    model = target.model
    locked_ancestors = locked.get("ancestors")
    then: Mapping[str, Any] = locked_ancestors if isinstance(locked_ancestors, dict) else {}
    nodes = {n.id: n for n in target.graph.nodes.values() if n.id != model}
    aliases = {alias: n.id for n in nodes.values() for alias in n.aliases}
    for name, was in sorted(then.items()):
        was = was if isinstance(was, dict) else {}
        if name not in nodes:
            if aliases.get(name, name) not in then:
                new = aliases[name]
                text = f"Its ancestor {name} was renamed: it is now {new}."
                if is_another(was.get("repo_key"), _key(nodes[new])):
                    text = f"Its ancestor {name} leads to another repository now, {new}."
                yield Difference(model, text)
            else:
                yield _missing(target, f"{name} is no longer among its ancestors.")
            continue
        node = nodes[name]
        yield from _moved(
            model,
            name,
            was.get("revision"),
            node.revision if node.status.is_known else str(was.get("revision") or "") or None,
        )
        if str(was.get("status")) != str(node.status):
            yield _status(model, name, str(was.get("status")), node.status)
    renamed = {aliases[name] for name in then if name in aliases}
    for name in sorted(set(nodes) - set(then) - renamed):
        yield Difference(model, f"{name} is new among its ancestors.")


def _missing(target: TargetReport, text: str) -> Difference:
    """Something that was established and is not now: a change, or only
    out of sight behind what could not be asked."""
    hidden = any(n.status in _OUT_OF_SIGHT for n in target.graph.nodes.values()) or bool(
        target.graph.bounds_hit
    )
    return Difference(target.model, text, Level.WARN if hidden else Level.FAIL, is_open=hidden)


def _status(model: str, name: str, then: str, now: Status) -> Difference:
    text = f"Its ancestor {name} was {then} and is now {now}."
    if now in _OUT_OF_SIGHT:
        return Difference(model, text, Level.WARN, is_open=True)
    was_known = then in {str(s) for s in Status} and Status(then).is_known
    return Difference(model, text, Level.FAIL if was_known or not now.is_known else Level.INFO)


def _parents(locked: Mapping[str, Any], target: TargetReport) -> Iterator[Difference]:
    then = {str(p) for p in locked.get("parents") or ()}
    now = {f"{e.child} -> {e.parent} ({_how(e.relation, e.component)})" for e in target.graph.edges}
    known = set(locked.get("ancestors") or {}) | {str(locked["model"])}
    for text in sorted(now - then):
        yield Difference(target.model, f"New claim of a base model: {text}.")
    for text in sorted(then - now):
        parent = text.partition(" -> ")[2].partition(" (")[0]
        if parent in target.graph.nodes and parent in known:
            yield Difference(target.model, f"No longer claimed: {text}.")


def _exposure(locked: Mapping[str, Any], target: TargetReport) -> Iterator[Difference]:
    exposure = locked.get("exposure") if isinstance(locked.get("exposure"), dict) else {}
    then = (exposure or {}).get("by_language") or {}
    now = {k: str(v) for k, v in target.exposure.by_language.items()}
    for language in sorted({*then, *now}):
        if then.get(language) != now.get(language):
            change = (
                f"{then.get(language) or 'nothing published'} and is now "
                f"{now.get(language) or 'nothing published'}"
            )
            yield _missing(target, f"What tests in language {language!r} say of it was {change}.")
    standing = (exposure or {}).get("standing")  # locks of before this field hold none
    if standing and standing != str(target.exposure.own.state):
        change = f"What tests of it say was {standing} and is now {target.exposure.own.state}."
        yield _missing(target, change)
    if not then and not now and (exposure or {}).get("state") != str(target.exposure.state):
        yield _missing(
            target,
            f"What tests say of it was {(exposure or {}).get('state')} and is now "
            f"{target.exposure.state}.",
        )


def _short(revision: object) -> str:
    return str(revision)[:12]
