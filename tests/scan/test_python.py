"""Python is read by its syntax tree: which model each call loads, however its name gets there."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from lineage.core.use import Certainty, ModelUse, UseKind
from lineage.scan.scan import scan


def uses_of(tmp_path: Path, code: str, **more: str) -> list[ModelUse]:
    """Everything found in one module, unresolved places included, other files laid beside it."""
    (tmp_path / "app.py").write_text(dedent(code))
    for name, text in more.items():
        (tmp_path / f"{name}.py").write_text(dedent(text))
    result = scan(tmp_path)
    assert not result.unreadable
    return [u for u in (*result.uses, *result.unresolved) if u.file == "app.py"]


LITERAL_CALLS = [
    (
        "from transformers import AutoModel\nmatch x:\n    case True | None:\n"
        "        AutoModel.from_pretrained('acme/net')",
        "acme/net",
    ),
    ("from transformers import AutoModel\nAutoModel.from_pretrained('acme/net')", "acme/net"),
    (
        "import transformers as t\nt.AutoModelForCausalLM.from_pretrained(pretrained_model_name_or_path='gpt2')",
        "gpt2",
    ),
    (
        "from transformers import pipeline\npipeline('text-generation', model='acme/net')",
        "acme/net",
    ),
    ("from transformers import pipeline as p\np('text-generation', 'acme/net')", "acme/net"),
    (
        "from sentence_transformers import SentenceTransformer\nSentenceTransformer('all-MiniLM-L6-v2')",
        "sentence-transformers/all-MiniLM-L6-v2",
    ),
    (
        "from sentence_transformers import CrossEncoder\nCrossEncoder('cross-encoder/ms-marco-MiniLM-L6-v2')",
        "cross-encoder/ms-marco-MiniLM-L6-v2",
    ),
    (
        "from sentence_transformers import SentenceTransformer\nSentenceTransformer('bert-base-uncased')",
        "bert-base-uncased",
    ),
    (
        "from huggingface_hub import hf_hub_download\nhf_hub_download('acme/net', 'config.json')",
        "acme/net",
    ),
    (
        "from huggingface_hub import snapshot_download\nsnapshot_download(repo_id='acme/net')",
        "acme/net",
    ),
    ("from huggingface_hub import InferenceClient\nInferenceClient(model='acme/net')", "acme/net"),
    (
        "from huggingface_hub import InferenceClient\nInferenceClient().text_generation('x', model='acme/net')",
        "acme/net",
    ),
    ("from vllm import LLM\nLLM('acme/net')", "acme/net"),
    ("from vllm import LLM\nLLM(model='acme/net', tokenizer='org/tok')", "org/tok"),
    ("import sglang as sgl\nsgl.Engine(model_path='acme/net')", "acme/net"),
    (
        "from langchain_huggingface import HuggingFaceEndpoint\nHuggingFaceEndpoint(repo_id='acme/net')",
        "acme/net",
    ),
    (
        "from langchain_huggingface import HuggingFaceEmbeddings\nHuggingFaceEmbeddings(model_name='all-mpnet-base-v2')",
        "sentence-transformers/all-mpnet-base-v2",
    ),
    (
        "from langchain_huggingface import HuggingFacePipeline\nHuggingFacePipeline.from_model_id(model_id='gpt2', task='x')",
        "gpt2",
    ),
    (
        "from llama_index.embeddings.huggingface import HuggingFaceEmbedding\nHuggingFaceEmbedding('BAAI/bge-small-en-v1.5')",
        "BAAI/bge-small-en-v1.5",
    ),
    (
        "from llama_index.core import Settings\nSettings.embed_model = 'local:BAAI/bge-small-en'",
        "BAAI/bge-small-en",
    ),
    (
        "from haystack.components.generators import HuggingFaceLocalGenerator\nHuggingFaceLocalGenerator(model='acme/net')",
        "acme/net",
    ),
    ("import litellm\nlitellm.completion(model='huggingface/acme/net', messages=[])", "acme/net"),
    (
        "import litellm\nlitellm.completion(model='huggingface/together/acme/net', messages=[])",
        "acme/net",
    ),
    (
        "from diffusers import DiffusionPipeline\np = DiffusionPipeline.from_pretrained('org/base')\np.load_lora_weights('org/lora')",
        "org/lora",
    ),
    (
        "from peft import PeftModel\ndef f(base):\n    return PeftModel.from_pretrained(base, 'org/adapter')",
        "org/adapter",
    ),
    (
        "from unsloth import FastLanguageModel\nm, t = FastLanguageModel.from_pretrained(model_name='unsloth/x')",
        "unsloth/x",
    ),
    ("from mlx_lm import load\nload('mlx-community/x')", "mlx-community/x"),
    (
        "from ctransformers import AutoModelForCausalLM\nAutoModelForCausalLM.from_pretrained('org/x-GGUF', model_file='x.gguf')",
        "org/x-GGUF",
    ),
    (
        "from llama_cpp import Llama\nLlama.from_pretrained(repo_id='org/x-GGUF', filename='*q8_0.gguf')",
        "org/x-GGUF",
    ),
    (
        "import timm\ntimm.create_model('hf_hub:timm/resnet50.a1_in1k', pretrained=True)",
        "timm/resnet50.a1_in1k",
    ),
    (
        "import open_clip\nopen_clip.create_model_and_transforms('hf-hub:laion/CLIP-x')",
        "laion/CLIP-x",
    ),
    (
        "from faster_whisper import WhisperModel\nWhisperModel('large-v3')",
        "Systran/faster-whisper-large-v3",
    ),
    ("from txtai import Embeddings\nEmbeddings(path='acme/net')", "acme/net"),
    ("import outlines\noutlines.models.transformers('acme/net')", "acme/net"),
    (
        "from functools import partial\nfrom transformers import AutoModel\nload = partial(AutoModel.from_pretrained, 'acme/net')",
        "acme/net",
    ),
    ("import subprocess\nsubprocess.run(['vllm', 'serve', 'acme/net'])", "acme/net"),
    ("import os\nos.system('huggingface-cli download acme/net --local-dir x')", "acme/net"),
    (
        "import requests\nrequests.get('https://huggingface.co/acme/net/resolve/main/x.bin')",
        "acme/net",
    ),
    (
        "from bertopic.backend import SentenceTransformerBackend\nSentenceTransformerBackend('acme/net')",
        "acme/net",
    ),
    (
        "from rich.prompt import Prompt\nmodel_id = Prompt.ask('Model', default='acme/net')",
        "acme/net",
    ),
    ("def f(path=None):\n    path = path if path else 'acme/net-7b'", "acme/net-7b"),
    (
        "from chronos import Pipeline\nPipeline.from_pretrained('amazon/chronos-t5-small')",
        "amazon/chronos-t5-small",
    ),
    (
        "from smolagents import TransformersModel\nTransformersModel(model_id='acme/net')",
        "acme/net",
    ),
    (
        "from FlagEmbedding import FlagReranker\nFlagReranker('BAAI/bge-reranker-base')",
        "BAAI/bge-reranker-base",
    ),
]


@pytest.mark.parametrize(("code", "model"), LITERAL_CALLS)
def test_a_literal_in_a_known_call_is_found(tmp_path: Path, code: str, model: str) -> None:
    """Each library's own way of naming a model is known, on the line where the call names it."""
    found = [u for u in uses_of(tmp_path, code) if u.model == model]
    assert len(found) == 1
    assert found[0].kind is UseKind.HUB
    last = max(
        i
        for i, line in enumerate(code.splitlines(), 1)
        if model.rpartition("/")[2] in line or "large-v3" in line
    )
    assert found[0].line == last


