"""Reading lists of models: from spreadsheets, text, JSON, and the bills of materials that suppliers
send."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lineage.core.errors import UsageError
from lineage.report.cyclonedx import to_bom
from lineage.report.spdx import to_document
from lineage.workflows.portfolio.read import read_inputs
from lineage.workflows.portfolio.row import InputRow, SupplierStatement
from report import reports

SHA = reports.SHA


def rows(tmp_path: Path, name: str, content: str | bytes | object) -> list[InputRow]:
    """What a file of this name and content gives."""
    file = tmp_path / name
    data = content if isinstance(content, (str, bytes)) else json.dumps(content)
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return read_inputs(file)


@pytest.mark.parametrize(
    "header",
    ["model", "Model ID", "repo_id", "Repository", "URL", "hugging face", "MODEL_NAME", "id"],
)
def test_the_column_of_models_is_found(tmp_path: Path, header: str) -> None:
    """By the words people use, in any case and spacing; the other columns pass through."""
    held = rows(tmp_path, "v.csv", f"Vendor,{header},Note\nAcme,org/a,x\nB Corp,org/b,\n")
    assert [(r.place, r.target, r.columns) for r in held] == [
        ("row 2", "org/a", (("Vendor", "Acme"), ("Note", "x"))),
        ("row 3", "org/b", (("Vendor", "B Corp"),)),
    ]


@pytest.mark.parametrize(
    "content",
    [
        '\ufeffmodel;vendor\norg/a;"A; B"\n',
        "model\tvendor\norg/a\tA; B\n",
        "model|vendor\r\norg/a|A; B\r\n",
        "model,vendor\r\norg/a,A; B\r\n\r\n,,\r\n",
    ],
)
def test_spreadsheets_of_every_habit(tmp_path: Path, content: str) -> None:
    """Byte order mark, semicolon, tab or bar, Windows line ends, empty rows."""
    assert [(r.target, r.columns) for r in rows(tmp_path, "v.csv", content)] == [
        ("org/a", (("vendor", "A; B"),))
    ]


def test_utf16_and_a_list_without_header(tmp_path: Path) -> None:
    """Excel's Unicode text, and ids saved as CSV with no header at all."""
    assert rows(tmp_path, "v.csv", "model\norg/ä\n".encode("utf-16"))[0].target == "org/ä"
    assert [r.target for r in rows(tmp_path, "w.csv", "org/a\norg/b\n")] == ["org/a", "org/b"]


def test_a_bad_row_is_reported_and_stops_nothing(tmp_path: Path) -> None:
    """A row without a model, a row too long for a table: each is named with file and row, and the
    next ones count."""
    held = rows(tmp_path, "v.csv", f"vendor,model\nA,\nB,{'x' * 200_000}\nC,org/c\n")
    assert held[0].problem == "v.csv row 2 names no model." and held[0].target == ""
    assert held[1].problem.startswith("v.csv row 3")
    assert (held[2].place, held[2].target, held[2].problem) == ("row 4", "org/c", "")


def test_what_a_spreadsheet_says_is_kept_for_comparison(tmp_path: Path) -> None:
    """Columns of base models, licence, revision and developer are the supplier's word."""
    held = rows(
        tmp_path,
        "v.csv",
        "model,Base model,License,Commit,Developer\norg/a,x/y; z/w,MIT,abc1234,Acme\n",
    )
    assert held[0].statement == SupplierStatement(("x/y", "z/w"), ("MIT",), "abc1234", "Acme")


def test_lines_and_comments(tmp_path: Path) -> None:
    """One model per line; comments and empty lines are nothing."""
    held = rows(
        tmp_path,
        "m.txt",
        "# ours\norg/a\n\n  org/b@main   # pinned\nhttps://huggingface.co/org/c\n",
    )
    assert [(r.place, r.target) for r in held] == [
        ("line 2", "org/a"),
        ("line 4", "org/b@main"),
        ("line 5", "https://huggingface.co/org/c"),
    ]


