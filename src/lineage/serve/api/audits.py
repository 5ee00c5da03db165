"""`/v1/audits`: ask for a run, look how far it is, take the report in any format."""

from __future__ import annotations

import json
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from lineage.core.clock import stamp_of
from lineage.core.errors import UsageError
from lineage.serve.files import as_file
from lineage.serve.orders import order_of
from lineage.serve.run import Run
from lineage.serve.site import site_of

_FORM = 'Send {"targets": ["org/name"]} as JSON.'


async def ask(request: Request) -> Response:
    """Take an order: 202 and where to look."""
    site = site_of(request)
    wanted = _wanted(await request.body())
    targets = wanted.get("targets")
    if not isinstance(targets, list) or not all(isinstance(one, str) for one in targets):
        raise UsageError("`targets` is not a list of names.", _FORM)

    def submitted() -> Run:
        order = order_of(
            site.settings,
            json.dumps(targets).encode(),
            name="targets.json",
            policy=str(wanted.get("policy", "")),
            title=str(wanted.get("title", "")),
            has_pack=wanted.get("pack") is True,
        )
        return site.runs.submit(order)

    run = await run_in_threadpool(submitted)
    return JSONResponse(as_json(run), 202, {"Location": f"/v1/audits/{run.id}"})


def look(request: Request) -> Response:
    """How far a run is, and its report once it is done."""
    site, id_ = site_of(request), request.path_params["id"]
    report = site.store.report(id_)
    found = as_json(site.store.run(id_))
    return JSONResponse({**found, "report": report.to_dict() if report else None})


def form(request: Request) -> Response:
    """The report in one format."""
    site = site_of(request)
    return as_file(site.store, request.path_params["id"], request.path_params["format"])


def as_json(run: Run) -> dict[str, Any]:
    """One run, as every answer shows it."""
    return {
        "id": run.id,
        "state": run.state,
        "title": run.title,
        "policy": run.policy,
        "by": run.by,
        "created": stamp_of(run.created),
        "started": stamp_of(run.started) if run.started else None,
        "finished": stamp_of(run.finished) if run.finished else None,
        "models": run.rows,
        "done": run.done,
        "verdict": run.verdict or None,
        "problem": run.problem or None,
        "pack": run.fingerprint or None,
    }


def _wanted(body: bytes) -> dict[str, Any]:
    try:
        wanted = json.loads(body)
    except (ValueError, RecursionError) as problem:
        raise UsageError(f"The request is not JSON: {problem}.", _FORM) from problem
    if not isinstance(wanted, dict):
        raise UsageError("The request is not a JSON object.", _FORM)
    return wanted


ROUTES = [
    Route("/v1/audits", ask, methods=["POST"]),
    Route("/v1/audits/{id}", look, methods=["GET"]),
    Route("/v1/audits/{id}/{format}", form, methods=["GET"]),
]