RESOLVED = [
    ("A = 'acme/net'\nAutoModel.from_pretrained(A)", Certainty.CERTAIN),
    ("ORG = 'acme'\nAutoModel.from_pretrained(f'{ORG}/net')", Certainty.CERTAIN),
    ("AutoModel.from_pretrained('acme' + '/' + 'net')", Certainty.CERTAIN),
    ("AutoModel.from_pretrained('%s/%s' % ('acme', 'net'))", Certainty.CERTAIN),
    ("AutoModel.from_pretrained('{}/{}'.format('acme', 'net'))", Certainty.CERTAIN),
    ("import os\nA = os.environ.get('M', 'acme/net')\nAutoModel.from_pretrained(A)", Certainty.LIKELY),
    ("import os\nA = os.getenv('M') or 'acme/net'\nAutoModel.from_pretrained(A)", Certainty.LIKELY),
    ("def f(m='acme/net'):\n    AutoModel.from_pretrained(m)", Certainty.LIKELY),
    ("def f(m):\n    AutoModel.from_pretrained(m)\nf('acme/net')", Certainty.LIKELY),
    ("class C:\n    def __init__(self, m):\n        self.m = m\n    def go(self):\n        AutoModel.from_pretrained(self.m)\nC('acme/net')", Certainty.LIKELY),
    ("class C:\n    M = 'acme/net'\n    def go(self):\n        AutoModel.from_pretrained(self.M)", Certainty.CERTAIN),
    ("T = {'a': 'acme/net', 'b': 'gpt2'}\nAutoModel.from_pretrained(T['a'])", Certainty.CERTAIN),
    ("T = {'a': 'acme/net', 'b': 'gpt2'}\ndef f(k):\n    AutoModel.from_pretrained(T[k])", Certainty.LIKELY),
    ("for m in ['acme/net', 'gpt2']:\n    AutoModel.from_pretrained(m)", Certainty.LIKELY),
    ("x = [AutoModel.from_pretrained(m) for m in ('acme/net', 'gpt2')]", Certainty.LIKELY),
    ("for k, m in {'a': 'acme/net'}.items():\n    AutoModel.from_pretrained(m)", Certainty.LIKELY),
    ("import argparse\np = argparse.ArgumentParser()\np.add_argument('--model-id', default='acme/net')\nargs = p.parse_args()\nAutoModel.from_pretrained(args.model_id)",
     Certainty.LIKELY),
    ("import click\n@click.option('--m', default='acme/net')\ndef main(m):\n    AutoModel.from_pretrained(m)", Certainty.LIKELY),
    ("import typer\ndef main(m: str = typer.Option('acme/net')):\n    AutoModel.from_pretrained(m)", Certainty.LIKELY),
    ("from dataclasses import dataclass, field\n@dataclass\nclass A:\n    m: str = field(default='acme/net')\ndef f(a: A):\n    AutoModel.from_pretrained(a.m)", Certainty.LIKELY),
    ("from pydantic import BaseModel\nclass S(BaseModel):\n    m: str = 'acme/net'\ns = S()\nAutoModel.from_pretrained(s.m)", Certainty.LIKELY),
    ("import enum\nclass E(enum.Enum):\n    A = 'acme/net'\nAutoModel.from_pretrained(E.A.value)", Certainty.CERTAIN),
    ("big = input()\nAutoModel.from_pretrained('acme/net' if big else 'gpt2')", Certainty.LIKELY),
    ("def name():\n    return 'acme/net'\nAutoModel.from_pretrained(name())", Certainty.LIKELY),
]  # fmt: skip


