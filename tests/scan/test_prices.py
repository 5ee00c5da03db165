"""A list of what models cost tells of them and uses none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lineage.core.use import Certainty
from lineage.scan.scan import scan
from lineage.workflows.check import scanned
from scan.named import hub_uses


def priced(count: int) -> dict[str, object]:
    """A table of so many models, each with four numbers and another model's name."""
    return {
        f"model-{number}": {
            "input_cost_per_token": 1e-06,
            "output_cost_per_token": 2e-06,
            "cache_cost": 0,
            "max_tokens": 8192,
            "tokenizer_model": f"acme/falcon-{number}b",
        }
        for number in range(count)
    }


def code_of(table: dict[str, object]) -> str:
    """The table as a module of JavaScript, with a model that is loaded behind it."""
    rows = json.dumps(table, indent=1).replace('"tokenizer_model"', "tokenizer_model")
    return f"const TABLE = {rows}\n" + " \n" * 2000 + "const MODEL_ID = 'acme/hawk-3b'\n"


@pytest.mark.parametrize("suffix", ["json", "js"])
def test_the_hub_decides_on_names_among_many_prices(tmp_path: Path, suffix: str) -> None:
    """In whatever kind of file; what stands elsewhere in it is used as ever."""
    table = priced(40)
    text = json.dumps(table, indent=1) if suffix == "json" else code_of(table)
    (tmp_path / f"prices.{suffix}").write_text(text)

    found = {u.model: u.if_found for u in hub_uses(scan(tmp_path))}
    expected = {f"acme/falcon-{number}b": True for number in range(40)}
    # Of a constant in JavaScript a word alone says that it is a model.
    assert {name: loose for name, loose in found.items() if name != "acme/hawk-3b"} == expected
    assert ("acme/hawk-3b" in found) == (suffix == "js")


def test_a_service_is_not_asked_for_what_a_price_list_names(tmp_path: Path) -> None:
    """The same key in a file without prices is a use."""
    names = {"a": {"provider": "openai", "model": "gpt-4o"}}
    (tmp_path / "few.json").write_text(json.dumps(names))
    (tmp_path / "many.json").write_text(json.dumps(priced(30) | names | priced(60), indent=1))

    sure = [u for u in scanned(tmp_path).uses if u.certainty is not Certainty.POSSIBLE]
    assert {u.file for u in sure if u.target} == {"few.json"}


def test_the_few_models_of_a_gateway_are_used_whatever_they_cost(tmp_path: Path) -> None:
    """A file that states prices for what it serves is no list of them."""
    (tmp_path / "gateway.json").write_text(json.dumps(priced(12), indent=1))

    found = hub_uses(scan(tmp_path))
    assert len(found) == 12
    assert not any(u.if_found for u in found)


@pytest.mark.parametrize(
    ("name", "text", "mark"),
    [
        ("run.sh", "ollama run acme-net:7b\n", ""),
        (".env", "OLLAMA_MODEL=acme-net:7b\n", ""),
        ("ollama.json", '// \n{"provider": "ollama", "model": "acme-net:7b"}\n', "// "),
        ("gateway.yaml", "- provider: ollama\n  model: acme-net:7b\n", "- "),
    ],
    ids=["a command", "a variable", "prices in comments", "a gateway's settings"],
)
def test_what_is_run_beside_prices_is_used(tmp_path: Path, name: str, text: str, mark: str) -> None:
    """A file with a price on every line is no list of what is never run."""
    (tmp_path / name).write_text(text + f"{mark}price: 1\n" * 120)

    (use,) = (u for u in scanned(tmp_path).uses if u.target)
    assert (use.target, use.certainty is Certainty.POSSIBLE) == ("ollama:acme-net:7b", False)


@pytest.mark.parametrize("count", [2, 40])
def test_what_only_the_tables_know_is_listed_among_many_prices(tmp_path: Path, count: int) -> None:
    """No key says model, as in a bundled list of what a provider has; a few cost what they may."""
    known = "Qwen/Qwen2.5-7B-Instruct"
    row = f"  'chat:x': {{ id: '{known}', provider: 'any', cost: {{ price: 0.1 }} }},\n"
    rows = json.dumps(priced(count), indent=1).replace("tokenizer_model", "made_of")
    (tmp_path / "list.js").write_text(f"const TABLE = [{rows},\n{{\n{row}}},\n{rows}]\n")

    found = {u.model: u.certainty for u in scanned(tmp_path).uses}
    assert (found[known] is Certainty.POSSIBLE) == (count == 40)
