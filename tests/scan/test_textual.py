"""Only what can name a model is parsed: the filter by text loses nothing that the reader would find."""

from __future__ import annotations

import inspect
from pathlib import Path

import click
import huggingface_hub
import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.scan.python.documented import apart
from lineage.scan.python.index import parse
from lineage.scan.python.lexed import lexed
from lineage.scan.python.library import Library
from lineage.scan.python.reader import PythonReader
from lineage.scan.python.textual import may_name_model
from lineage.scan.scan import scan
from lineage.scan.services import Services
from lineage.workflows.check import scanned, services_of
from random_modules import sources

SHIPPED = services_of()

NAMING = (
    'from transformers import AutoModel\nAutoModel.from_pretrained("gpt2")\n',
    'import transformers as t\nload = t.AutoModel.from_pretrained\nload(name)\nt.pipeline("fill-mask")\n',
    'from transformers import pipeline as p\np("fill-mask", "gpt2")\n',
    'MODEL = "acme" "/falcon-7b"\n',
    'MODEL = "acme\\x2ffalcon-7b"\n',
    'MODEL = "acme\\\n/falcon-7b"\n',
    'MODEL = """\nacme/falcon-7b\n"""\n',
    'ORG = "acme"\nMODEL = f"{ORG}/falcon-7b"\n',
    'ORG = "acme"\nMODEL = f"{ ORG }/{ "falcon-7b" }"\n'.replace('"falcon-7b"', "'falcon-7b'"),
    'ORG = "acme"\nMODEL = ORG + "/" + "falcon-7b"\n',
    'MODEL = "%s/falcon-7b" % "acme"\n',
    'MODEL = "{}/{}".format("acme", "falcon-7b")\n',
    'HFEmbedder(model="acme/falcon-7b")\n',
    'import subprocess\nsubprocess.run(["vllm", "serve", "acme/falcon-7b"])\n',
    'import os\nos.system("hf download gpt2")\n',
    'evaluate(model_args="pretrained=gpt2")\n',
    'URL = "https://huggingface.co/acme/falcon-7b/resolve/main/model.safetensors"\n',
    'MODEL = "\\u00a0acme/falcon-7b\\n"\n',
    "# a note \\\nMODEL = 'acme/falcon-7b'\n",
    "# it's a note\rMODEL = 'acme/falcon-7b'\n",
    "from transformers import pipeline\nprint(f\"{pipeline('fill-mask', 'gpt2')('x')}\")\n",
    "print(f\"{load(model='acme/falcon-7b')}\")\n",
    "from transformers import AutoModel\nAutoModel.\uff46rom_pretrained('gpt2')\n",
    "def model():\n    '''Not \"a/b\" here.'''\n    # nor 'c/d'\n    return 'acme/falcon-7b'\n",
)
SILENT = (
    '"""Load "acme/falcon-7b" with from_pretrained."""\nx = 1  # "acme/falcon-7b"\n',
    'URL = "https://example.com/a/b"\n',
    'MESSAGE = "either/or, as you like"\n',
    "class HfThing:\n    kind: TransformersKwargs\n",
    "from packaging.version import parse\nx = parse('1.0') >= parse(torch.__version__)\n",
    "with torch.cuda.stream(side):\n    stream = None\n",
    "class M(Base):\n    @classmethod\n    def from_pretrained(cls, *args, **kwargs):\n"
    "        return super().from_pretrained(*args, **kwargs)\n",
)


def is_found(text: str, services: Services) -> bool:
    """Whether the reader finds a use, however the filter judges."""
    reader = PythonReader(parse(text, "a.py"), Library({}, dict[str, str]().get), services)
    return next(reader.uses(), None) is not None


@pytest.mark.parametrize("text", NAMING)
def test_what_names_a_model_is_parsed(text: str) -> None:
    """Each way to write a name that the reader understands passes the filter."""
    assert is_found(text, Services())
    assert may_name_model(lexed(text), Services())


