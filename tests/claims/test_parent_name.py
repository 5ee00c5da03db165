"""What people write where a base model should stand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lineage.claims.names.parent_name import is_placeholder, read_parent_name
from lineage.claims.trace import Trace
from lineage.core.record import ModelRecord
from lineage.core.relation import Grade, Relation


@pytest.mark.parametrize(
    ("written", "repo", "revision"),
    [
        ("acme/base-7b", "acme/base-7b", None),
        ("  'acme/base-7b' ", "acme/base-7b", None),
        ("`acme/base-7b`,", "acme/base-7b", None),
        ("acme/base-7b@v1.0", "acme/base-7b", "v1.0"),
        ("acme/base-7b/", "acme/base-7b", None),
        ("https://huggingface.co/acme/base-7b", "acme/base-7b", None),
        ("https://huggingface.co/acme/base-7b/tree/main", "acme/base-7b", None),
        ("https://huggingface.co/acme/base-7b/blob/abc/config.json?x=1#y", "acme/base-7b", "abc"),
        ("huggingface.co/acme/base-7b", "acme/base-7b", None),
        ("hf.co/acme/base-GGUF:Q4_K_M", "acme/base-GGUF", None),
        ("https://hf-mirror.com/acme/base-7b", "acme/base-7b", None),
        ("[base](https://huggingface.co/acme/base-7b)", "acme/base-7b", None),
        ("[acme/base-7b](#)", "acme/base-7b", None),
        ("<https://huggingface.co/acme/base-7b>", "acme/base-7b", None),
        ("base_model:adapter:acme/base-7b", "acme/base-7b", None),
        ("acme/base-7b/blob/main/model.gguf", "acme/base-7b", None),
        ("acme/base-7b/model-q4.gguf", "acme/base-7b", None),
        ("\u200bacme/base-7b\ufeff", "acme/base-7b", None),
        ("acme / base-7b", "acme/base-7b", None),
        ("bert-base-uncased", "google-bert/bert-base-uncased", None),
        ("GPT2", "openai-community/gpt2", None),
        ("https://huggingface.co/gpt2", "openai-community/gpt2", None),
    ],
)
def test_names_that_are_repo_ids(written: str, repo: str, revision: str | None) -> None:
    """URLs, quotes, revisions, links and the Hub's first bare names all come out as the repo id."""
    name = read_parent_name(written)
    assert (name.id, name.revision, name.problem) == (repo, revision, "")


@pytest.mark.parametrize(
    ("written", "problem", "guesses"),
    [
        (None, "empty", ()),
        ("   ", "empty", ()),
        (3, "not a text", ()),
        ("None", "placeholder", ()),
        ("[More Information Needed]", "placeholder", ()),
        ("your-username/your-model", "placeholder", ()),
        ("{base_model}", "placeholder", ()),
        ("<base model>", "placeholder", ()),
        ("https://huggingface.co/None", "not on the hub", ()),
        ("./outputs/checkpoint-500", "local path", ()),
        ("outputs/checkpoint-500", "local path", ("outputs/checkpoint-500",)),
        ("/root/models/Qwen2.5-7B-Instruct", "local path", ("Qwen/Qwen2.5-7B-Instruct",)),
        ("/data/hub/acme/base-7b/checkpoint-20", "local path", ("acme/base-7b",)),
        ("C:\\models\\mistralai\\Mistral-7B-v0.1", "local path", ("mistralai/Mistral-7B-v0.1",)),
        ("/x/hub/models--acme--base-7b/snapshots/" + "a" * 40, "local path", ("acme/base-7b",)),
        (
            "/kaggle/input/llama-3.1/transformers/8b-instruct/2",
            "local path",
            ("meta-llama/llama-3.1-8b-instruct",),
        ),
        ("https://huggingface.co//mnt/models/gemma-2-2b", "local path", ("google/gemma-2-2b",)),
        ("https://huggingface.co/datasets/acme/data", "dataset", ()),
        ("datasets/acme/data", "dataset", ()),
        ("https://huggingface.co/spaces/acme/demo", "space", ()),
        ("https://github.com/acme/base", "not on the hub", ()),
        ("https://modelscope.cn/datasets/acme/data", "dataset", ()),
        ("https://modelscope.cn/studios/acme/demo", "not on the hub", ()),
        ("https://ollama.com/download", "not on the hub", ()),
        ("a model that we trained", "prose", ()),
        ("tuned from acme/base-7b with care", "prose", ("acme/base-7b",)),
        ("x" * 10_000, "prose", ()),
        ("base-7b-v2", "bare name", ("me/base-7b-v2",)),
    ],
)
def test_names_that_are_not(written: object, problem: str, guesses: tuple[str, ...]) -> None:
    """Paths, data sets, placeholders and prose are told apart; what they may mean is a guess, never
    the id."""
    name = read_parent_name(written, "me")
    assert (name.id, name.problem) == (None, problem)
    if "checkpoint-500" not in str(written):
        assert name.guesses == guesses


