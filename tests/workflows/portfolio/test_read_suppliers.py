"""Reading what suppliers really send: bills of materials of every form and spelling, workbooks,
pages of a wiki, and files that are no list."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from lineage.core.errors import UsageError
from lineage.workflows.portfolio.read import read_inputs
from lineage.workflows.portfolio.row import InputRow


def rows(tmp_path: Path, name: str, content: str | bytes | object, **more: Any) -> list[InputRow]:
    """What a file of this name and content gives."""
    file = tmp_path / name
    data = content if isinstance(content, (str, bytes)) else json.dumps(content)
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return read_inputs(file, **more)


def targets(held: list[InputRow]) -> list[str]:
    """What the rows name."""
    return [row.target for row in held]


def bom(*parts: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A CycloneDX document with these components."""
    return {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": list(parts), **more}


@pytest.mark.parametrize(
    ("part", "model"),
    [
        ({"purl": "pkg:huggingface/acme%2Fchat@main"}, "acme/chat"),
        ({"purl": "pkg:huggingface/acme%2fchat%40main"}, "acme/chat"),
        ({"purl": "pkg:HuggingFace/acme/chat/@1.0?vcs=x#model.gguf"}, "acme/chat"),
        ({"purl": "pkg://huggingface//acme/chat"}, "acme/chat"),
        ({"purl": "pkg:huggingface/gpt2@e7da7f2"}, "gpt2"),
        ({"purl": "pkg:huggingface/chat@1", "group": "acme"}, "acme/chat"),
        ({"purl": "pkg:generic/acme%2Fchat@1.0"}, "acme/chat"),
        ({"bom-ref": "pkg:huggingface/acme/chat@1.0"}, "acme/chat"),
    ],
)
def test_purls_of_every_spelling(tmp_path: Path, part: dict[str, Any], model: str) -> None:
    """Encoded slashes, no namespace, a namespace in the group, a purl as reference only."""
    held = rows(tmp_path, "b.json", bom({"type": "machine-learning-model", "name": "x", **part}))
    assert targets(held) == [model]


@pytest.mark.parametrize("kind", ["application", "library", "file", "container", "framework", ""])
def test_a_name_on_the_hub_makes_a_component_a_model(tmp_path: Path, kind: str) -> None:
    """Whatever its type; the root too; a package of another register is none."""
    root = {"component": {"type": kind, "name": "a", "purl": "pkg:huggingface/acme/root@1.0"}}
    part = {"type": kind, "name": "b", "purl": "pkg:huggingface/acme/part"}
    other = {"type": kind, "name": "acme/tool", "purl": "pkg:pypi/torch@2"}
    assert targets(rows(tmp_path, "b.json", bom(part, other, metadata=root))) == [
        "acme/root",
        "acme/part",
    ]


@pytest.mark.parametrize("wrapper", ["sbom", "bom", "predicate"])
def test_a_wrapped_bill(tmp_path: Path, wrapper: str) -> None:
    """As services export it, and as an attestation carries it."""
    part = {"type": "machine-learning-model", "purl": "pkg:huggingface/acme/m"}
    document = {"_type": "https://in-toto.io/Statement/v1", wrapper: bom(part)}
    assert targets(rows(tmp_path, "b.json", document)) == ["acme/m"]


def test_a_data_set_is_no_model_and_is_told(tmp_path: Path) -> None:
    """A component of type data is left out, with a note."""
    notes: list[str] = []
    parts = [
        {"type": "data", "name": "d", "purl": "pkg:huggingface/acme/corpus"},
        {"type": "machine-learning-model", "name": "m", "purl": "pkg:huggingface/acme/chat"},
    ]
    assert targets(rows(tmp_path, "b.json", bom(*parts), note=notes.append)) == ["acme/chat"]
    assert len(notes) == 1 and "acme/corpus" in notes[0]


@pytest.mark.parametrize(
    "where",
    [
        {"properties": [{"name": "base_model", "value": "Qwen/Qwen2.5-7B"}]},
        {"properties": [{"name": "aibom:huggingface:baseModel", "value": '["Qwen/Qwen2.5-7B"]'}]},
        {"properties": [{"name": "hf:base_model:0", "value": "pkg:huggingface/Qwen/Qwen2.5-7B"}]},
        {"modelCard": {"properties": [{"name": "Base Model", "value": "Qwen/Qwen2.5-7B"}]}},
        {"modelCard": {"modelParameters": {"baseModel": "https://huggingface.co/Qwen/Qwen2.5-7B"}}},
        {"modelCard": {"base_model": ["Qwen/Qwen2.5-7B"]}},
        {"pedigree": {"ancestors": [{"name": "Qwen/Qwen2.5-7B"}]}},
    ],
)
def test_base_models_of_a_component(tmp_path: Path, where: dict[str, Any]) -> None:
    """In properties of the component or its card, in the card's parameters, in the pedigree."""
    part = {"type": "machine-learning-model", "name": "m", "purl": "pkg:huggingface/acme/m"}
    assert rows(tmp_path, "b.json", bom(part | where))[0].statement.bases == ("Qwen/Qwen2.5-7B",)


def test_a_relation_to_a_base_is_no_base(tmp_path: Path) -> None:
    """A property that only says how a base was used names none."""
    part = {
        "type": "machine-learning-model",
        "purl": "pkg:huggingface/acme/m",
        "properties": [{"name": "base_model_relation", "value": "finetune"}],
    }
    assert rows(tmp_path, "b.json", bom(part))[0].statement.bases == ()


XML = """<?xml version="1.0" encoding="UTF-8"?>
<bom xmlns="http://cyclonedx.org/schema/bom/1.6" version="1">
  <metadata><component type="application" bom-ref="r">
    <name>top</name><purl>pkg:huggingface/acme/top@1.0</purl></component></metadata>
  <components>
    <component type="machine-learning-model" bom-ref="m">
      <manufacturer><name>Acme</name></manufacturer>
      <name>m</name>
      <licenses><license><id>MIT</id></license><expression>Apache-2.0</expression></licenses>
      <purl>pkg:huggingface/acme%2Fm@main</purl>
      <pedigree><ancestors><component type="machine-learning-model"><name>b</name>
        <purl>pkg:huggingface/Qwen/Qwen2.5-7B</purl></component></ancestors></pedigree>
      <modelCard><modelParameters><task>chat</task></modelParameters></modelCard>
      <properties><property name="base_model">meta-llama/Llama-3.1-8B</property></properties>
    </component>
  </components>
  <dependencies><dependency ref="r"><dependency ref="m"/></dependency></dependencies>
</bom>
"""


def test_cyclonedx_in_xml(tmp_path: Path) -> None:
    """Everything that is read of the JSON form is read of this one, however the file is called."""
    for name in ("bom.xml", "bom.cdx", "bom"):
        top, model = rows(tmp_path, name, XML)
        assert (top.target, top.statement.depends) == ("acme/top", ("acme/m",))
        assert model.target == "acme/m" and model.hub_only
        assert model.statement.bases == ("Qwen/Qwen2.5-7B", "meta-llama/Llama-3.1-8B")
        assert model.statement.licences == ("MIT", "Apache-2.0")
        assert model.statement.developer == "Acme"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('<!DOCTYPE b [<!ENTITY a "x">]><bom>&a;</bom>', "entities"),
        ('<!DOCTYPE b [<!ENTITY a SYSTEM "file:///etc/passwd">]><bom>&a;</bom>', "entities"),
        ("<bom><components>", "not valid XML"),
        ("<project><modelVersion>4</modelVersion></project>", "no CycloneDX or SPDX"),
        ("<bom>" + "<x>" * 200 + "</x>" * 200 + "</bom>", "nested deeper"),
        ("<!doctype html><html><body>acme/m</body></html>", "web page"),
    ],
)
def test_xml_that_is_refused(tmp_path: Path, content: str, told: str) -> None:
    """Entities, broken or endless nesting, another kind of document: refused as a whole."""
    with pytest.raises(UsageError, match=told) as refused:
        rows(tmp_path, "b.xml", content)
    assert refused.value.next_step


