"""The importers let in what is cited and nothing else."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

TOOLS = Path(__file__).parents[2] / "tools"


@pytest.fixture(scope="module")
def tools() -> Any:
    """The tools folder on the path, as when a tool is run."""
    sys.path.insert(0, str(TOOLS))
    yield
    sys.path.remove(str(TOOLS))


@pytest.fixture(scope="module")
def registry(tools) -> ModuleType:
    import import_registry

    return import_registry


def raw(**facts: Any) -> dict[str, Any]:
    """A raw developer row."""
    row = {
        "id": "acme",
        "name": "Acme",
        "role": "developer",
        "kind": "company",
        "verified": False,
        "parent_company": "Acme Group",
        "aliases": [],
        "modelscope_namespaces": [],
        "jurisdiction_note": "",
        "jurisdiction": "FR",
        "jurisdiction_verified": False,
        "verified_via": "jurisdiction: press or company page; namespaces: 1 of 1",
        "sources": ["https://example.org/acme (Paris office)"],
        "namespace_evidence": {"acme": ["github:acme/tool README"]},
        "hf_namespaces": ["acme"],
        "lists": [],
    }
    return row | facts


def test_a_remembered_jurisdiction_stays_unknown(registry):
    """Only a verified row lends a jurisdiction, and only with the source of that kind."""
    assert registry.developer(raw(), [])["jurisdiction"] == {"code": "unknown"}
    verified = registry.developer(raw(verified=True, jurisdiction_verified=True), [])
    assert verified["jurisdiction"]["code"] == "FR"
    assert verified["jurisdiction"]["citations"][0]["url"] == "https://example.org/acme"
    uncited = registry.developer(raw(verified=True, jurisdiction_verified=True, sources=["find_string ids 1"]), [])
    assert uncited["jurisdiction"] == {"code": "unknown"}


def test_a_namespace_without_a_public_place_is_left_out(registry):
    """Seen in a private dump or a search tool only is not seen."""
    hidden = raw(namespace_evidence={"acme": ["Hub relation dump (hub/edges.jsonl), e.g. acme/x"]})
    assert registry.developer(hidden, [])["namespaces"] == []
    rooted = [{"roots": [{"repo": "acme/x", "citations": [{"url": "https://pypi.org/project/p/1/", "seen_on": "2026-11-21"}]}]}]
    assert [one["name"] for one in registry.developer(hidden, rooted)["namespaces"]] == ["acme"]


def test_an_unverified_list_entry_and_remembered_notes_are_left_out(registry):
    """Entries from memory are leads; a note loses the sentence that rests on memory and keeps the rest."""
    entry = {"list": "L", "date": None, "status": "listed", "detail": "d", "sources": ["https://example.org/l"], "verified": True}
    row = raw(lists=[entry, entry | {"verified": False}], jurisdiction_note="Moved in 2025. Founded in Lyon (from memory, unverified)")
    made = registry.developer(row, [])
    assert len(made["lists"]) == 1
    assert made["lists"][0]["date"] == "unknown"
    assert made["note"] == "Moved in 2025."


def test_a_family_keeps_only_values_with_evidence(registry):
    """A guessed vocabulary does not come in, a seen architecture does."""
    row = {
        "id": "f",
        "name": "F",
        "developer": "acme",
        "verified": False,
        "root_repos": ["acme/f"],
        "root_evidence": {},
        "sources": ["pypi:vllm-0.33.0 vllm/f.py"],
        "id_patterns": [],
        "pattern_scope": "any-namespace",
        "field_evidence": {"architectures": "code", "model_types": None, "vocab_sizes": None, "tokenizer_class": None},
        "architectures": ["F"],
        "model_types": ["f"],
        "vocab_sizes": [1],
        "hidden_sizes": [2],
        "tokenizer_class": ["T"],
        "derived_from": "g",
        "released": "2025-01",
        "released_verified": True,
        "released_sources": ["seen somewhere"],
        "licence_by_repo": {},
        "note": "",
    }
    made = registry.family(row, [])
    assert made["architectures"] == ["F"]
    assert [made[key] for key in ("model_types", "vocab_sizes", "hidden_sizes", "tokenizer_classes", "derived_from", "released")] == [
        [],
        [],
        [],
        [],
        "",
        "",
    ]
    assert registry.family(row | {"sources": ["package source text"]}, []) is None


@pytest.mark.parametrize(
    ("note", "url"),
    [
        ("github:QwenLM/Qwen3 README", "https://github.com/QwenLM/Qwen3"),
        (
            "github:ggml-org/llama.cpp@0c1e57098:conversion/base.py get()",
            "https://github.com/ggml-org/llama.cpp/blob/0c1e57098/conversion/base.py",
        ),
        ("pypi:ms_swift-4.6.0 swift/x.py", "https://pypi.org/project/ms-swift/4.6.0/"),
        ("http://example.org/a (founded in Paris)", "http://example.org/a"),
        ("class FooModel found in vllm", "https://pypi.org/project/vllm/0.33.0/"),
        ('Epoch AI organizations table, entry "Acme" (github:V/A:data/o.csv, May 2025)', "https://github.com/VinodGeorge24/AI_Benchmark"),
    ],
)
def test_notes_become_addresses(tools, note, url):
    """Each kind of source note leads to a place that others can open."""
    from cite import citations

    (found,) = citations([note, note], "2026-11-21")
    assert found["url"] == url
    assert found["seen_on"] == "2026-11-21"


@pytest.mark.parametrize("note", ["public code", 'find_string "x" id 1', "Hub relation dump (hub/e.jsonl), e.g. a/b", "from memory", ""])
def test_private_notes_become_nothing(tools, note):
    """What nobody else can look up is no citation."""
    from cite import citations

    assert citations([note], "2026-11-21") == []


def test_what_is_written_is_read_back(tools, tmp_path):
    """Texts with quotes, line ends and other scripts, numbers, lists and nested tables survive TOML."""
    from compile_data import read
    from toml_text import dump

    record = {
        "id": "x",
        "text": 'a "quoted" \\ line\nand 深度求索\x7f',
        "n": 3,
        "share": 0.5,
        "yes": True,
        "many": [f"value {n}" for n in range(40)],
        "table": {"odd key": "v", "citations": [{"url": "https://example.org", "title": "t"}]},
        "rows": [{"name": "a", "citations": [{"url": "https://example.org"}]}, {"name": "b"}],
    }
    path = tmp_path / "x.toml"
    path.write_text(dump(record | {"nothing": None, "empty": ""}), encoding="utf-8")
    assert read(path) == record


def test_results_that_nobody_read_stay_out(tools, tmp_path, monkeypatch):
    """Unverified rows and rows marked as not to be used make no record; a hand-corrected record is kept."""
    import json

    import import_results

    texts = (
        "model model_as_named suite metric unit language outcome access layer evidence_class read_as china_scope finding caveat url title"
    )
    row: dict[str, Any] = dict.fromkeys(f"{texts} where publisher published_on verified_via tested_on".split(), "t")
    row |= {"value": 1, "higher_is": None, "n_prompts": 2, "topics": [], "control": False}
    rows = [
        row | {"id": "good", "verified": True},
        row | {"id": "unread", "verified": False},
        row | {"id": "draft", "verified": True, "do_not_use": True},
        row | {"id": "mine", "verified": True},
    ]
    (tmp_path / "censorship_results.jsonl").write_text("\n".join(json.dumps(one) for one in rows))
    for name in ("results_new.jsonl", "results_new2.jsonl"):
        (tmp_path / name).write_text("")
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "mine.toml").write_text("corrected = true\n")
    monkeypatch.setattr(import_results, "DATA", tmp_path)
    monkeypatch.setattr(sys, "argv", ["import_results.py", str(tmp_path)])
    import_results.main()
    assert sorted(path.stem for path in (tmp_path / "results").iterdir()) == ["good", "mine"]
    assert (tmp_path / "results" / "mine.toml").read_text() == "corrected = true\n"
