"""Checks the curated records as data: sources, duplicates, orphans, ages. Needs no network: python
tools/data_check.py

Schemas say what shape a record has; this says whether what it claims can be traced. It exits 1
where something is wrong, and names the file and the reason. Citations older than 180 days are
listed and are no error.
"""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from lineage.core.codec import encode
from lineage.core.ref import is_repo_id
from lineage.evidence.licences import licence_key
from lineage.evidence.records import FOLDERS, read
from lineage.probe import battery, lint

DATA = Path(__file__).resolve().parent.parent / "src" / "lineage" / "data"
SINGLE = ("borrowed", "licences", "prehash", "removals", "renames", "teachers")
OLD_AFTER = 180
"""Days after which a source should be looked at again."""

# Tables in which each entry is a fact and has a citation of its own; in a single file, every entry
# is one.
_OWN_CITATION = {
    "developers": ("namespaces", "lists"),
    "families": ("roots", "licences"),
    "lineage": ("claims",),
}
# A citation without a title is plain enough under a fact that is one exact value: the table says
# what the source was read for.
_ONE_VALUE = ("namespaces", "lists", "roots", "licences", "jurisdiction", "released_citations")

Row = dict[str, Any]
Records = dict[str, Row]
"""Every record by its path under the data folder."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong, and where."""

    file: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}: {self.reason}"


def load(data: Path = DATA) -> Records:
    """Every curated record."""
    paths = [path for folder in FOLDERS for path in sorted((data / folder).glob("*.toml"))]
    paths += [data / f"{name}.toml" for name in SINGLE]
    return {path.relative_to(data).as_posix(): read(path) for path in paths}


def check(records: Records, packs: Records | None = None) -> list[Problem]:
    """All that is wrong with the records, sorted; `packs` are policy packs, which name
    developers."""
    found = [problem for file, row in records.items() for problem in _sources(file, row)]
    return sorted({*found, *_duplicates(records), *_orphans(records, packs or {})})


# --- sources


def citations(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Row]]:
    """Every citation inside a record, with the names of the tables around it."""
    if isinstance(value, dict):
        if "url" in value or "seen_on" in value:
            yield path, value
        for name, child in value.items():
            yield from citations(child, (*path, name))
    elif isinstance(value, list):
        for child in value:
            yield from citations(child, path)


def _sources(file: str, row: Row) -> Iterator[Problem]:
    folder = file.partition("/")[0]
    for path, cited in citations(row):
        where = ".".join(path)
        address = str(cited.get("url", ""))
        if not re.match(r"https?://[^\s/]+\.[^\s]+$", address):
            yield Problem(file, f"a citation under {where} has no address: {address!r}")
        if not _is_day(cited.get("seen_on")):
            yield Problem(file, f"{address} under {where} has no day on which it was seen")
        if not cited.get("title") and not set(path[-2:]) & set(_ONE_VALUE):
            yield Problem(file, f"{address} under {where} has no title")
    yield from (Problem(file, f"{fact} has no citation") for fact in _uncited(folder, row))
    yield from (Problem(file, reason) for reason in _unshown(row) if folder == "families")


def _is_day(value: Any) -> bool:
    try:
        return bool(date.fromisoformat(str(value)))
    except ValueError:
        return False


def _uncited(folder: str, row: Row) -> Iterator[str]:
    """The facts of a record that nothing is cited for."""
    if folder == "developers":
        home = row.get("jurisdiction", {})
        if home.get("state") != "unknown" and not home.get("citations"):
            yield "its jurisdiction"
    elif folder == "results":
        if not row.get("citation"):
            yield "it"
    elif folder == "names":
        known = range(len(row["citations"]))
        for entry in row["records"]:
            if not entry.get("cited") or not all(one in known for one in entry["cited"]):
                yield _label(entry)
    elif folder in ("families", "suites", "units", "licence_texts") and not row.get("citations"):
        yield "it"
    names = _OWN_CITATION.get(folder) or (_tables(row) if folder.endswith(".toml") else ())
    for name in names:
        for entry in row.get(name, ()):
            if not entry.get("citations"):
                yield f"{name}: {_label(entry)}"