@pytest.mark.parametrize(("code", "certainty"), RESOLVED)
def test_a_name_is_followed_to_its_literal(tmp_path: Path, code: str, certainty: Certainty) -> None:
    """Assignments, defaults, options, fields, tables and loops lead to the name, and say how sure
    it is."""
    found = [
        u
        for u in uses_of(tmp_path, "from transformers import AutoModel\n" + code)
        if u.via == "AutoModel.from_pretrained"
    ]
    assert "acme/net" in [u.model for u in found]
    assert {u.certainty for u in found} == {certainty}


def test_a_constant_of_another_module_is_followed(tmp_path: Path) -> None:
    """`from config import X` and `import config; config.X` lead into the repository's own files."""
    code = """
        from transformers import AutoModel
        from config import NAME, Settings
        import config
        AutoModel.from_pretrained(NAME)
        AutoModel.from_pretrained(config.OTHER)
        AutoModel.from_pretrained(Settings().model)
    """
    config = "NAME = 'org/one'\nOTHER = 'org/two'\nclass Settings:\n    model: str = 'org/three'\n"
    found = {u.model: u for u in uses_of(tmp_path, code, config=config)}
    assert set(found) == {"org/one", "org/two", "org/three"}
    assert found["org/one"].defined_at == "config.py:1"
    assert found["org/one"].line == 5


def test_a_pinned_revision_is_kept(tmp_path: Path) -> None:
    """`revision=` is read through constants, like the name."""
    code = "from transformers import AutoModel\nR = 'abc123'\nAutoModel.from_pretrained('acme/net', revision=R)"
    assert [u.revision for u in uses_of(tmp_path, code)] == ["abc123"]


@pytest.mark.parametrize(
    "code",
    [
        "from transformers import AutoModel\nimport sys\nAutoModel.from_pretrained(sys.argv[1])",
        "from transformers import AutoModel\nimport os\nAutoModel.from_pretrained(os.environ['MODEL'])",
        "from transformers import AutoModel\ndef f(m):\n    AutoModel.from_pretrained(m)",
        "from transformers import AutoModel\ndef f(o):\n    AutoModel.from_pretrained(f'{o}/net')",
        "from sentence_transformers import SentenceTransformer\ndef f(m=None):\n    SentenceTransformer(m)",
        "from transformers import pipeline\npipeline('sentiment-analysis')",
    ],
)
def test_what_is_known_only_at_run_time_is_unresolved(tmp_path: Path, code: str) -> None:
    """A load whose name cannot be worked out is a use of kind `unresolved`, with the expression."""
    found = uses_of(tmp_path, code)
    assert [u.kind for u in found] == [UseKind.UNRESOLVED]
    assert found[0].expression
    assert found[0].line == len(code.splitlines())