@pytest.mark.parametrize(
    ("written", "id_"),
    [
        ("https://modelscope.cn/models/acme/base-7b", "modelscope:acme/base-7b"),
        ("https://www.modelscope.cn/models/acme/base-7b/summary", "modelscope:acme/base-7b"),
        ("modelscope.cn/acme/base-7b.git", "modelscope:acme/base-7b"),
        ("https://modelscope.ai/models/acme/base-7b", "modelscope:modelscope.ai/acme/base-7b"),
        ("[base](https://www.modelscope.com/models/acme/base-7b)", "modelscope:acme/base-7b"),
        ("modelscope:acme/base-7b", "modelscope:acme/base-7b"),
        ("https://ollama.com/library/qwen2.5:7b", "ollama:qwen2.5:7b"),
        ("https://ollama.com/acme/tuned", "ollama:acme/tuned:latest"),
        ("ollama:llama3.2:3b", "ollama:llama3.2:3b"),
    ],
)
def test_a_page_outside_the_hub_is_a_name_of_its_place(written: str, id_: str) -> None:
    """Not the Hub's repository of the same name, which may be another model."""
    name = read_parent_name(written, "me")
    assert (name.id, name.problem, name.guesses) == (id_, "", ())


@pytest.mark.parametrize(
    ("child", "written", "parent"),
    [
        ("modelscope:me/child", "acme/base-7b", "modelscope:acme/base-7b"),
        ("modelscope:me/child", "acme/base-7b@v1", "modelscope:acme/base-7b"),
        (
            "modelscope:modelscope.ai/me/child",
            "acme/base-7b",
            "modelscope:modelscope.ai/acme/base-7b",
        ),
        ("modelscope:me/child", "https://huggingface.co/acme/base-7b", "acme/base-7b"),
        ("ollama:me/child:1", "acme/base-7b", "acme/base-7b"),
        ("me/child", "acme/base-7b", "acme/base-7b"),
        ("me/child", "https://modelscope.cn/models/me/child", "modelscope:me/child"),
    ],
)
def test_a_bare_name_is_of_the_place_that_it_stands_at(
    child: str, written: str, parent: str, record: Callable[..., ModelRecord]
) -> None:
    """A card of ModelScope means a model of ModelScope, whatever the Hub calls so."""
    trace = Trace(record(child), "card metadata", "README.md", Grade.DECLARED)
    (claim,) = trace.claims(written, "base_model", Relation.FINETUNE)
    assert claim.parent == parent


def test_a_cache_path_keeps_its_revision_and_is_nearly_certain() -> None:
    """The Hub's own cache writes the repo and the commit into the path."""
    name = read_parent_name(
        "/root/.cache/huggingface/hub/models--acme--b/snapshots/" + "0" * 40 + "/"
    )
    assert (name.revision, name.certainty > 0.9) == ("0" * 40, True)


def test_what_was_written_is_kept_but_clipped() -> None:
    """The report shows the value as it stood, never megabytes of it."""
    assert len(read_parent_name("y" * 5000).written) == 300


@pytest.mark.parametrize("text", ["", "-", "N/A", "path/to/model", "model_name", "TBD"])
def test_placeholders(text: str) -> None:
    """Templates that nobody filled in are no names."""
    assert is_placeholder(text)