def test_json_lists(tmp_path: Path) -> None:
    """Names, objects, a list inside an object; an entry of another type is reported, not raised."""
    held = rows(
        tmp_path,
        "m.json",
        {
            "models": [
                "org/a",
                {"model": "org/b", "vendor": "V", "tags": ["x", "y"]},
                7,
                {"model": 3},
            ]
        },
    )
    assert [r.target for r in held] == ["org/a", "org/b", "", ""]
    assert held[1].columns == (("vendor", "V"), ("tags", "x; y"))
    assert "entry 3" in held[2].problem and "entry 4" in held[3].problem


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "vendor,country\nA,B\n"),
        ("a.csv", ""),
        ("a.txt", "\n# nothing\n"),
        ("a.json", "{"),
        ("a.json", "[" * 100_000),
        ("a.json", '"text"'),
        ("a.json", "{}"),
        ("a.csv", b"PK\x03\x04xlsx"),
        ("a.csv", b"model\n\xff\xfe\xfd"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, name: str, content: str | bytes
) -> None:
    """Wrong usage with the file's name and a next step, never a traceback."""
    with pytest.raises(UsageError, match=name) as told:
        rows(tmp_path, name, content)
    assert told.value.next_step


def test_a_missing_file(tmp_path: Path) -> None:
    """The same for a file that is not there and for a folder."""
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(UsageError, match="could not be read"):
            read_inputs(path)


@pytest.mark.parametrize("version", ["1.4", "1.5", "1.6", "1.7"])
def test_models_of_a_cyclonedx_file(tmp_path: Path, version: str) -> None:
    """Root, listed and nested components, by purl, address or group and name; base models from
    pedigree and dependencies."""
    bom = {
        "bomFormat": "CycloneDX",
        "specVersion": version,
        "metadata": {
            "component": {
                "type": "machine-learning-model",
                "bom-ref": "r",
                "group": "acme",
                "name": "top",
                "version": SHA,
            }
        },
        "components": [
            {"type": "library", "name": "torch", "purl": "pkg:pypi/torch@2"},
            {
                "type": "machine-learning-model",
                "bom-ref": "a",
                "name": "whatever",
                "purl": "pkg:huggingface/Org%20x/bad@1",
                "externalReferences": [
                    {"type": "website", "url": "https://acme.example"},
                    {"url": "https://huggingface.co/org/from-url/tree/main"},
                ],
                "licenses": [{"license": {"id": "MIT"}}, {"expression": "Apache-2.0 OR MIT"}],
                "pedigree": {
                    "ancestors": [
                        {
                            "type": "machine-learning-model",
                            "name": "n",
                            "purl": "pkg:huggingface/x/base",
                        }
                    ]
                },
            },
            {
                "type": "application",
                "name": "app",
                "components": [
                    {
                        "type": "machine-learning-model",
                        "name": "nested",
                        "purl": f"pkg:huggingface/o/nested@{SHA}",
                    }
                ],
            },
        ],
        "dependencies": [{"ref": "r", "dependsOn": ["a", "missing"]}],
    }
    held = {r.target: r for r in rows(tmp_path, "vendor.cdx.json", bom)}
    assert list(held) == [f"acme/top@{SHA}", "org/from-url", f"o/nested@{SHA}"]
    assert held[f"acme/top@{SHA}"].statement == SupplierStatement(
        revision=SHA, depends=("org/from-url",)
    )
    assert held["org/from-url"].statement == SupplierStatement(
        ("x/base",), ("MIT", "Apache-2.0 OR MIT")
    )
    assert all(row.hub_only for row in held.values())


def test_a_suppliers_private_model_leads_to_its_bases(tmp_path: Path) -> None:
    """A component on no hub is reported as such, and the base models that it names are audited."""
    part = {
        "type": "machine-learning-model",
        "name": "secret",
        "pedigree": {"ancestors": [{"purl": "pkg:huggingface/Qwen/Qwen2.5-7B", "name": "q"}]},
    }
    held = rows(tmp_path, "v.json", {"bomFormat": "CycloneDX", "components": [part]})
    assert [(r.place, r.target, bool(r.problem)) for r in held] == [
        ("component 1", "", True),
        ("component 1, base 1", "Qwen/Qwen2.5-7B", False),
    ]