def _tables(row: Row) -> list[str]:
    return [key for key, value in row.items() if isinstance(value, list) and _is_table(value)]


def _is_table(value: list[Any]) -> bool:
    return bool(value) and isinstance(value[0], dict)


def _label(entry: Row) -> str:
    return str(next(iter(entry.values()), "an empty entry"))


def _unshown(row: Row) -> Iterator[str]:
    """Roots that show nothing of what they started from, and do not say what was looked at
    either."""
    for root in row.get("roots", ()):
        evidence = root.get("evidence", {})
        kind = evidence.get("kind")
        if kind == "not-shown":
            if not str(evidence.get("tried", "")).strip():
                yield f"{root['repo']} is not-shown and does not say what was tried"
        elif not kind:
            yield f"{root['repo']} has no evidence and does not say not-shown"
        elif not evidence.get("citations") or not evidence.get("statement"):
            yield f"{root['repo']} is {kind} without a statement and a citation"


# --- duplicates


def _duplicates(records: Records) -> Iterator[Problem]:
    """The same fact at two places: the second one would count as another source, or contradict the
    first one day."""
    places: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for file, row in records.items():
        for fact in _facts(file, row):
            places[tuple(part.casefold() for part in fact)].append(file)
        yield from _cited_twice(file, row)
    for fact, files in places.items():
        if len(files) > 1:
            others = ", ".join(sorted(set(files[:-1]))) if len(set(files)) > 1 else "the same file"
            yield Problem(files[-1], f"{' '.join(fact)} stands twice (also in {others})")


def _facts(file: str, row: Row) -> Iterator[tuple[str, ...]]:
    """What a record says, in words that are equal where it is said twice."""
    folder = file.partition("/")[0]
    if folder == "developers":
        yield "developer", str(row["name"])
        yield from (("namespace", one["name"]) for one in row.get("namespaces", ()))
    elif folder == "families":
        yield "family", str(row["name"])
        yield from (("root", root["repo"]) for root in row.get("roots", ()))
    elif folder == "lineage":
        yield from (
            ("claim", c["child"], c["parent"], str(c.get("component", ""))) for c in row["claims"]
        )
    elif folder == "results":
        keys = ("model_as_named", "suite", "metric", "language", "access", "host", "system_prompt")
        told = [str(row.get(key, "")) for key in (*keys, "tested_on", "subset_of")]
        cited = row.get("citation", {})
        yield "result", *told, str(cited.get("url", "")), str(cited.get("where", ""))
    elif folder == "units":
        yield from (("unit", row["suite"], row["language"], u["model"]) for u in row["units"])
    elif folder == "licence_texts":
        yield from (("licence", licence_key(word)) for word in row["declared_as"])
    elif folder == "names":
        keys = ("id", "name", "host", "since", "until", "task", "packages")
        for one in row["records"]:
            told = [str(one.get(key, "")) for key in keys]
            yield "name", str(row["id"]), *told, str(one.get("hosts", one.get("hub", "")))
    elif folder.endswith(".toml"):
        for name in _tables(row):
            yield from ((folder, name, *_key(entry)) for entry in row[name])


def _key(entry: Row) -> list[str]:
    """What tells one entry of a single file from another; tokenizers of one hash have two names in
    converters."""
    return [_label(entry), *([str(entry["pre_tokenizer"])] if "pre_tokenizer" in entry else [])]


def _cited_twice(file: str, row: Any) -> Iterator[Problem]:
    """Lists of citations with the same source twice: they look like two sources and are one."""
    if isinstance(row, dict):
        for name, child in row.items():
            if name.endswith("citations") and isinstance(child, list):
                seen = Counter((one.get("url"), one.get("title")) for one in child)
                for (url, title), count in seen.items():
                    if count > 1:
                        yield Problem(file, f"{url} ({title}) is cited twice for one fact")
            else:
                yield from _cited_twice(file, child)
    elif isinstance(row, list):
        for child in row:
            yield from _cited_twice(file, child)


# --- ids that no record carries


