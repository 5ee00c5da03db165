"""A library that is given no model loads its own: told as such, with the versions of which it is known."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.core.use import Certainty
from lineage.workflows.check import scanned


@pytest.mark.parametrize(
    ("code", "model", "via"),
    [
        ("from fastembed import TextEmbedding\nTextEmbedding(cache_dir='x')", "BAAI/bge-small-en-v1.5", "fastembed"),
        ("from fastembed import TextEmbedding as T\nT()", "BAAI/bge-small-en-v1.5", "fastembed"),
        ("import fastembed\nfastembed.TextEmbedding()", "BAAI/bge-small-en-v1.5", "fastembed"),
        ("from langchain_huggingface import HuggingFaceEmbeddings as E\nE()", "sentence-transformers/all-mpnet-base-v2", "langchain-huggingface"),
        ("from transformers import pipeline\npipeline('fill-mask')", "distilbert/distilroberta-base", "transformers"),
        ("from txtai.pipeline import Summary\nSummary()", "sshleifer/distilbart-cnn-12-6", "txtai"),
        ("from bertopic import BERTopic\nBERTopic(nr_topics=9)", "sentence-transformers/all-MiniLM-L6-v2", "bertopic"),
        ("from bertopic import BERTopic\nBERTopic(language='multilingual')", "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2", "bertopic"),
        ("from chromadb.utils import embedding_functions as e\ne.DefaultEmbeddingFunction()", "sentence-transformers/all-MiniLM-L6-v2", "chromadb"),
        ("from kokoro import KPipeline\nKPipeline('a')", "hexgrad/Kokoro-82M", "kokoro"),
        ("from llama_index.core import Settings\nSettings.embed_model = 'local'", "BAAI/bge-small-en", "llama-index"),
    ],
)  # fmt: skip
def test_a_default_is_told_with_its_version(
    tmp_path: Path, code: str, model: str, via: str
) -> None:
    (tmp_path / "app.py").write_text(code)
    (use,) = scanned(tmp_path).uses
    assert (use.line, use.model, use.certainty) == (2, model, Certainty.LIKELY)
    assert f"the default of {via}" in use.via


@pytest.mark.parametrize(
    "code",
    [
        "from fastembed import TextEmbedding\nTextEmbedding(**options)",
        "from fastembed import TextEmbedding\nTextEmbedding(*names)",
        "from fastembed import TextEmbedding\nTextEmbedding(model_name=chosen)",
        "from fastembed import TextEmbedding\nTextEmbedding(chosen)",
        "from mine import TextEmbedding\nTextEmbedding()",
        "from bertopic import BERTopic\nBERTopic(language='klingon')",
        "from kokoro import KPipeline\nKPipeline('a', repo_id=chosen)",
        "from ragas.embeddings import HuggingfaceEmbeddings\nHuggingfaceEmbeddings(model_name=chosen)",
        "from transformers import pipeline\npipeline('fill-mask', model=model)",
        "from mine import Settings\nSettings.embed_model = 'local'",
    ],
)
def test_none_where_something_may_be_given(tmp_path: Path, code: str) -> None:
    (tmp_path / "app.py").write_text(code)
    assert not scanned(tmp_path).uses


def test_a_task_stays_open_beside_its_default(tmp_path: Path) -> None:
    """Each version of transformers has its own."""
    (tmp_path / "app.py").write_text("from transformers import pipeline\npipeline('fill-mask')")
    assert len(scanned(tmp_path).unresolved) == 1
