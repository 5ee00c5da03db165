"""A list of what models cost tells of them and uses none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lineage.core.use import Certainty
from lineage.scan.scan import scan
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
def test_names_among_many_prices_are_listed(tmp_path: Path, suffix: str) -> None:
    """In whatever kind of file; what stands elsewhere in it is used as ever."""
    table = priced(60)
    text = json.dumps(table, indent=1) if suffix == "json" else code_of(table)
    (tmp_path / f"prices.{suffix}").write_text(text)

    assert {u.model for u in hub_uses(scan(tmp_path))} == (
        set() if suffix == "json" else {"acme/hawk-3b"}
    )
    assert len(hub_uses(scan(tmp_path), Certainty.POSSIBLE)) >= 60


def test_the_few_models_of_a_gateway_are_used_whatever_they_cost(tmp_path: Path) -> None:
    """A file that states prices for what it serves is no list of them."""
    (tmp_path / "gateway.json").write_text(json.dumps(priced(12), indent=1))

    assert len(hub_uses(scan(tmp_path))) == 12
