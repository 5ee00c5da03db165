"""What the server is: its policies, the Hub's quota, its own description; and what changed between
two of its reports."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from lineage.report.drift import as_json
from lineage.serve.api.operation import JSON, Answer, Call, Operation
from lineage.serve.api.parameters import Parameter
from lineage.serve.comparing import MOST, changes
from lineage.serve.files import tag_of


def compare(call: Call) -> Response:
    """As `lineage diff --json` on both packs; each run is called by its id."""
    values = call.values
    before, after, model = values["before"], values["after"], values.get("model", "")
    drift = changes(call.site.store, before, after, model, named=lambda run: run.id)
    tag = tag_of("compare", before, after, model.replace("/", "."))
    return Response(as_json(drift), media_type=JSON, headers={"ETag": tag})


def policies(call: Call) -> Response:
    """By their names."""
    settings = call.site.settings
    listed = [
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
    return JSONResponse({"usual": settings.usual, "policies": listed})


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
            Parameter("model", "Only this model.", {"type": "string", "maxLength": 1000}),
        ),
        problems=(404, 409, 422),
        description="The hub's own keys of repositories are compared too, as between two packs. "
        f"Runs of more than {MOST:,} models only by `model`.",
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
        {200: Answer("As last reported by the Hub.", {JSON: "Quota"})},
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
