"""What pages list of the runs that are kept: filtered, sorted, page by page, by the database."""

from __future__ import annotations

import json
from typing import Any

from lineage.core.codec import decode
from lineage.core.value import dataclass
from lineage.serve.run import Run, State
from lineage.serve.store import Store
from lineage.serve.summary import Summary

_RANKED = (
    "CASE model.verdict WHEN 'fail' THEN 0 WHEN 'inconclusive' THEN 1 WHEN 'review' THEN 2 "
    "WHEN 'pass' THEN 3 ELSE 4 END"
)
SORTS = {
    "worst": f"{_RANKED}, model.number",
    "list": "model.number",
    "name": "coalesce(nullif(model.model, ''), model.target) COLLATE NOCASE, model.number",
}
"""By name of the order."""


@dataclass(frozen=True)
class Listed:
    """One model of a run, as a row shows it."""

    number: int
    target: str
    model: str
    verdict: str
    """Empty until it is finished."""
    summary: Summary


@dataclass(frozen=True)
class Sighting:
    """One model in one run."""

    run: Run
    number: int
    verdict: str


@dataclass(frozen=True)
class Wanted:
    """What is asked for of a list; empty fields ask for everything."""

    text: str = ""
    """A part of a name or title, whatever its case."""
    verdict: str = ""
    policy: str = ""
    sort: str = "worst"


def models(
    store: Store, id_: str, wanted: Wanted, start: int, limit: int
) -> tuple[list[Listed], int]:
    """The models of a run that fit, from the one at `start`, and how many do."""
    where, values = "model.run = ?", [id_]
    if wanted.verdict:
        where, values = f"{where} AND model.verdict = ?", [*values, wanted.verdict]
    if wanted.text:
        like = _like(wanted.text)
        where += r" AND (model.model LIKE ? ESCAPE '\' OR model.target LIKE ? ESCAPE '\')"
        values += [like, like]
    ((count,),) = store.select(f"SELECT count(*) FROM model WHERE {where}", *values)
    sort = SORTS.get(wanted.sort, SORTS["worst"])
    sql = (
        f"SELECT number, target, model, verdict, told FROM model WHERE {where} "
        f"ORDER BY {sort} LIMIT ? OFFSET ?"
    )
    rows = store.select(sql, *values, limit, start)
    return [
        Listed(number, target, model, verdict, _summary(kept))
        for number, target, model, verdict, kept in rows
    ], count


def counts(store: Store, id_: str) -> dict[str, int]:
    """How many models of a run have each verdict; those under `` are not finished."""
    sql = "SELECT verdict, count(*) FROM model WHERE run = ? GROUP BY verdict"
    return dict(store.select(sql, id_))


def runs(store: Store, wanted: Wanted, start: int, limit: int) -> tuple[list[Run], int]:
    """The runs that fit, the newest first, and how many do."""
    where = "(? = '' OR policy = ?) AND (? = '' OR verdict = ?) AND "
    where += r"(? = '' OR title LIKE ? ESCAPE '\' OR EXISTS (SELECT 1 FROM model "
    where += r"WHERE model.run = run.id AND model.model LIKE ? ESCAPE '\'))"
    like = _like(wanted.text)
    values = (
        *(wanted.policy, wanted.policy, wanted.verdict, wanted.verdict),
        *(wanted.text, like, like),
    )
    ((count,),) = store.select(f"SELECT count(*) FROM run WHERE {where}", *values)
    found = store.runs_where(
        f"{where} ORDER BY created DESC LIMIT ? OFFSET ?", *values, limit, start
    )
    return found, count


def of_same_list(store: Store, run: Run, limit: int = 20) -> list[Run]:
    """Other runs over the same models that are done, the newest first."""
    sql = (
        "list_key = (SELECT list_key FROM run WHERE id = ?) AND id != ? AND state = ? "
        "ORDER BY created DESC LIMIT ?"
    )
    return store.runs_where(sql, run.id, run.id, State.DONE, limit)


def sightings(store: Store, model: str, limit: int = 200) -> list[Sighting]:
    """The runs that told of a model, the newest first."""
    sql = (
        "SELECT model.run, min(model.number), model.verdict FROM model "
        "JOIN run ON run.id = model.run WHERE model.model = ? AND run.state = ? "
        "GROUP BY run.id ORDER BY run.created DESC LIMIT ?"
    )
    found = store.select(sql, model, State.DONE, limit)
    return [Sighting(store.run(id_), number, verdict) for id_, number, verdict in found]


def _like(text: str) -> str:
    escaped = "".join(f"\\{char}" if char in "\\%_" else char for char in text)
    return f"%{escaped}%"


def _summary(kept: str) -> Summary:
    values: dict[str, Any] = json.loads(kept) if kept else {}
    summary: Summary = decode(Summary, values)
    return summary
