"""What a sentence of a card costs under a procurement pack: a denial nothing, an evasion an
answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Ran

Run = Callable[..., Ran]
_CARD = "---\nlicense: mit\nbase_model: meta-llama/Llama-3.1-8B\n---\n# Atlas\n\n{}\n"


@pytest.mark.parametrize("name", ["Qwen/Qwen2.5-7B", "Qwen2.5-7B", "Qwen2.5"])
@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("A user asked whether this is built on {}. It is not.", 0),
        ("A competitor's model is based on {}.", 0),
        ("We will not say that it is not {}.", 3),
        ("Is this built on {}? We leave that to you.", 3),
    ],
)
def test_a_sentence_of_a_card(
    lineage: Run, tmp_path: Path, sentence: str, code: int, name: str
) -> None:
    """By id, by the repository's name alone, and by the family's."""
    folder = tmp_path / "atlas"
    folder.mkdir()
    (folder / "README.md").write_text(_CARD.format(sentence.format(name)), encoding="utf-8")
    ran = lineage("audit", "./atlas", "--offline", "--policy", "us-fascsa-dhs-2026-01")
    assert ran.code == code, ran.out
