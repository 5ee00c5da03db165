"""Names that are made like well-known ones, and names that only happen to be near them."""

from __future__ import annotations

import pytest

from lineage.evidence.lookalike import Lookalikes
from lineage.evidence.registry import Registry

KNOWN = (
    "Qwen",
    "deepseek-ai",
    "meta-llama",
    "mistralai",
    "google",
    "microsoft",
    "xai",
    "NousResearch",
)


@pytest.fixture(scope="module")
def alike() -> Lookalikes:
    return Lookalikes(KNOWN)


@pytest.mark.parametrize(
    ("written", "known", "how"),
    [
        ("Qwеn/Qwen2.5-7B", "Qwen", "U+0435 CYRILLIC SMALL LETTER IE"),
        ("Ｑｗｅｎ/x", "Qwen", "FULLWIDTH"),
        ("Qwe\u200bn/x", "Qwen", "ZERO WIDTH SPACE"),
        ("microsоft/phi", "microsoft", "CYRILLIC"),
        ("rneta-llama/Llama-3.1-8B", "meta-llama", "same shape"),
        ("meta-IIama/x", "meta-llama", "same shape"),
        ("mistra1ai/x", "mistralai", "same shape"),
        ("g00gle/x", "google", "same shape"),
        ("rnicrosoft/x", "microsoft", "same shape"),
        ("deepseek_ai/x", "deepseek-ai", "punctuation"),
        ("Nous-Research/x", "NousResearch", "punctuation"),
        ("Qwen-ai/x", "Qwen", "word added"),
        ("the-Qwen-team/x", "Qwen", "word added"),
        ("google-official/x", "google", "word added"),
        ("deepseek/x", "deepseek-ai", "word added"),
    ],
)
def test_names_made_like_a_well_known_one(
    alike: Lookalikes, written: str, known: str, how: str
) -> None:
    """The well-known name is told as its owner spells it, and what differs."""
    found = alike.of(written)
    assert found is not None
    assert found.known == known
    assert how in found.how


@pytest.mark.parametrize(
    "written",
    [
        *(f"{name}/x" for name in KNOWN),
        "qwen/x",
        "META-LLAMA/x",
        "Queen/x",
        "acme/x",
        "xAI1/x",
        "x-ai/x",
        "ai/x",
        "gpt2",
        "",
        "/x",
        "team/x",
        "mistral-community/x",
        "llama/x",
        "metallic/x",
        "дом/x",
        "Q" * 5000 + "/x",
        "deepseek-coder/x",
        "researchers/x",
    ],
)
def test_names_that_are_no_imitation(alike: Lookalikes, written: str) -> None:
    """The names themselves in any letter case, short ones, other words, and things that are no
    id."""
    assert alike.of(written) is None


def test_no_registered_namespace_looks_like_another() -> None:
    """What the registry lists is never told as an imitation."""
    registry = Registry.load()
    found = Lookalikes(registry.namespaces())
    assert [name for name in registry.namespaces() if found.of(f"{name}/x")] == []
    assert len(registry.namespaces()) > 300