def test_no_path_comes_out_of_a_bill_of_materials(tmp_path: Path) -> None:
    """A supplier's file cannot make the audit read this machine's files, nor name what no hub could
    hold."""
    names = [
        "/etc/passwd",
        "../x",
        "C:\\x",
        "a/b/c",
        "~",
        "file:///etc/passwd",
        "org/../x",
        "x" * 10_000,
        "<script>",
    ]
    parts = [
        {
            "type": "machine-learning-model",
            "name": n,
            "purl": n,
            "group": n,
            "externalReferences": [{"url": n}],
        }
        for n in names
    ]
    held = rows(
        tmp_path,
        "v.json",
        {
            "bomFormat": "CycloneDX",
            "components": [*parts, {"type": "machine-learning-model"}, 7, None],
        },
    )
    assert len(held) == len(names) + 1
    assert all(r.target == "" and r.problem for r in held)


def test_models_of_an_spdx_2_file(tmp_path: Path) -> None:
    """Packages whose purl or address is on the Hub; base models from either direction of the
    relationship."""
    document = {
        "spdxVersion": "SPDX-2.3",
        "packages": [
            {
                "SPDXID": "a",
                "name": "m",
                "licenseDeclared": "MIT",
                "supplier": "Organization: Acme",
                "externalRefs": [{"referenceLocator": f"pkg:huggingface/org/m@{SHA}"}],
            },
            {
                "SPDXID": "b",
                "name": "b",
                "downloadLocation": "https://huggingface.co/x/base",
                "licenseDeclared": "NOASSERTION",
            },
            {"SPDXID": "c", "name": "numpy", "downloadLocation": "https://pypi.org/project/numpy"},
        ],
        "relationships": [
            {"spdxElementId": "b", "relationshipType": "ANCESTOR_OF", "relatedSpdxElement": "a"}
        ],
    }
    held = rows(tmp_path, "v.spdx.json", document)
    assert [(r.target, r.statement) for r in held] == [
        (f"org/m@{SHA}", SupplierStatement(("x/base",), ("MIT",), SHA, supplier="Acme")),
        ("x/base", SupplierStatement()),
    ]


@pytest.mark.parametrize("shape", ["merge", "simple", "wide"])
def test_our_own_bills_of_materials_come_back(tmp_path: Path, shape: str) -> None:
    """Every model with a namespace that we write is read again from CycloneDX and SPDX, with the
    same base models."""
    graph = reports.ALL[shape]().graph
    report = reports.report(reports.ALL[shape]())
    expected = {model for model in graph.nodes if "/" in model}
    for name, document in (("a.cdx.json", to_bom(report)), ("a.spdx.json", to_document(report))):
        held = {r.target.partition("@")[0]: r for r in rows(tmp_path, name, document) if r.target}
        assert expected <= set(held)
        bases = {e.parent for e in graph.parents(graph.target)}
        assert {b for b in held[graph.target].statement.bases if "/" in b} == {
            b for b in bases if "/" in b
        }
    assert held["Qwen/Qwen2.5-7B"].statement.licences == ("Apache-2.0",)


def test_the_column_that_tells_the_owners_is_taken(tmp_path: Path) -> None:
    """Where it does so in every row; else nothing is lost for it."""
    table = "Model,Model ID\nQwQ,Qwen/QwQ-32B-Preview\nR1,deepseek-ai/DeepSeek-R1\n"
    found = rows(tmp_path, "both.csv", table)
    assert [row.target for row in found] == ["Qwen/QwQ-32B-Preview", "deepseek-ai/DeepSeek-R1"]
    assert found[0].statement.model == "QwQ"
    found = rows(tmp_path, "some.csv", "model,hf repo\nQwQ,Qwen/QwQ-32B-Preview\nllama3,\n")
    assert [row.target for row in found] == ["QwQ", "llama3"]


def test_letters_of_two_bytes_without_a_mark_are_no_text(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not text"):
        rows(tmp_path, "wide.csv", "model\nacme/m1\n".encode("utf-16-le"))