def test_a_template_whose_pieces_have_the_form_of_an_id_is_parsed() -> None:
    """The form that one service alone has tells in the middle of a template too."""
    text = "f\"{''}us.deepseek.r1-v1:0\"\n"
    assert is_found(text, SHIPPED)
    assert may_name_model(lexed(text), SHIPPED)


@pytest.mark.parametrize(
    "payload",
    [
        "{'model': 'deepseek' + '-chat'}",
        "{'mo' + 'del': 'deepseek' + '-chat'}",
        "{'model': f'{\"\"}deepseek-chat'}",
        "dict(model='deepseek' + '-chat')",
        "{'model': ''.join(['deepseek', '-chat'])}",
    ],
)
def test_what_is_put_together_to_be_sent_is_parsed(payload: str) -> None:
    """Neither the address nor the whole name stands in a text."""
    text = f"requests.post(url, json={payload})\n"
    assert is_found(text, SHIPPED)
    assert may_name_model(lexed(text), SHIPPED)


@settings(max_examples=300, deadline=None)
@given(sources())
def test_nothing_that_the_reader_finds_is_filtered(text: str) -> None:
    """However names, comments and texts are written: what is not parsed has no use."""
    if not may_name_model(lexed(text), SHIPPED):
        try:
            found = is_found(text, SHIPPED)
        except SyntaxError:  # of no text's end, or the filter would have been unsure
            found = False
        assert not found


@pytest.mark.parametrize("text", SILENT)
def test_prose_and_comments_are_not_parsed(text: str) -> None:
    """A name in a docstring or a comment is no reason to parse."""
    assert not may_name_model(lexed(text), SHIPPED)


def test_quotes_within_a_template_cannot_hide_code() -> None:
    """Where a template's end is unsure the module is parsed, as Python 3.12 reads it."""
    for template in ('f"{\'a"\'}"{\'"""\'}"', 'f"}}{ {1: x["k"]} }"'):
        hidden = f"x = {template}\nMODEL = 'acme/falcon-7b'\ny = '\"\"\"'\n"
        assert may_name_model(lexed(hidden), Services())


IMPORTED = (
    "from loading import create\ncreate(model=NAME)\n",
    "from loading import create\nload = create\nload(model=NAME)\n",
    "load = client.chat.completions.parse\nload(model=NAME)\n",
    "from loading import create as load\nload(model=NAME)\n",
    "from loading import (parse as load,\n  stream)\nload(model=NAME)\n",
    "from loading import create\na, load = None, create\nload(model=NAME)\n",
    "from loading import create\nload = (\n    create)\nload(model=NAME)\n",
    "from loading import create\nload = x and create\nload(model=NAME)\n",
    "from loading import create\n(create)(model=NAME)\n",
    "from bertopic import BERTopic\nclass M(BERTopic):\n    pass\nM(embedding_model=NAME)\n",
    "from bertopic import BERTopic\ndef f():\n    return BERTopic\nf()(embedding_model=NAME)\n",
    "from loading import *\nload = x and create\nload(model=NAME)\n",
    "import loading\nload = loading . create\nload(model=NAME)\n",
    "import loading\nload = \\\n  loading . \\\n  create\nload(model=NAME)\n",
    "from loading import create\nfor load in (None, create):\n    load(model=NAME)\n",
    "def stream(model):\n    pass\nload = stream\nload(model=NAME)\n",
    "class M:\n    def from_pretrained(self):\n        pass\ngetattr(AutoModel, 'from_pretrained')(NAME)\n",
    "class M(B):\n    def f(self, x):\n        return super().from_pretrained(x, vae=TABLE['a'])\n",
    "from functools import partial\nfrom loading import create\npartial(create, model=NAME)()\n",
    "from loading import stream\nstream(x, **{'model': NAME})\n",
    "class M(Base):\n    def load(self):\n        return self.inner.from_pretrained(NAME)\n",
)
"""The name is another module's."""


