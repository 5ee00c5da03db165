"""Names of models that no call loads and that stand under no word for models."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from lineage.core.packaged import EMBEDDED
from lineage.core.use import Certainty, ModelUse, UseKind
from lineage.scan.scan import scan
from lineage.workflows.check import services_of

_WITH_TABLES = partial(services_of, EMBEDDED)
COMMIT = "0123456789abcdef0123456789abcdef01234567"
TABLE = """
_PAIRS = (
    ("Qwen/Qwen2.5-7B", "acme/falcon-7b"),
    ("Qwen/Qwen2.5-7B-Instruct", "acme/falcon-chat"),
)
_MORE = {
    "models": {"Qwen/Qwen2.5-7B": ("acme/heron-1b", 4), "google/gemma-2b": ["acme/heron-2b"]},
    "datasets": {"acme/words": "acme/words-2"},
}
"""
FACTS = """
WINDOW = {"Qwen/Qwen2.5-7B": 32_768, "Qwen/Qwen2.5-7B-Instruct": {"window": 32_768}}
ONE = ("Qwen/Qwen2.5-7B", "acme/falcon-7b")
def is_small(name):
    return name in ("Qwen/Qwen2.5-0.5B", "Qwen/Qwen2.5-1.5B")
"""


def hub(folder: Path, text: str, file: str = "app.py") -> list[ModelUse]:
    """The models of the Hub that a file names."""
    (folder / file).write_text(text)
    uses = scan(folder, services=_WITH_TABLES).uses
    return [use for use in uses if use.kind is UseKind.HUB]


def test_a_table_with_known_models_is_possible(tmp_path: Path) -> None:
    """All of its names, and the keys under which names stand; no data beside them."""
    found = hub(tmp_path, TABLE)
    falcons = {"acme/falcon-7b", "acme/falcon-chat", "Qwen/Qwen2.5-7B", "Qwen/Qwen2.5-7B-Instruct"}
    assert {use.model for use in found} == falcons | {
        "acme/heron-1b", "acme/heron-2b", "google/gemma-2b"
    }  # fmt: skip
    assert {use.certainty for use in found} == {Certainty.POSSIBLE}


def test_facts_about_models_are_no_list_of_them(tmp_path: Path) -> None:
    """Nor is a row with one known name, or what something is compared with."""
    assert not hub(tmp_path, FACTS)


@pytest.mark.parametrize(
    "row",
    [
        'VAE = ("acme/falcon", "vae.safetensors")',
        'PARTS = [("acme/falcon", "encoder-q8.gguf", "llm")]',
        'PART = Part("acme/falcon", "model.onnx")',
        f'PIN = pin("acme/falcon", "{COMMIT}")',
        f'PINS = {{"a": Part("kind", "acme/falcon", "{COMMIT}", 7)}}',
    ],
)
def test_a_name_beside_a_file_of_weights_or_a_commit(tmp_path: Path, row: str) -> None:
    """The Hub is asked for it, at the commit."""
    (use,) = hub(tmp_path, row + "\n")
    assert (use.model, use.if_found) == ("acme/falcon", True)
    assert use.certainty is Certainty.LIKELY
    assert use.revision == (COMMIT if COMMIT in row else None)


@pytest.mark.parametrize(
    "row",
    [
        'PATH = os.path.join("out/run", "model.pt")',
        'NAMES = ["acme/run", "other/run", "model.pt"]',
        'CACHE = ("acme/falcon", "notes.txt")',
    ],
)
def test_a_folder_is_joined_with_a_file(tmp_path: Path, row: str) -> None:
    """A path, several of them, or another kind of file say nothing."""
    assert not hub(tmp_path, f"import os, transformers\n{row}\n")


def test_rows_of_a_key_and_a_name_are_a_table(tmp_path: Path) -> None:
    """`("fp8", "org/name")` is used as `{"fp8": "org/name"}` is; a row of two names is possible."""
    text = 'REPOS = Family(quantized_repos=(("fp8", "acme/falcon-8"), ("nf4", "acme/falcon-4")))\n'
    text += 'OTHER = Family(variant_repos=(("acme/heron", "fp8", "acme/heron-8"),))\n'
    found = {use.model: use.certainty for use in hub(tmp_path, text)}
    assert found["acme/falcon-8"] is found["acme/falcon-4"] is Certainty.LIKELY
    assert found["acme/heron-8"] is Certainty.POSSIBLE


def test_a_long_list_is_told_to_its_end(tmp_path: Path) -> None:
    """Not only its first five hundred names."""
    names = ", ".join(f'"acme/net-{at}"' for at in range(700))
    assert len(hub(tmp_path, f"DEFAULT_MODELS = [{names}]\n")) == 700


def test_names_of_configurations(tmp_path: Path) -> None:
    """`name_or_path` says model, and names without a namespace that the Hub keeps count under such
    a key; whether they are kinds of model, the Hub says."""
    text = "name_or_path: acme/falcon-7b\nmodel_name: t5-small\nmodel: web\n"
    found = {use.model: use.if_found for use in hub(tmp_path, text, "settings.yaml")}
    assert found == {"acme/falcon-7b": True, "t5-small": True}
    assert not hub(tmp_path, "dataset_name_or_path: acme/words\n", "settings.yaml")


def test_more_models_of_one_load(tmp_path: Path) -> None:
    """MLX's embeddings are loaded as its language models are; an aligner goes with a recognizer."""
    text = "from mlx_embeddings.utils import load as mlx_load\n"
    text += 'pool.run_in_executor(None, mlx_load, "acme/falcon-mlx")\n'
    text += 'Qwen3ASRModel.from_pretrained("acme/ear", forced_aligner="acme/aligner")\n'
    assert {use.model for use in hub(tmp_path, text)} == {
        "acme/falcon-mlx", "acme/ear", "acme/aligner"
    }  # fmt: skip
