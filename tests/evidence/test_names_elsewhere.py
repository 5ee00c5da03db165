"""Names outside the Hub: tags that moved, names that meant something else on another day, and what
is only a guess."""

from __future__ import annotations

from datetime import date

from lineage.evidence.names_elsewhere import LEAST_SURE, NamesElsewhere
from lineage.evidence.registry import Registry

R1_8B = "deepseek-ai/DeepSeek-R1-0528-Qwen3-8B"
DISTIL_8B = "deepseek-ai/DeepSeek-R1-Distill-Llama-8B"

names = NamesElsewhere.load()


def test_a_tag_that_moved_has_both_answers_and_a_digest_one() -> None:
    """deepseek-r1:8b was the Llama distil until May 2025: without a digest both are told."""
    both = names.ollama("deepseek-r1:8b")
    assert [one.hub for one in both] == [(R1_8B,), (DISTIL_8B,)]
    assert [one.hub for one in names.ollama("deepseek-r1:8b", "6995872bfe4c")] == [(R1_8B,)]
    old = names.ollama("DeepSeek-R1:8B", "28f8fd6cdc67" + "0" * 52)
    assert [one.hub for one in old] == [(DISTIL_8B,)]
    assert names.ollama("deepseek-r1:8b", "ffffffffffff") == []


def test_a_name_without_a_tag_is_the_latest() -> None:
    """As the library resolves it."""
    assert names.ollama("llama3.1") == names.ollama("llama3.1:latest")
    (one,) = names.ollama("llama3.1")
    assert one.hub == ("meta-llama/Llama-3.1-8B-Instruct",)
    assert one.citations[0].url.startswith("https://github.com/")
    assert one.is_sure


def test_a_hosted_name_means_what_it_meant_on_the_day() -> None:
    """deepseek-chat was V2 in May 2024 and something else later; without a day each meaning is
    told."""
    (then,) = names.hosted("deepseek-chat", "api.deepseek.com", date(2024, 6, 1))
    assert then.hub == ("deepseek-ai/DeepSeek-V2-Chat",)
    later = names.hosted("deepseek-chat", "api.deepseek.com", date(2025, 2, 1))
    assert later
    assert all(one.hub != then.hub for one in later)
    assert len(names.hosted("deepseek-chat", "api.deepseek.com")) > 2
    assert names.hosted("deepseek-chat", "api.example.com") == []


def test_a_guess_is_kept_as_one() -> None:
    """Rows that are disputed or rest on version and size are there, and are not sure."""
    rows = [one for name in ("qwen3-coder-plus",) for one in _hosted(name)]
    assert rows
    assert not any(one.is_sure for one in rows)
    assert 0 < LEAST_SURE < 1


def _hosted(name: str):  # type: ignore[no-untyped-def]
    hosts = (
        "dashscope.aliyuncs.com",
        "dashscope-intl.aliyuncs.com",
        "coding-intl.dashscope.aliyuncs.com",
    )
    return [one for host in hosts for one in names.hosted(name, host)]


def test_a_name_of_modelscope_finds_the_hubs() -> None:
    """Pair by pair, whether the names differ or not."""
    (one,) = names.modelscope("iic/gte-modernbert-base")
    assert one.hub == ("Alibaba-NLP/gte-modernbert-base",)
    (same,) = names.modelscope("Qwen/Qwen2.5-7B")
    assert same.is_sure and same.hub == ("Qwen/Qwen2.5-7B",)
    assert names.modelscope("Qwen/Qwen-not-on-any-list-7B") == []


def test_an_operator_is_found_by_its_host_and_known_to_the_registry() -> None:
    """By host or URL, in any letter case; the home is told in one place, the registry."""
    found = names.operators("https://API.DeepSeek.com:443/v1")
    assert {one.developer for one in found} == {"deepseek"}
    assert {one.country for one in found} == {None}
    assert names.operators("deepseek.example") == []
    assert names.operators("") == []
    registry = Registry.load()
    assert registry.developer("deepseek") is not None
