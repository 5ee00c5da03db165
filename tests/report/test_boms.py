"""Bills of materials: valid by the official schemas, read back by the official libraries, the same
every time."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import cyclonedx.schema
import jsonschema_rs
import pytest
from cyclonedx.model.bom import Bom
from packageurl import PackageURL
from spdx_python_model import v3_0_1 as spdx3

from lineage.report.cyclonedx import to_bom
from lineage.report.formats import render
from lineage.report.purl import purl
from lineage.report.spdx import to_document
from report import reports

SHAPES = sorted(set(reports.ALL) - {"wide"})
_CDX = Path(cyclonedx.schema.__file__).parent / "_res"
_SPDX = Path(__file__).parent / "schemas" / "spdx-3.0.1.schema.json"


@cache
def cyclonedx_validator(version: str) -> jsonschema_rs.Validator:
    """The official schema, with the three that it refers to, offline."""
    others = {}
    for name in ("spdx", "jsf-0.82", "cryptography-defs"):
        schema = json.loads((_CDX / f"{name}.SNAPSHOT.schema.json").read_text())
        others[schema["$id"]] = schema
        others[f"http://cyclonedx.org/schema/{name}.SNAPSHOT.schema.json"] = schema
    main = json.loads((_CDX / f"bom-{version}.SNAPSHOT.schema.json").read_text())
    registry = jsonschema_rs.Registry(list(others.items()))
    return jsonschema_rs.validator_for(main, registry=registry, validate_formats=True)


@cache
def spdx_validator() -> jsonschema_rs.Validator:
    """The official SPDX 3.0.1 schema."""
    return jsonschema_rs.validator_for(json.loads(_SPDX.read_text()), validate_formats=True)


def problems(validator: jsonschema_rs.Validator, document: object) -> list[str]:
    """The first few errors, short."""
    return [
        f"{list(e.instance_path)}: {e.message[:200]}"
        for e, _ in zip(validator.iter_errors(document), range(5), strict=False)
    ]


def all_components(bom: dict) -> dict[str, dict]:
    """By bom-ref, the root included."""
    listed = [
        *bom["components"],
        *([bom["metadata"]["component"]] if "component" in bom["metadata"] else []),
    ]
    return {one["bom-ref"]: one for one in listed}


@pytest.mark.parametrize("version", ["1.6", "1.7"])
@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_is_valid_cyclonedx(shape: str, version: str) -> None:
    """Merges, gated and unresolved bases, local folders and hostile names all give a BOM that the
    schema accepts."""
    bom = json.loads(
        render(
            reports.report(reports.ALL[shape]()),
            "cyclonedx" if version == "1.6" else "cyclonedx-1.7",
        )
    )
    assert bom["specVersion"] == version
    assert problems(cyclonedx_validator(version), bom) == []


def test_the_schema_test_can_fail() -> None:
    """The validator refuses a BOM with a wrong component type."""
    bom = to_bom(reports.report(reports.simple()))
    bom["components"][0]["type"] = "model"
    assert problems(cyclonedx_validator("1.6"), bom)


@pytest.mark.parametrize("shape", SHAPES)
def test_cyclonedx_references_resolve(shape: str) -> None:
    """Every bom-ref is unique, and every dependency and data set reference names one."""
    bom = to_bom(reports.report(reports.ALL[shape]()))
    refs: list[str] = []

    def walk(value: object) -> None:
        if isinstance(value, dict):
            refs.extend([value["bom-ref"]] if "bom-ref" in value else [])
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    walk(bom)
    assert len(refs) == len(set(refs))
    named = {d["ref"] for d in bom["dependencies"]} | {
        on for d in bom["dependencies"] for on in d.get("dependsOn", [])
    }
    named |= {r for c in bom["compositions"] for r in c["dependencies"]}
    for part in all_components(bom).values():
        named |= {
            d["ref"]
            for d in part.get("modelCard", {}).get("modelParameters", {}).get("datasets", [])
        }
    assert named <= set(refs)


def test_pedigree_and_dependencies_say_the_same() -> None:
    """All fourteen base models of a merge stand in both places; pedigree tells relation, grade and
    claim of each."""
    bom = to_bom(reports.report(reports.merge()))
    root = bom["metadata"]["component"]
    ancestors = root["pedigree"]["ancestors"]
    depends = next(d["dependsOn"] for d in bom["dependencies"] if d["ref"] == root["bom-ref"])
    assert len(ancestors) == len(depends) == 14
    parts = all_components(bom)
    assert {a.get("purl") for a in ancestors} == {parts[ref].get("purl") for ref in depends}
    gone = next(a for a in ancestors if a["name"] == "base-model")
    said = {p["name"]: p["value"] for p in gone["properties"]}
    assert (
        said["lineage:relation"] == "merge"
        and said["lineage:grade"] == "stated"
        and "README.md" in said["lineage:claim"]
    )


def test_cyclonedx_keeps_the_facts() -> None:
    """Licences, hashes, model card, developer, test results and where a base was found survive."""
    parts = {
        c.get("purl") or c["name"]: c
        for c in all_components(to_bom(reports.report(reports.merge()))).values()
    }
    qwen = parts[f"pkg:huggingface/Qwen/Qwen2.5-7B@{reports.SHA}"]
    assert qwen["licenses"] == [{"license": {"id": "Apache-2.0", "acknowledgement": "declared"}}]
    assert qwen["hashes"] == [{"alg": "SHA-256", "content": "ab" * 32}]
    assert qwen["manufacturer"] == {"name": "Alibaba Cloud (Qwen)", "address": {"country": "CN"}}
    assert qwen["modelCard"]["modelParameters"]["modelArchitecture"] == "Qwen2ForCausalLM"
    assert {
        m["value"] for m in qwen["modelCard"]["quantitativeAnalysis"]["performanceMetrics"]
    } == {"62.5 %", "8 %"}
    assert qwen["evidence"]["occurrences"][0]["location"].endswith("README.md")
    llama = parts[f"pkg:huggingface/meta-llama/Llama-3.1-8B@{reports.SHA}"]
    assert llama["licenses"][0]["license"]["name"] == "llama3.1"
    assert (
        "purl" not in parts["gpt2"]
        and parts["gpt2"]["externalReferences"][0]["url"] == "https://huggingface.co/gpt2"
    )


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("shape", SHAPES)
def test_cyclonedx_is_read_back_by_the_official_library(shape: str) -> None:
    """cyclonedx-python-lib finds every model and its ancestors again."""
    made = to_bom(reports.report(reports.ALL[shape]()))
    read = Bom.from_json(data=json.loads(json.dumps(made)))  # type: ignore[attr-defined]
    models = [
        c for c in [*read.components, read.metadata.component] if c.type == "machine-learning-model"
    ]
    assert len(models) == len(reports.ALL[shape]().graph.nodes)
    ancestors = sum(len(c.pedigree.ancestors) for c in models if c.pedigree)
    assert ancestors == sum(
        len(c.get("pedigree", {}).get("ancestors", [])) for c in all_components(made).values()
    )


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_is_valid_spdx(shape: str) -> None:
    """The official SPDX 3.0.1 schema accepts every shape."""
    assert problems(spdx_validator(), to_document(reports.report(reports.ALL[shape]()))) == []


def test_the_spdx_schema_test_can_fail() -> None:
    """The validator refuses a relationship type that SPDX does not have."""
    document = to_document(reports.report(reports.simple()))
    next(e for e in document["@graph"] if e["type"] == "Relationship")["relationshipType"] = (
        "finetunedFrom"
    )
    assert problems(spdx_validator(), document)


@pytest.mark.parametrize("shape", SHAPES)
def test_spdx_is_read_back_by_the_official_library(shape: str) -> None:
    """spdx-python-model reads every model and every descendantOf, and its own checks pass."""
    target = reports.ALL[shape]()
    held = spdx3.SHACLObjectSet()
    spdx3.JSONLDDeserializer().read(
        io.BytesIO(render(reports.report(target), "spdx").encode()), held
    )
    assert len(list(held.foreach_type(spdx3.ai_AIPackage))) == len(target.graph.nodes)
    down = [
        r
        for r in held.foreach_type(spdx3.Relationship)
        if r.relationshipType.endswith("descendantOf")
    ]
    assert len(down) == len({e.sort_key for e in target.graph.edges if e.child != e.parent})
    assert not held.missing_ids


def test_spdx_carries_evidence_as_annotations() -> None:
    """Claims, results, findings and waivers annotate the model that they are about."""
    document = to_document(reports.report(reports.merge()))
    ids = {e["name"]: e["spdxId"] for e in document["@graph"] if e["type"] == "ai_AIPackage"}
    notes = [
        (e["subject"], e["statement"]) for e in document["@graph"] if e["type"] == "Annotation"
    ]
    assert any(s == ids["Qwen/Qwen2.5-7B"] and "CCP-sensitive prompts" in text for s, text in notes)
    assert any(
        s == ids["acme/Merged-7B"] and "Waived until 2027-01-31" in text for s, text in notes
    )
    assert any("deepseek-ai/DeepSeek-R1" in text and "distilled" in text for _, text in notes)


@pytest.mark.parametrize("name", ["cyclonedx", "cyclonedx-1.7", "spdx"])
def test_boms_are_reproducible(name: str) -> None:
    """The same report gives the same bytes and serial number; another report another number."""
    one = reports.report(reports.merge())
    assert render(one, name) == render(reports.report(reports.merge()), name)
    assert render(one, name) != render(replace(one, policy_name="other"), name)


@pytest.mark.parametrize("name", ["cyclonedx", "spdx"])
def test_a_portfolio_is_one_bom(name: str) -> None:
    """Several targets share their ancestors: each model is one component."""
    several = reports.report(reports.merge(), reports.simple(), reports.local_folder())
    text = render(several, name)
    document = json.loads(text)
    if name == "cyclonedx":
        assert problems(cyclonedx_validator("1.6"), document) == []
        assert [c["name"] for c in document["components"]].count("Qwen2.5-7B") == 1
        assert "component" not in document["metadata"]
    else:
        assert problems(spdx_validator(), document) == []
        root = next(e for e in document["@graph"] if e["type"] == "SpdxDocument")
        assert len(root["rootElement"]) == 3


PURLS = [
    ("Qwen/Qwen2.5-7B", reports.SHA.upper(), f"pkg:huggingface/Qwen/Qwen2.5-7B@{reports.SHA}"),
    ("microsoft/deberta-v3-base", None, "pkg:huggingface/microsoft/deberta-v3-base"),
    (
        "distilbert/distilbert-base-uncased",
        "main",
        "pkg:huggingface/distilbert/distilbert-base-uncased",
    ),
]


@pytest.mark.parametrize(("model", "revision", "expected"), PURLS)
def test_purls_are_those_of_the_specification(
    model: str, revision: str | None, expected: str
) -> None:
    """The reference library reads ours back to the same namespace, name and version, in the same
    spelling."""
    made = purl(model, revision)
    assert made == expected
    read = PackageURL.from_string(expected)
    assert (read.type, f"{read.namespace}/{read.name}") == ("huggingface", model)
    assert read.to_string() == expected


@pytest.mark.parametrize("model", ["gpt2", "/srv/model", reports.SCRIPT, reports.LONG, "a/b/c", ""])
def test_what_has_no_namespace_has_no_purl(model: str) -> None:
    """The huggingface type requires a namespace and a name; nothing else is pressed into it."""
    assert purl(model, reports.SHA) is None
