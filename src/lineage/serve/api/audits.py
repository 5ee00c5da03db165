"""`/v1/audits`: ask for a run, look how far it is, take the report, stop it, delete it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from starlette.responses import JSONResponse, Response

from lineage.core.clock import stamp_of
from lineage.policy.finding import Verdict
from lineage.serve.api.operation import JSON, Answer, Call, Operation
from lineage.serve.api.orders import LISTS, key_of, order_from
from lineage.serve.api.parameters import Parameter
from lineage.serve.files import (
    PACK,
    PACK_TYPE,
    as_file,
    is_known,
    media_types,
    packed_answer,
    tag_of,
    written,
)
from lineage.serve.orders import asked_again
from lineage.serve.run import RowState, Run, State, Wanted
from lineage.serve.store import NotOverError

_LIMIT = {"type": "integer", "minimum": 1, "maximum": 1000}
_CURSOR = Parameter("cursor", "`next` of the page before.", {"type": "integer", "minimum": 0})
ID = Parameter("id", "Of the run.", {"type": "string"}, "path", required=True)
_POLICY = Parameter("policy", "A name of `/v1/policies`.", {"type": "string", "maxLength": 200})
_VERDICT = Parameter(
    "verdict", "Only those.", {"type": "string", "enum": [str(one) for one in Verdict]}
)
FOUND = Answer("The run.", {JSON: "Run"})


def ask(call: Call) -> Response:
    """Take an order: 202 and where to look."""
    return accepted(call.site.runs.submit(order_from(call), *key_of(call)))


def accepted(run: Run) -> Response:
    """A run that is there now."""
    return JSONResponse(as_json(run), 202, {"Location": f"/v1/audits/{run.id}"})


def list_(call: Call) -> Response:
    """The newest runs first."""
    values = call.values
    limit = values.get("limit", 50)
    wanted = Wanted(*(values.get(name, "") for name in ("state", "verdict", "policy", "model")))
    found = call.site.store.runs(limit + 1, values.get("cursor"), wanted)
    next_ = str(found[limit - 1].number) if len(found) > limit else None
    return _page(call, {"audits": [as_json(run) for run in found[:limit]], "next": next_})


def look(call: Call) -> Response:
    """How far a run is, and its report once it is done."""
    site, id_ = call.site, call.values["id"]
    run = site.runs.look(id_)
    body = as_json(run)
    tag = tag_of(id_, run.state, run.attempt, run.done)
    if is_known(call.request, tag):
        return Response(status_code=304, headers={"ETag": tag})
    if run.state is not State.DONE:
        headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
        return JSONResponse({**body, "report": None}, headers=headers)
    head = json.dumps(body, ensure_ascii=False)[:-1] + ', "report": '
    packed, around = written(site.store, id_, "json"), (head.encode(), b"}")
    return packed_answer(call.request, packed, tag, {"Content-Type": JSON}, around=around)


def rows(call: Call) -> Response:
    """The models of a run, in the order of the list."""
    values, store = call.values, call.site.store
    id_ = store.run(values["id"]).id
    limit = values.get("limit", 100)
    found = store.rows(id_, values.get("cursor", 0), limit + 1, values.get("verdict", ""))
    next_ = str(found[limit].number) if len(found) > limit else None
    return _page(call, {"rows": [row_as_json(row) for row in found[:limit]], "next": next_})


def _page(call: Call, body: dict[str, Any]) -> Response:
    headers = {"Cache-Control": "no-store"}
    if body["next"] is not None:
        url = call.request.url.include_query_params(cursor=body["next"])
        headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'
    return JSONResponse(body, headers=headers)


def form(call: Call) -> Response:
    """The report in one format."""
    return as_file(call.request, call.values["id"], call.values["format"])


def pack(call: Call) -> Response:
    """The pack."""
    return as_file(call.request, call.values["id"], PACK)


def cancel(call: Call) -> Response:
    """Stop it."""
    runs, id_ = call.site.runs, call.values["id"]
    run = runs.look(id_)
    if run.state.is_over or not runs.cancel(id_):
        raise NotOverError(f"This run is over: it is {runs.look(id_).state}.", "Ask for it again.")
    return JSONResponse(as_json(runs.look(id_)))


def again(call: Call) -> Response:
    """The same list, now."""
    site, policy = call.site, call.values.get("policy", "")
    order = asked_again(
        site.settings, site.store.order(call.values["id"]), policy=policy, by=call.who
    )
    return accepted(site.runs.submit(order, *key_of(call)))


def delete(call: Call) -> Response:
    """With its report and pack."""
    call.site.store.delete(call.values["id"])
    return Response(status_code=204)


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


def row_as_json(row: RowState) -> dict[str, Any]:
    """One model of a run, as every answer shows it."""
    return {
        "number": row.number,
        "target": row.target,
        "model": row.model or None,
        "verdict": row.verdict or None,
    }


_KEY = Parameter(
    "Idempotency-Key",
    "Sending the same request again with the same key creates no second run.",
    {"type": "string", "maxLength": 255},
    "header",
)
_TAGGED = ("ETag",)
_NO_BODY = {JSON: "Nothing"}
"""The type alone says that it is meant for the API."""
OPERATIONS = (
    Operation(
        "POST",
        "/v1/audits",
        "ask",
        "Ask for a run",
        ask,
        {202: Answer("The run is stored, and continues.", {JSON: "Run"}, ("Location",))},
        (
            Parameter("name", "File name of a raw list.", {"type": "string", "maxLength": 200}),
            Parameter("column", "Header of the models.", {"type": "string", "maxLength": 200}),
            _POLICY,
            Parameter("title", "What to call it.", {"type": "string", "maxLength": 200}),
            Parameter("pack", "Make a pack that can be filed.", {"type": "boolean"}),
            _KEY,
        ),
        {JSON: "Order", **dict.fromkeys(LISTS, "")},
        (400, 408, 411, 413, 415, 422, 503),
        "Names as JSON, or a list as it is: by its media type, or as `application/octet-stream` "
        "with `?name=vendors.xlsx`.",
    ),
    Operation(
        "GET",
        "/v1/audits",
        "list",
        "List runs, the newest first",
        list_,
        {200: Answer("One page.", {JSON: "Runs"}, ("Link",))},
        (
            Parameter("limit", "Most runs of a page; 50 by default.", _LIMIT),
            _CURSOR,
            Parameter(
                "state", "Only those.", {"type": "string", "enum": [str(one) for one in State]}
            ),
            _VERDICT,
            _POLICY,
            Parameter("model", "Only runs with this model.", {"type": "string", "maxLength": 1000}),
        ),
        problems=(422,),
    ),
    Operation(
        "GET",
        "/v1/audits/{id}",
        "look",
        "How far a run is, and its report",
        look,
        {
            200: Answer("The run.", {JSON: "RunWithReport"}, _TAGGED),
            304: Answer("As it was at the ETag that you have."),
        },
        (ID,),
        problems=(404,),
    ),
    Operation(
        "DELETE",
        "/v1/audits/{id}",
        "delete",
        "Delete a run that is over, with its report and pack",
        delete,
        {204: Answer("The run was deleted.")},
        (ID,),
        problems=(404, 409),
    ),
    Operation(
        "GET",
        "/v1/audits/{id}/rows",
        "rows",
        "The models of a run, page by page",
        rows,
        {200: Answer("One page.", {JSON: "Rows"}, ("Link",))},
        (ID, Parameter("limit", "Most rows of a page; 100 by default.", _LIMIT), _CURSOR, _VERDICT),
        problems=(404, 422),
    ),
    Operation(
        "GET",
        "/v1/audits/{id}/pack",
        "pack",
        "The pack, as one ZIP file",
        pack,
        {200: Answer("The folder that `lineage pack` creates.", {PACK_TYPE: ""})},
        (ID,),
        problems=(404, 409),
    ),
    Operation(
        "POST",
        "/v1/audits/{id}/cancel",
        "cancel",
        "Stop a run",
        cancel,
        {200: FOUND},
        (ID,),
        _NO_BODY,
        problems=(404, 409, 413, 415),
    ),
    Operation(
        "POST",
        "/v1/audits/{id}/again",
        "again",
        "Audit the same list again",
        again,
        {202: Answer("A new run.", {JSON: "Run"}, ("Location",))},
        (ID, replace(_POLICY, description="Another policy than that of the run."), _KEY),
        _NO_BODY,
        problems=(404, 413, 415, 422, 503),
    ),
)
AS_FORMAT = Operation(
    "GET",
    "/v1/audits/{id}/{format}",
    "report",
    "The report in one format",
    form,
    {
        200: Answer("The report.", dict.fromkeys(media_types(), ""), _TAGGED),
        304: Answer("As it was at the ETag that you have."),
    },
    (ID, Parameter("format", "As `lineage audit -f` names it.", {"type": "string"}, "path")),
    problems=(404, 409),
)
"""Last: what is fixed at this place goes before it."""