@pytest.mark.parametrize("text", IMPORTED)
def test_what_is_given_a_name_of_another_module_is_parsed(tmp_path: Path, text: str) -> None:
    """Under any name for what loads it, and through whatever hands it on."""
    files = {
        "names.py": 'NAME = "acme/falcon-7b"\nTABLE = {"a": NAME}\n',
        "loading.py": "from openai import create, stream\n",
        "app.py": f"from names import NAME, TABLE\n{text}",
    }
    for name, code in files.items():
        (tmp_path / name).write_text(code)
    assert may_name_model(lexed(text), SHIPPED)
    unfiltered = scan(tmp_path, services=services_of, parses_all=True)
    assert scan(tmp_path, services=services_of) == unfiltered


KEYWORDS = (
    "ask(model=NAME)",
    "ask(\n    model = NAME)",
    "ask(x, \\\n  model=NAME)",
    "ask(x,model\n=NAME)",
)


@pytest.mark.parametrize("call", KEYWORDS)
def test_a_model_given_to_a_call_is_seen_however_it_is_set_out(call: str) -> None:
    """Beside an address, in a module whose texts say nothing."""
    assert may_name_model(lexed(f"url = settings.url\n{call}\n"), SHIPPED)
    assert not may_name_model(lexed("url = settings.url\nask(model == NAME)\n"), SHIPPED)


@pytest.mark.parametrize(
    "name", ["ChatDeepSeek", "DeepChatSeek", "Deep_Seek", "AsyncAzureOpenAI", "DEEPSEEKClient"]
)
def test_a_class_says_its_service_wherever_its_word_stands(name: str) -> None:
    """Around what others put in front of it or into it, and in any letters."""
    assert SHIPPED.host_of_class(name)
    assert not SHIPPED.host_of_class(f"Xy{name}")


@settings(max_examples=200, deadline=None)
@given(
    sources(),
    st.sampled_from(("os.system", "popen", "/resolve/", "HF_ENDPOINT")),
    st.sampled_from(
        (
            "x = '{}'",
            "# {}",
            "x = {}",
            "my{}s(1)",
            "f'{{{}}}'",
            'r"""\\{}',
            "x = 'a{}",
            "\u00e9{} = 1",
        )
    ),
)
def test_what_stands_in_a_module_is_never_said_not_to(source: str, part: str, place: str) -> None:
    """In a text, in a comment, in the code, where a text never ends."""
    text = f"{source}\n{place.format(part)}\n{source}"
    assert lexed(text).may_have(part)
    assert apart(text).whole.may_have(part)
    assert not lexed("import os\nx = 'a system'\n").may_have(part)


OWN = Path(__file__).resolve().parents[2]
CORPUS = [
    *(OWN / name for name in ("src/lineage/scan", "tests/scan", "bench", "tools")),
    *(Path(inspect.getfile(one)).parent for one in (huggingface_hub, requests, click)),
]


@pytest.mark.parametrize("folder", CORPUS, ids=lambda folder: folder.name)
def test_the_same_uses_with_and_without_the_filter(folder: Path) -> None:
    """Over this project's own code, which names hundreds of models in every way, and over the
    libraries that it stands on."""
    filtered = scan(folder, services=services_of)
    unfiltered = scan(folder, services=services_of, parses_all=True)
    assert (unfiltered.uses, unfiltered.unresolved) == (filtered.uses, filtered.unresolved)


@pytest.mark.parametrize(
    "broken", ["NAME = 'org\n/model\n", 'x = """\nacme/falcon-7b\n', "say('it's')\n"]
)
def test_a_file_whose_texts_do_not_end_is_told(tmp_path: Path, broken: str) -> None:
    (tmp_path / "app.py").write_text(f"{broken}y = a / b\n")
    assert [one.file for one in scanned(tmp_path).unreadable] == ["app.py"]


def test_a_file_that_others_import_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "names.py").write_bytes(b'MODEL = "acme/falcon-7b"\0\n')
    text = "from transformers import AutoModel\nfrom names import MODEL\nAutoModel.from_pretrained(MODEL)\n"
    for name in ("one.py", "two.py"):
        (tmp_path / name).write_text(text)
    assert [one.file for one in scanned(tmp_path).unreadable] == ["names.py"]
