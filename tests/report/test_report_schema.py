"""The published schema of `lineage-report/1`: every report that is written fits it, and it says
what it should."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timezone
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from lineage.core.record import Status
from lineage.core.relation import Grade, Relation
from lineage.core.use import Certainty, ModelUse, UseKind
from lineage.evidence.evidence import Applicability, ExposureState, Outcome
from lineage.evidence.supplied import Agreement, Compared
from lineage.policy.finding import Level, Verdict
from lineage.report.document import Report, Supplied
from lineage.report.formats import render
from lineage.scan.result import ScanResult, Unreadable
from lineage.sources.snapshot.source import SnapshotSource
from lineage.workflows.audit import Auditor
from lineage.workflows.options import Options
from report.reports import ALL, merge, report, simple

SCHEMA = json.loads(
    (files("lineage") / "data" / "schemas" / "report.schema.json").read_text(encoding="utf-8")
)
NOON = datetime(2026, 11, 21, 12, tzinfo=timezone.utc)


def closed(part: Any) -> Any:
    """The schema with every object closed: what is written but not described then fails."""
    if isinstance(part, list):
        return [closed(one) for one in part]
    if not isinstance(part, dict):
        return part
    made = {key: closed(value) for key, value in part.items()}
    # An object inside allOf sees only its own half of the names; the whole is closed by its
    # neighbours.
    return (
        made | {"unevaluatedProperties": False}
        if part.get("type") == "object" and "additionalProperties" not in part
        else made
    )


def strict() -> jsonschema_rs.Draft202012Validator:
    """A validator that knows every name and refuses any other."""
    schema = json.loads(json.dumps(SCHEMA))
    schema["$defs"]["unlinked"] = {
        **schema["$defs"]["claim"],
        "properties": {
            **schema["$defs"]["claim"]["properties"],
            **schema["$defs"]["unlinked"]["allOf"][1]["properties"],
        },
    }
    return jsonschema_rs.Draft202012Validator(closed(schema))


STRICT = strict()
PUBLISHED = jsonschema_rs.Draft202012Validator(SCHEMA)


def problems(document: Any, validator: Any = STRICT) -> list[str]:
    """What does not fit, with its place."""
    return [
        f"{'/'.join(map(str, e.instance_path))}: {e.message[:200]}"
        for e in validator.iter_errors(document)
    ]


def written(made: Report) -> Any:
    """The report as another program reads it."""
    return json.loads(render(made, "json"))


@pytest.mark.parametrize("shape", ALL)
def test_hand_made_shapes_fit(shape: str):
    """A merge, a local folder, cycles, 300 nodes and a report whose every string is hostile."""
    assert problems(written(report(ALL[shape]()))) == []


def test_a_portfolio_and_a_scan_fit():
    """Rows of a supplier's file with what was compared, and code with blind spots."""
    use = ModelUse(
        "a.py",
        1,
        1,
        UseKind.UNRESOLVED,
        "",
        "LLM",
        Certainty.CERTAIN,
        expression="x",
        reason="known only when the code runs",
    )
    rows = Supplied(
        "v.csv",
        "row 2",
        (("vendor", "=1+1"),),
        (Compared("licence", "mit", "apache-2.0", Agreement.CANNOT_BE_COMPARED),),
        "no name",
    )
    scan = ScanResult(
        "repo",
        (replace(use, kind=UseKind.OTHER, model="s3://x"),),
        (use,),
        (Unreadable("b.py", "not UTF-8"),),
        2,
        ("stopped",),
    )
    made = report(replace(simple(), supplied=rows, uses=(use,)), merge())
    assert problems(written(replace(made, scan=scan, notes=("old data",)))) == []
    assert problems(written(report())) == []


def embedded_models() -> Iterator[str]:
    """Names all over the embedded snapshot, a few hundred."""
    every = [record.id for _, record in SnapshotSource.embedded().records()]
    yield from islice(every, 0, None, max(1, len(every) // 260))


def test_audits_of_real_models_fit(tmp_path: Path):
    """Over 200 models of the snapshot, one missing, one impossible name and a local folder, in one
    document."""
    local = tmp_path / "adapter"
    local.mkdir()
    (local / "adapter_config.json").write_text(
        '{"base_model_name_or_path": "Qwen/Qwen2.5-7B", "peft_type": "LORA"}', encoding="utf-8"
    )
    targets = [*embedded_models(), "nobody/there", "not a name", str(local)]
    assert len(targets) > 200
    auditor = Auditor(Options(offline=True, now=NOON))
    document = written(auditor.report([auditor.audit(target) for target in targets]))
    assert problems(document) == []
    assert problems(document, PUBLISHED) == []
    statuses = {node["status"] for target in document["targets"] for node in target["nodes"]}
    assert {"resolved", "unreachable", "invalid", "local"} <= statuses


@pytest.mark.parametrize(
    "name, words",
    [
        ("verdict", Verdict),
        ("level", [level for level in Level if level is not Level.OFF]),
        ("status", Status),
        ("relation", Relation),
        ("grade", Grade),
        ("outcome", Outcome),
        ("applicability", Applicability),
        ("exposure_state", ExposureState),
    ],
)
def test_the_schema_knows_every_word(name: str, words: Any):
    """A word that the code may write stands in the schema, and no other."""
    assert SCHEMA["$defs"][name]["enum"] == [str(word) for word in words]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d.pop("verdict"),
        lambda d: d.update(schema="lineage-report/2"),
        lambda d: d["targets"][0].pop("complete"),
        lambda d: d["targets"][0].update(verdict="ok"),
        lambda d: d["targets"][0]["edges"][0].update(claims=[]),
        lambda d: d["targets"][0]["edges"][0]["claims"][0].update(confidence=2),
        lambda d: d["targets"][0]["nodes"][0].update(jurisdiction="China"),
        lambda d: d["targets"][0]["findings"][1]["waived"].update(until="soon"),
        lambda d: d["targets"][0]["unlinked"][0].pop("problem"),
        lambda d: d["summary"].update({"pass": -1}),
    ],
)
def test_a_broken_report_does_not_fit(spoil: Any):
    """The schema is worth asking: a name that is gone or a word of another form is seen."""
    document = written(report(merge()))
    assert problems(document, PUBLISHED) == []
    spoil(document)
    assert problems(document, PUBLISHED)


def test_names_may_be_added():
    """A report of a later tool of version 1 has more names, and today's schema accepts it."""
    document = written(report(merge()))
    document["targets"][0]["nodes"][0]["new_fact"] = 1
    assert problems(document, PUBLISHED) == []
    assert problems(document)