@pytest.mark.parametrize("name", ["b.xml", "b.xlsx"])
def test_what_to_install_is_told(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the extra the error names the form and the command."""
    content = XML.encode() if name == "b.xml" else workbook([["model"], ["acme/m"]])
    monkeypatch.setitem(sys.modules, "defusedxml", None)
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(UsageError, match=r"XML|Excel") as refused:
        rows(tmp_path, name, content)
    assert "lineage-audit[inputs]" in str(refused.value.next_step)


SPDX_TAGS = """SPDXVersion: SPDX-2.3
DataLicense: CC0-1.0

PackageName: m
SPDXID: SPDXRef-m
PackageSupplier: Organization: Acme
PackageOriginator: Organization: Acme Labs
PackageLicenseDeclared: MIT
ExternalRef: PACKAGE-MANAGER purl pkg:huggingface/acme%2Fm@main

PackageName: base
SPDXID: SPDXRef-b
PackageDownloadLocation: https://huggingface.co/Qwen/Qwen2.5-7B

Relationship: SPDXRef-m DESCENDANT_OF SPDXRef-b
"""

SPDX_YAML = """spdxVersion: SPDX-2.3
packages:
  - SPDXID: SPDXRef-m
    name: m
    originator: "Organization: Acme Labs"
    supplier: "Organization: Acme"
    licenseDeclared: MIT
    externalRefs:
      - {referenceType: purl, referenceLocator: "pkg:huggingface/acme/m@main"}
  - {SPDXID: SPDXRef-b, name: b, downloadLocation: "https://huggingface.co/Qwen/Qwen2.5-7B"}
relationships:
  - {spdxElementId: SPDXRef-b, relationshipType: ANCESTOR_OF, relatedSpdxElement: SPDXRef-m}
"""

SPDX_XML = """<Document><spdxVersion>SPDX-2.3</spdxVersion>
<packages><SPDXID>SPDXRef-m</SPDXID><name>m</name>
  <originator>Organization: Acme Labs</originator><supplier>Organization: Acme</supplier>
  <licenseDeclared>MIT</licenseDeclared>
  <externalRefs><referenceLocator>pkg:huggingface/acme/m</referenceLocator></externalRefs></packages>
<packages><SPDXID>SPDXRef-b</SPDXID><name>b</name>
  <downloadLocation>https://huggingface.co/Qwen/Qwen2.5-7B</downloadLocation></packages>
<relationships><spdxElementId>SPDXRef-m</spdxElementId>
  <relationshipType>GENERATED_FROM</relationshipType>
  <relatedSpdxElement>SPDXRef-b</relatedSpdxElement></relationships></Document>
"""


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.spdx.yaml", SPDX_YAML), ("a.yml", SPDX_YAML), ("a.spdx.xml", SPDX_XML)]
    + [(name, SPDX_TAGS) for name in ("a.spdx", "a.txt", "a.tag")],
)
def test_spdx_2_of_every_form(tmp_path: Path, name: str, content: str) -> None:
    """Tag-value, YAML and XML say what the JSON form says."""
    model, base = rows(tmp_path, name, content)
    assert (model.target, base.target) == ("acme/m", "Qwen/Qwen2.5-7B")
    said = model.statement
    assert (said.bases, said.licences) == (("Qwen/Qwen2.5-7B",), ("MIT",))
    assert (said.developer, said.supplier) == ("Acme Labs", "Acme")


def test_cyclonedx_and_lists_in_yaml(tmp_path: Path) -> None:
    """A document, or a plain list; an alias is refused."""
    document = "bomFormat: CycloneDX\ncomponents:\n  - {type: file, purl: pkg:huggingface/a/b}\n"
    assert targets(rows(tmp_path, "b.yaml", document)) == ["a/b"]
    assert targets(rows(tmp_path, "b.yaml", "models:\n  - a/b\n  - {model: c/d}\n")) == [
        "a/b",
        "c/d",
    ]
    with pytest.raises(UsageError, match="alias"):
        rows(tmp_path, "b.yaml", "models: [&a a/b, *a]\n")
    with pytest.raises(UsageError, match="YAML, but no list"):
        rows(tmp_path, "b.yaml", "services: {web: {image: nginx}}\n")


def workbook(table: list[list[Any]], links: dict[str, str] | None = None, before: int = 0) -> bytes:
    """An Excel file with this table on its last sheet."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for number in range(before):
        sheet.append([f"Notes {number}"])
    if before:
        sheet = book.create_sheet("Models")
    for cells in table:
        sheet.append(cells)
    for cell, address in (links or {}).items():
        sheet[cell].hyperlink = address
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def test_excel(tmp_path: Path) -> None:
    """A title above the header, numbers, empty cells, a link behind a word, a further sheet."""
    table = [
        ["Inventory of AI models"],
        [],
        ["Vendor", "Product", "Hugging Face Link", "Seats"],
        ["Acme", "Chat", "open", 12],
        ["B Corp", None, "https://huggingface.co/b/corp", None],
    ]
    held = rows(
        tmp_path, "v.xlsx", workbook(table, {"C4": "https://huggingface.co/acme/chat"}, before=2)
    )
    assert targets(held) == ["https://huggingface.co/acme/chat", "https://huggingface.co/b/corp"]
    assert held[0].place == "Models row 4"
    assert held[0].columns == (("Vendor", "Acme"), ("Product", "Chat"), ("Seats", "12"))


def test_archives_that_are_no_workbook(tmp_path: Path) -> None:
    """Another archive, a broken one, an old workbook: named, with what to do."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as packed:
        packed.writestr("a.txt", "acme/m")
    for content in (held.getvalue(), b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0old"):
        with pytest.raises(UsageError, match=r"v\.xlsx") as refused:
            rows(tmp_path, "v.xlsx", content)
        assert "CSV" in str(refused.value.next_step)


@pytest.mark.parametrize(
    "header",
    ["Hugging Face Link", "HF URL", "Hugging Face model ID", "Repo link", "AI model used", "purl"],
)
def test_columns_of_addresses(tmp_path: Path, header: str) -> None:
    """Found by what people call them; a product's column before it does not win."""
    text = f"Vendor,Model,{header}\nAcme,Assistant X 2,https://huggingface.co/acme/chat\n"
    assert targets(rows(tmp_path, "v.csv", text)) == ["https://huggingface.co/acme/chat"]


def test_a_column_that_nobody_names(tmp_path: Path) -> None:
    """Addresses are found under any header, and that is told; base models are not taken for it."""
    notes: list[str] = []
    text = "Vendor,Where we got it\nAcme,https://huggingface.co/acme/chat\n"
    held = rows(tmp_path, "v.csv", text, note=notes.append)
    assert targets(held) == ["https://huggingface.co/acme/chat"] and "column 2" in notes[0]
    with pytest.raises(UsageError, match="names no column"):
        rows(tmp_path, "v.csv", "Vendor,Base model\nAcme,Qwen/Qwen2.5-7B\n")


def test_the_user_names_the_column(tmp_path: Path) -> None:
    """By its header, in any spelling; a wrong one lists what there is."""
    text = "Report of May\nmodel,Checkpoint in use\nold/one,acme/chat\n"
    assert targets(rows(tmp_path, "v.csv", text, column="checkpoint IN use")) == ["acme/chat"]
    assert targets(rows(tmp_path, "v.json", [{"model": "a/b", "w": "c/d"}], column="w")) == ["c/d"]
    with pytest.raises(UsageError, match="no column 'weights'"):
        rows(tmp_path, "v.csv", text, column="weights")


def test_titles_and_windows_letters(tmp_path: Path) -> None:
    """Rows above the header, an en dash and an umlaut of Windows-1252, told in a note."""
    notes: list[str] = []
    text = "Prüfliste – Mai;;\r\n;;\r\nAnbieter;Modell;Model\r\nMüller;x;acme/chat\r\n"
    held = rows(tmp_path, "v.csv", text.encode("cp1252"), note=notes.append)
    assert [(r.place, r.target) for r in held] == [("row 4", "acme/chat")]
    assert held[0].columns[0] == ("Anbieter", "Müller") and "cp1252" in notes[0]


def test_several_models_in_a_cell(tmp_path: Path) -> None:
    """Each becomes a row of its own."""
    held = rows(tmp_path, "v.csv", 'vendor,model\nA,"acme/a; acme/b"\n')
    assert [(r.place, r.target) for r in held] == [
        ("row 2, model 1", "acme/a"),
        ("row 2, model 2", "acme/b"),
    ]


MARKDOWN = """# Models we use

Some words about them.

- `acme/chat` – our assistant
* [Qwen](https://huggingface.co/Qwen/Qwen2.5-7B-Instruct)
1. **acme/third**
- [x] acme/fourth
+ nothing of the kind

| Vendor | Model | Base model |
| ------ | :---: | --- |
| B | [b/m](https://huggingface.co/b/m) | Mistral |
"""


@pytest.mark.parametrize("name", ["m.txt", "m.md", "m"])
def test_markdown(tmp_path: Path, name: str) -> None:
    """Bullets, numbers, check boxes, quotes, links and tables; what names nothing is told."""
    notes: list[str] = []
    held = rows(tmp_path, name, MARKDOWN, note=notes.append)
    assert [row.place for row in held] == [f"line {n}" for n in (5, 6, 7, 8, 13)]
    assert targets(held)[:4] == [
        "acme/chat",
        "https://huggingface.co/Qwen/Qwen2.5-7B-Instruct",
        "acme/third",
        "acme/fourth",
    ]
    assert "b/m" in held[4].target and held[4].statement.bases == ("Mistral",)
    assert len(notes) == 1 and "line 3, 9" in notes[0]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", "Dear team,\nwe looked at the models\nthat you sent us.\n"),
        ("a.txt", "%PDF-1.7\nobj stream\n"),
        ("a.py", "import os\nprint('hello')\n"),
        ("a.csv", "model,vendor\nOur best one,Acme\nThe small one,Acme\n"),
        ("a.json", [{"model": 3}, 7]),
        ("a.md", "- first thing to do\n- second thing to do\n"),
        ("a.md", "Look at `src/lineage` and `cli/exits.py`.\n\n- Golden\n- Docs\n- Online\n"),
        ("a.md", "| Say | For |\n| --- | --- |\n| claim, grade | a/b |\n| one | two |\n"),
        ("a.md", "- `acme/chat`\n" + "- something else\n" * 9),
        ("a.bin", b"\x00\x01\x02\xff\xfe"),
        ("a.xml", "<not closed"),
    ],
)
def test_a_file_that_is_no_list(tmp_path: Path, name: str, content: str | bytes | object) -> None:
    """One error that names the file, not a row of broken names for each of its lines."""
    with pytest.raises(UsageError, match=name) as refused:
        rows(tmp_path, name, content)
    assert refused.value.next_step


def test_standard_input() -> None:
    """Bytes without a file are read by what they hold."""
    assert targets(read_inputs(Path("-"), content=b"acme/a\nacme/b\n")) == ["acme/a", "acme/b"]
    assert targets(read_inputs(Path("-"), content=b"vendor;model\nA;acme/a\n")) == ["acme/a"]
    assert targets(read_inputs(Path("-"), content=XML.encode())) == ["acme/top", "acme/m"]
    with pytest.raises(UsageError, match="standard input names no model"):
        read_inputs(Path("-"), content=b"")
