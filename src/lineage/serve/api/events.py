"""`/v1/audits/{id}/events`: a run as it goes on, as server-sent events."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator
from contextlib import suppress

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from lineage.serve.api.audits import ID, row_as_json
from lineage.serve.api.operation import Answer, Call, Operation
from lineage.serve.api.parameters import Parameter
from lineage.serve.run import RowState, Run
from lineage.serve.runs import BusyError, Runs
from lineage.serve.site import Site
from lineage.serve.store import NoSuchRunError

MEDIA = "text/event-stream"
_BEAT = 15.0
"""Seconds after which something is sent in any case: proxies cut what is silent."""
_PAGE = 500
_SEEN = re.compile(r"(\d{1,9})-(\d{1,9})\Z")


class Bell:
    """Wakes one client of the event loop when a run changes."""

    def __init__(self, runs: Runs, id_: str) -> None:
        self._rung = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._watch = runs.watched(id_, self._ring)

    def __enter__(self) -> Bell:
        self._watch.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._watch.__exit__(None, None, None)

    def _ring(self) -> None:
        with suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(self._rung.set)

    async def wait(self, seconds: float) -> bool:
        """Whether it rang within that time."""
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._rung.wait(), max(0.0, seconds))
        has_rung = self._rung.is_set()
        self._rung.clear()
        return has_rung


async def events(call: Call) -> Response:
    """Rows as they are finished, and how far the run is, until it is over."""
    site, id_ = call.site, call.values["id"]
    run = await run_in_threadpool(site.runs.look, id_)
    if site.runs.watching >= site.settings.limits.streams:
        raise BusyError("Too many clients are watching runs.", "Poll the run instead.")
    seen = _SEEN.match(call.request.headers.get("last-event-id", "").strip())
    attempt, turn = (int(seen[1]), int(seen[2])) if seen else (run.attempt, 0)
    if call.request.method == "HEAD":
        return Response(media_type=MEDIA, headers=_HEADERS)
    return StreamingResponse(_events(site, id_, attempt, turn), media_type=MEDIA, headers=_HEADERS)


async def _events(site: Site, id_: str, attempt: int, turn: int) -> AsyncIterator[str]:
    ends = time.monotonic() + site.settings.limits.stream
    last = ""
    with Bell(site.runs, id_) as bell:
        yield "retry: 2000\n\n"
        while True:
            try:
                run, rows = await run_in_threadpool(_since, site, id_, attempt, turn)
            except NoSuchRunError:
                return
            if run.attempt != attempt:
                attempt, turn = run.attempt, 0  # finished rows were forgotten: from the beginning
                continue
            for row in rows:
                turn = row.turn
                yield _event("row", f"{attempt}-{turn}", row_as_json(row))
            state = _event("state", f"{attempt}-{turn}", _state(site, run))
            if state != last:
                last = state
                yield state
            if len(rows) == _PAGE:
                continue
            if run.state.is_over or site.runs.is_closed or time.monotonic() > ends:
                return
            pause = 1.0 if site.runs.desk.waiting else _BEAT
            if not await bell.wait(min(pause, ends - time.monotonic())) and pause == _BEAT:
                yield ": it goes on\n\n"


def _since(site: Site, id_: str, attempt: int, turn: int) -> tuple[Run, list[RowState]]:
    run = site.runs.look(id_)  # before the rows: a run that is over has no more of them
    if run.attempt != attempt:
        return run, []
    return run, site.store.rows_since(id_, turn, _PAGE)


def _state(site: Site, run: Run) -> dict[str, object]:
    return {
        "state": run.state,
        "done": run.done,
        "models": run.rows,
        "verdict": run.verdict or None,
        "problem": run.problem or None,
        "waiting": None if run.state.is_over else site.runs.desk.waiting,
    }


def _event(kind: str, id_: str, data: dict[str, object]) -> str:
    return f"id: {id_}\nevent: {kind}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
OPERATIONS = (
    Operation(
        "GET",
        "/v1/audits/{id}/events",
        "events",
        "Watch a run (server-sent events)",
        events,
        {200: Answer("Until the run is over.", {MEDIA: ""})},
        (
            ID,
            Parameter("Last-Event-ID", "Goes on after this event.", {"type": "string"}, "header"),
        ),
        problems=(404, 503),
        description="`row`: a row that is finished. `state`: `state`, `done`, `models`, `verdict`, "
        "`problem`, and `waiting`, the seconds that the Hub's quota costs, or null. A "
        "stream ends when the run is over, and after half an hour; a client that "
        "reconnects with `Last-Event-ID` continues where it was, even after a restart of "
        "the server.",
    ),
)