@pytest.mark.parametrize(
    "code",
    [
        "from transformers import AutoModel\nAutoModel.from_pretrained('./out/checkpoint-1')",
        "from transformers import AutoModel\nimport os\nAutoModel.from_pretrained(os.path.join(os.getcwd(), 'acme', 'net'))",
        "from transformers import AutoModel\nAutoModel.from_pretrained('checkpoints/best')",
    ],
)
def test_a_path_is_a_local_reference(tmp_path: Path, code: str) -> None:
    """Paths are local, and so is what path operations build that spells no `org/name`."""
    assert [u.kind for u in uses_of(tmp_path, code)] == [UseKind.LOCAL]


def test_a_folder_of_the_repository_is_told_beside_the_hub(tmp_path: Path) -> None:
    """A name that is a folder beside the code may be that folder or the Hub's: both are told."""
    (tmp_path / "acme" / "net").mkdir(parents=True)
    found = uses_of(
        tmp_path, "from transformers import AutoModel\nAutoModel.from_pretrained('acme/net')"
    )
    assert [u.kind for u in found] == [UseKind.HUB, UseKind.LOCAL]


@pytest.mark.parametrize(
    "code",
    [
        "from datasets import load_dataset\nload_dataset('org/data')",
        "from huggingface_hub import snapshot_download\nsnapshot_download('org/data', repo_type='dataset')",
        "from openai import OpenAI\nOpenAI().chat.completions.create(model='gpt-4o')",
        "from openai import OpenAI\nOpenAI().chat.completions.create(model='openai/gpt-4o')",
        "import litellm\nlitellm.completion(model='anthropic/claude-3', messages=[])",
        "class A(B):\n    @classmethod\n    def from_pretrained(cls, name, **k):\n        return super().from_pretrained(name, **k)",
        "'''Use AutoModel.from_pretrained('org/doc').'''\n# AutoModel.from_pretrained('org/comment')",
        "media_type = 'application/json'\npath = 'src/main'",
        "from transformers import pipeline\nimport mine\npipeline('x', model=mine.build())",
        "tokenizer_class = 'acme/net'\nmodel_dir = 'acme/net'",
    ],
)
def test_what_is_not_a_model_is_not_reported(tmp_path: Path, code: str) -> None:
    """Data sets, closed services, forwarding wrappers, comments, docstrings and other slashes are
    left alone."""
    assert uses_of(tmp_path, code) == []


def test_another_registry_is_named_as_such(tmp_path: Path) -> None:
    """A library with a registry of its own is reported, and not looked up on the Hub."""
    code = "import ollama\nfrom paddlenlp.transformers import AutoModel\nollama.chat(model='llama3.2')\nAutoModel.from_pretrained('ernie-3.0-base-zh')"
    assert [(u.kind, u.model) for u in uses_of(tmp_path, code)] == [
        (UseKind.OTHER, "llama3.2"),
        (UseKind.OTHER, "ernie-3.0-base-zh"),
    ]


def test_ollama_can_name_a_hub_model(tmp_path: Path) -> None:
    """`hf.co/acme/net:Q4_K_M` is a hub model, its tag left out."""
    code = "import ollama\nollama.chat(model='hf.co/org/x-GGUF:Q4_K_M')"
    assert [(u.kind, u.model) for u in uses_of(tmp_path, code)] == [(UseKind.HUB, "org/x-GGUF")]


def test_a_list_of_names_is_only_possible(tmp_path: Path) -> None:
    """A list of supported models shows no load; it is kept apart from what is loaded."""
    found = uses_of(tmp_path, "SUPPORTED_MODELS = ['org/a', 'org/b']")
    assert [(u.model, u.certainty) for u in found] == [
        ("org/a", Certainty.POSSIBLE),
        ("org/b", Certainty.POSSIBLE),
    ]


def test_code_that_would_explode_is_bounded(tmp_path: Path) -> None:
    """Doubling strings and mutual calls end, quickly, in an unresolved place."""
    lines = ["a0 = 'x' if p else 'y'", *(f"a{i} = a{i - 1} + a{i - 1}" for i in range(1, 60))]
    code = (
        "from transformers import AutoModel\n"
        + "\n".join(lines)
        + "\ndef f(x):\n    return f(x)\nAutoModel.from_pretrained(a59)\nAutoModel.from_pretrained(f(1))\n"
    )
    (tmp_path / "app.py").write_text(code)
    assert len(scan(tmp_path).unresolved) == 2
