"""`audit`: what models are built on, with the verdict of a policy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lineage.mcp.brief import MOST, MOST_FULL, shortened
from lineage.mcp.call import Call
from lineage.mcp.desk import MOST_TARGETS, Desk
from lineage.mcp.schemas import published
from lineage.mcp.tools.interface import Answer, Tool, name_of_model
from lineage.mcp.words import own_line, quoted_lines, verdict_line
from lineage.policy.packs import pack_names
from lineage.report.json import to_dict

_RESULT = "/targets/*/exposure/results/*"
_LICENCE = "/targets/*/licences/*"
CURATED = frozenset(
    {
        *(f"/targets/*/nodes/*/{key}" for key in ("developer", "family_name", "operator")),
        *(
            f"/targets/*/origin/{key}/*/developer"
            for key in ("foundations", "trained_by", "teachers")
        ),
        *(
            f"{_RESULT}/{key}"
            for key in (
                *("id", "why_not", "kind", "grade", "suite", "metric", "unit", "higher_is"),
                *("language", "layer", "tested_on", "published_on", "publisher", "title", "url"),
                *("finding", "caveat", "evidence_class", "beside/hosts/*"),
            )
        ),
        *(f"{_LICENCE}/{key}" for key in ("name", "terms/*/clause", "terms/*/text")),
        *(f"{_LICENCE}/sources/*/{key}" for key in ("url", "title")),
        *(f"/targets/*/findings/*/{key}" for key in ("rule", "help_url")),
        *(f"/targets/*/open/*/{key}" for key in ("rule", "kind", "questions/*", "leaves_open/*")),
        *("/tool/name", "/tool/version", "/policy/name"),
        "/notes/*",  # of what was cut: models that are named by hand bring no others
        *(
            f"/summary/by/{key}/*"
            for key in ("verdicts", "developers", "jurisdictions", "exposures")
        ),
    }
)
"""Texts that the report takes from the package's own data: no stranger writes there."""


def run(desk: Desk, asked: Mapping[str, Any], call: Call) -> Answer:
    """Audit all that is named, under the user's policy or a pack."""
    report = desk.audited(asked["targets"], call, asked.get("policy"))
    document = to_dict(report)
    is_full = asked.get("detail") == "full"
    content = shortened(document, MOST_FULL if is_full else MOST)
    cut = content["notes"][len(document["notes"]) :]
    policy = asked.get("policy")
    lines = [verdict_line(report)]
    lines += [own_line(number, target) for number, target in enumerate(report.targets, 1)]
    if desk.policy(policy) != desk.options.policy:  # a file may have the name of a pack
        lines.append(
            f"Judged by the pack {policy!r}, which this call chose; the user's own policy is "
            "another one."
        )
    lines += cut
    quoted = [f"Model {n} is {t.model}" for n, t in enumerate(report.targets, 1)]
    quoted += [line for n, t in enumerate(report.targets, 1) for line in quoted_lines(n, t)]
    more = ["The structured content is the report (lineage-report/1)."]
    more += [] if is_full or not cut else ['`detail: "full"` has what was left out.']
    more += ["`explain` shows every claim behind a model; `results` its published tests."]
    return Answer(content, tuple(lines), tuple(quoted), tuple(more))


TOOL = Tool(
    name="audit",
    title="Audit AI models",
    description=(
        "Tells what AI models are built on: their lineage up to the foundation models, who "
        "developed and trained them and in which countries, what published censorship tests "
        "found, and one verdict by a policy (pass, review, fail, inconclusive). Use it before a "
        "model is chosen, downloaded or deployed. Unknown is reported as unknown: `inconclusive` "
        "and `review` are no pass."
    ),
    takes={
        "targets": {
            "type": "array",
            "items": name_of_model("A model:"),
            "minItems": 1,
            "maxItems": MOST_TARGETS,
            "description": "The models to audit, each once.",
        },
        "policy": {
            "type": "string",
            "enum": list(pack_names()),
            "description": "A policy pack to judge by. Leave it out to judge by the user's own "
            "policy, which is what counts for them.",
        },
        "detail": {
            "type": "string",
            "enum": ["brief", "full"],
            "default": "brief",
            "description": "`brief` leaves out what decides nothing where the report is long, and "
            "says so; `full` leaves out nothing below 400,000 characters.",
        },
    },
    required=("targets",),
    gives=lambda: published("report"),
    run=run,
    own=CURATED,
)
