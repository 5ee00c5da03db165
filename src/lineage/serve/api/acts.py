"""`/v1/acts`: the audit log."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from lineage.core.clock import stamp_of
from lineage.serve.api.operation import JSON, Answer, Call, Operation
from lineage.serve.api.parameters import Parameter
from lineage.serve.guard.refusal import Refused

_ACTS = ("at", "who", "client", "action", "about", "outcome")


def acts(call: Call) -> Response:
    """The newest first, for whoever runs the server."""
    if not call.request.state.is_operator:
        raise Refused(
            403,
            "The audit log is for the operator of the server.",
            "In the token file, `operator` marks who may read it.",
        )
    found = call.site.store.acts(call.values.get("limit", 500))
    rows = [dict(zip(_ACTS, (stamp_of(at), *rest), strict=True)) for at, *rest in found]
    return JSONResponse({"acts": rows})


OPERATIONS = (
    Operation(
        "GET",
        "/v1/acts",
        "acts",
        "The audit log, for the operator of the server",
        acts,
        {200: Answer("The newest first.", {JSON: "Acts"})},
        (
            Parameter(
                "limit",
                "Most lines; 500 by default.",
                {"type": "integer", "minimum": 1, "maximum": 10_000},
            ),
        ),
        problems=(422,),
    ),
)
