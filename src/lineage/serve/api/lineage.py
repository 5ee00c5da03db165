"""`/v1/models/{id}`: what is known of one model, and what runs found of it."""

from __future__ import annotations

import time
from dataclasses import replace

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from lineage.core.clock import stamp_of
from lineage.core.errors import UsageError
from lineage.report.document import Report, TargetReport
from lineage.report.json import pieces
from lineage.report.printable import printable
from lineage.serve.api.audits import accepted
from lineage.serve.api.events import Bell
from lineage.serve.api.operation import JSON, Answer, Call, Operation
from lineage.serve.api.parameters import Parameter
from lineage.serve.api.problem import NotAuditedError
from lineage.serve.desk import with_ages
from lineage.serve.encoding import gzipped
from lineage.serve.files import is_known, packed_answer, tag_of
from lineage.serve.orders import order_of
from lineage.serve.run import Run, State
from lineage.serve.site import Site

_WAIT = 10.0
_DAY = 86400
_ONE = "Ask as org/name or org/name@revision; a list goes to POST /v1/audits."


async def lineage(call: Call) -> Response:
    """The stored report on a model that is fresh enough; else it is audited now."""
    site, target = call.site, call.values["id"]
    policy = call.values.get("policy", "") or site.settings.usual
    order = await run_in_threadpool(
        order_of, site.settings, target.encode(), policy=policy, by=call.who
    )
    if [row.target for row in order.rows] != [target.strip()]:
        raise UsageError(f"{printable(target, 60)!r} is not the name of one model.", _ONE)
    since = time.time() - call.values.get("max_age", _DAY)
    kept = await run_in_threadpool(site.runs.newest, target, policy, since)
    if kept is not None:
        return await run_in_threadpool(_shown, call, *kept)
    run = await run_in_threadpool(site.runs.submit_once, order)
    run = await over(site, run.id, min(call.values.get("wait", _WAIT), site.settings.limits.wait))
    if not run.state.is_over:
        return accepted(run)
    report = await run_in_threadpool(site.store.target_report, run.id, 0)
    if run.state is not State.DONE or report is None:
        raise NotAuditedError(run.problem or f"The run on it was {run.state}.", "Ask again.")
    return await run_in_threadpool(_shown, call, run.id, report)


async def over(site: Site, id_: str, seconds: float) -> Run:
    """The run, once it is over or the time is."""
    ends = time.monotonic() + seconds
    with Bell(site.runs, id_) as bell:
        while True:
            run = await run_in_threadpool(site.runs.look, id_)
            left = ends - time.monotonic()
            if run.state.is_over or left <= 0 or site.runs.is_closed:
                return run
            await bell.wait(left)


def _shown(call: Call, id_: str, target: TargetReport) -> Response:
    store = call.site.store
    head = store.head(id_)
    if head is None:
        raise NotAuditedError("The run on it has no report.", "Ask again.")
    tag = tag_of(id_, target.model.replace("/", "."))
    if is_known(call.request, tag):
        return Response(status_code=304, headers={"ETag": tag})
    report = of_one(head, target, store.order(id_).notes)
    headers = {"Content-Type": JSON, "Content-Location": f"/v1/audits/{id_}"}
    return packed_answer(call.request, gzipped(pieces(report)), tag, headers)


def of_one(head: Report, target: TargetReport, notes: tuple[str, ...]) -> Report:
    """A report on one model out of a run on several, without what is said of the others."""
    alone = replace(
        head,
        targets=(replace(target, supplied=None),),
        verdict=target.verdict,
        notes=tuple(note for note in head.notes if note not in notes),
    )
    return replace(alone, circumstances=with_ages(alone))


def history(call: Call) -> Response:
    """The runs that told of a model."""
    model = call.values["id"]
    found = call.site.store.history(model, call.values.get("limit", 100))
    audits = [
        {
            "run": run.id,
            "created": stamp_of(run.created),
            "finished": stamp_of(run.finished) if run.finished else None,
            "policy": run.policy,
            "verdict": verdict,
        }
        for run, verdict in found
    ]
    return JSONResponse({"model": model, "audits": audits}, headers={"Cache-Control": "no-store"})


_ID = Parameter(
    "id",
    "As for `lineage audit`: `org/name`, `org/name@revision`.",
    {"type": "string"},
    "path",
)
OPERATIONS = (
    Operation(
        "GET",
        "/v1/models/{id:path}/lineage",
        "lineage",
        "The report on one model",
        lineage,
        {
            200: Answer("Its report.", {JSON: "Report"}, ("ETag", "Content-Location")),
            202: Answer("It is being audited.", {JSON: "Run"}, ("Location",)),
            304: Answer("As it was at the ETag that you have."),
        },
        (
            _ID,
            Parameter("policy", "A name of `/v1/policies`.", {"type": "string", "maxLength": 200}),
            Parameter(
                "max_age",
                "Maximum age of a stored report in seconds; a day by default, 0 audits again.",
                {"type": "number", "minimum": 0, "maximum": 31_536_000},
            ),
            Parameter(
                "wait",
                "Most seconds to wait for an audit; 10 by default.",
                {"type": "number", "minimum": 0, "maximum": 60},
            ),
        ),
        problems=(422, 503),
        description="Answers from a stored report that is fresh enough; otherwise audits. "
        "A report at another revision, under another policy, or made while the Hub did not "
        "respond, is not used.",
    ),
    Operation(
        "GET",
        "/v1/models/{id:path}/history",
        "history",
        "What runs found of one model",
        history,
        {200: Answer("The newest first.", {JSON: "History"})},
        (
            _ID,
            Parameter(
                "limit",
                "Most runs; 100 by default.",
                {"type": "integer", "minimum": 1, "maximum": 1000},
            ),
        ),
        problems=(422,),
    ),
)