def _orphans(records: Records, packs: Records) -> Iterator[Problem]:
    ids: dict[str, set[str]] = {folder: set() for folder in FOLDERS}
    for file, row in records.items():
        ids.setdefault(file.partition("/")[0], set()).add(str(row.get("id", "")))
    for file, row in (*records.items(), *packs.items()):
        for folder, name in _references(file, row):
            if name not in ids[folder]:
                yield Problem(file, f"{name!r} is the id of none of the {folder}")
        for repo in _repos(file, row):
            if not is_repo_id(repo):
                yield Problem(file, f"{repo!r} is no id of a model")


def _references(file: str, row: Row) -> Iterator[tuple[str, str]]:
    """Ids of other records, each with the folder where it should be."""
    folder = file.partition("/")[0]
    if folder == "families":
        yield "developers", row["developer"]
        if row.get("derived_from"):
            yield "families", row["derived_from"]
    elif folder == "results" and row.get("subset_of"):
        yield "results", row["subset_of"]
    elif folder == "names":
        yield from (
            ("developers", one["developer"]) for one in row["records"] if "developer" in one
        )
    elif folder == "units":
        yield "suites", row["suite"]
        yield from (("results", unit["result"]) for unit in row["units"] if unit.get("result"))
    elif folder == "packs":
        for requirement in row.get("requirement", ()):
            for match in requirement.get("match", ()):
                yield from (("developers", one) for one in match.get("developers", ()))
    elif folder.endswith(".toml"):
        for name in _tables(row):
            for entry in row[name]:
                yield from (("families", one) for one in entry.get("families", ()))


def _repos(file: str, row: Row) -> Iterator[str]:
    """What has to be the id of a model."""
    folder = file.partition("/")[0]
    if folder == "families":
        for root in row.get("roots", ()):
            yield root["repo"]
            yield from (base["repo"] for base in root.get("evidence", {}).get("bases", ()))
    elif folder == "lineage":
        for claim in row["claims"]:
            yield from (claim["child"], claim["parent"])
    elif folder == "teachers.toml":
        for entry in row["teachers"]:
            yield from entry["models"]


# --- batteries


def batteries(data: Path = DATA) -> tuple[list[battery.Battery], list[Problem]]:
    """The batteries of `lineage probe` and what their own linter finds wrong; its remarks are for
    `lineage probe lint`."""
    found = [battery.load(path) for path in sorted((data / "batteries").iterdir()) if path.is_dir()]
    return found, [
        Problem(f"batteries/{one.id}", str(wrong))
        for one in found
        for wrong in lint.lint(one)
        if wrong.decides
    ]


# --- ages


def old(records: Records, today: date) -> list[tuple[str, str, int]]:
    """File, address and days of every citation that nobody has looked at for half a year, the
    oldest first."""
    aged = {
        (file, str(cited["url"]), (today - date.fromisoformat(cited["seen_on"])).days)
        for file, row in records.items()
        for _, cited in citations(row)
        if _is_day(cited.get("seen_on"))
    }
    return sorted((one for one in aged if one[2] > OLD_AFTER), key=lambda one: (-one[2], one))


def report(problems: Iterable[Problem], aged: list[tuple[str, str, int]], count: int) -> str:
    """What a person reads: problems first."""
    lines = [str(problem) for problem in problems]
    lines += [f"{file}: {url} was last seen {days} days ago" for file, url, days in aged]
    wrong = len(lines) - len(aged)
    lines.append(
        f"{count} files; {wrong} {'problem' if wrong == 1 else 'problems'}; "
        f"{len(aged)} citations older than {OLD_AFTER} days."
    )
    return "\n".join(lines)


def main(data: Path = DATA) -> int:
    """Check the records under `data`; the exit code."""
    records = load(data)
    packs = {f"packs/{path.name}": read(path) for path in sorted((data / "packs").glob("*.toml"))}
    asked, unfair = batteries(data)
    problems = [*check(records, packs), *unfair]
    records |= {
        f"batteries/{one.id}/{topic.id}": encode(topic) for one in asked for topic in one.topics
    }
    print(report(problems, old(records, date.today()), len(records) + len(packs)))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
