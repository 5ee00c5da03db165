"""What the server is: its policies, the Hub's quota, its own description; and what changed between
two of its reports."""

from __future__ import annotations

import json

from starlette.responses import JSONResponse, Response

from lineage.serve.api.operation import JSON, Answer, Call, Operation
from lineage.serve.api.parameters import Parameter
from lineage.serve.files import tag_of, unpacked, written


def compare(call: Call) -> Response:
    """As `lineage diff --json` on the two reports."""
    from lineage.report.drift import as_json
    from lineage.workflows.drift import compared
    from lineage.workflows.looks import of_report

    seen = []
    for id_ in (call.values["before"], call.values["after"]):
        document = json.loads(unpacked(written(call.site.store, id_, "json")))
        seen.append(of_report(document, id_))
    tag = tag_of("compare", *(side.look.name for side in seen))
    return Response(as_json(compared(*seen)), media_type=JSON, headers={"ETag": tag})


def policies(call: Call) -> Response:
    """By their names."""
    settings = call.site.settings
    told = [
        {
            "name": name,
            "source": policy.source,
            "extends": list(policy.extends),
            "jurisdictions": list(policy.named_jurisdictions),
            "requirements": [one.id for one in policy.requirements],
            "fail_on": policy.fail_on,
        }
        for name, policy in settings.policies.items()
    ]
    return JSONResponse({"usual": settings.usual, "policies": told})


def quota(call: Call) -> Response:
    """What the Hub said last."""
    desk = call.site.runs.desk
    budget = desk.budget()
    resets = budget.resets_in if budget else None
    return JSONResponse(
        {
            "remaining": max(0, budget.remaining)
            if budget and budget.remaining is not None
            else None,
            "limit": budget.limit if budget else None,
            "resets_in": round(resets) if resets is not None else None,
            "waiting": desk.waiting,
            "open": call.site.runs.open,
        },
        headers={"Cache-Control": "no-store"},
    )


def description(call: Call) -> Response:
    """The OpenAPI document."""
    from lineage.serve.api.openapi import document
    from lineage.serve.api.table import OPERATIONS as ALL

    return JSONResponse(document(ALL))


_RUN = {"type": "string", "maxLength": 100}
OPERATIONS = (
    Operation(
        "GET",
        "/v1/compare",
        "compare",
        "What changed between two runs",
        compare,
        {200: Answer("What `lineage diff --json` prints.", {JSON: "Drift"}, ("ETag",))},
        (
            Parameter("before", "Id of the earlier run.", _RUN, required=True),
            Parameter("after", "Id of the later run.", _RUN, required=True),
        ),
        problems=(404, 409, 422),
    ),
    Operation(
        "GET",
        "/v1/policies",
        "policies",
        "The policies that can be chosen",
        policies,
        {200: Answer("All of them.", {JSON: "Policies"})},
    ),
    Operation(
        "GET",
        "/v1/quota",
        "quota",
        "What is left of the Hub's quota",
        quota,
        {200: Answer("As the Hub said last.", {JSON: "Quota"})},
    ),
    Operation(
        "GET",
        "/v1/openapi.json",
        "openapi",
        "This description",
        description,
        {200: Answer("OpenAPI 3.1.", {JSON: "OpenApi"})},
    ),
)
