"""The real Hub still answers as the test Hub does: `pytest -m online`, every night in CI.

Each model is asked for at a commit that cannot change; what may change (likes, the newest commit)
is not looked at.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Iterator

import pytest

from conftest import Ran
from lineage.core.record import Status
from lineage.core.ref import ModelRef
from lineage.sources.hub.source import HubSource

pytestmark = pytest.mark.online

QWEN = ModelRef("Qwen/Qwen2.5-0.5B-Instruct", "7ae557604adf67be50417f59c2c2f167def9a775")
GPT2 = ModelRef("openai-community/gpt2", "607a30d783dfa663caf39e06633721c8d4cfcd7e")
DISTILL = "deepseek-ai/DeepSeek-R1-Distill-Llama-8B@6a6f4aa4197940add57724a7707d069478df56b1"


@pytest.fixture
def hub() -> Iterator[HubSource]:
    """An anonymous client that waits for no quota: a nightly run that is refused says so."""
    source = HubSource("https://huggingface.co", False, max_wait=60.0)
    yield source
    source.close()


def test_a_pinned_record_has_its_commit_card_and_files(hub: HubSource) -> None:
    """One call gives all that an audit reads first."""
    record = hub.fetch(QWEN)
    assert (record.status, record.revision) == (Status.RESOLVED, QWEN.revision)
    assert record.card["base_model"] in ("Qwen/Qwen2.5-0.5B", ["Qwen/Qwen2.5-0.5B"])
    assert {"config.json", "README.md", "model.safetensors"} <= {f.path for f in record.files or ()}


def test_an_old_name_leads_to_the_new_one(hub: HubSource) -> None:
    """Names without an organisation were moved; the Hub redirects."""
    record = hub.fetch(ModelRef("gpt2", GPT2.revision))
    assert (record.status, record.id) == (Status.RESOLVED, "openai-community/gpt2")


def test_a_part_of_a_large_file_is_read_alone(hub: HubSource) -> None:
    """The header of the weights, by byte ranges, through the redirect to where the file lies."""
    record = hub.fetch(GPT2)
    (length,) = struct.unpack("<Q", hub.read(record, "model.safetensors", 0, 8))
    assert 1_000 < length < 1_000_000
    header = json.loads(hub.read(record, "model.safetensors", 8, 8 + length))
    assert header["wte.weight"]["shape"] == [50257, 768]


def test_a_name_that_is_not_there_is_no_empty_model(hub: HubSource) -> None:
    """The Hub says 401 for what is missing and for what is private; both are not found."""
    record = hub.fetch(ModelRef("lineage-audit-has-no/such-model"))
    assert record.status is Status.NOT_FOUND
    assert not record.card


def test_the_command_line_audits_the_real_hub(lineage: Callable[..., Ran]) -> None:
    """From a name to a report, with the commit that was asked for."""
    ran = lineage(
        "audit", DISTILL, "-f", "json", env={"HF_ENDPOINT": "https://huggingface.co"}, timeout=300
    )
    assert ran.code in (0, 1, 3), ran.err
    (target,) = json.loads(ran.out)["targets"]
    assert target["source"] == "hub"
    first = next(node for node in target["nodes"] if node["id"] == target["model"])
    assert first["revision"] == DISTILL.partition("@")[2]
    assert any(edge["parent"] == "deepseek-ai/DeepSeek-R1" for edge in target["edges"])
