"""Only what can name a model is parsed: the filter by text loses nothing that the reader would find."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.scan import scan as scanning
from lineage.scan.python.index import parse
from lineage.scan.python.reader import PythonReader
from lineage.scan.python.textual import may_name_model
from lineage.scan.services import Services
from lineage.workflows.check import scanned

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
    "def model():\n    '''Not \"a/b\" here.'''\n    # nor 'c/d'\n    return 'acme/falcon-7b'\n",
)
SILENT = (
    '"""Load "acme/falcon-7b" with from_pretrained."""\nx = 1  # "acme/falcon-7b"\n',
    'URL = "https://example.com/a/b"\n',
    'MESSAGE = "either/or, as you like"\n',
    "class HfThing:\n    kind: TransformersKwargs\n",
)


@pytest.mark.parametrize("text", NAMING)
def test_what_names_a_model_is_parsed(text: str) -> None:
    """Each way to write a name that the reader understands passes the filter."""
    uses = list(PythonReader(parse(text, "a.py"), lambda _module, _name: None).uses())
    assert uses
    assert may_name_model(text, Services())


@pytest.mark.parametrize("text", SILENT)
def test_prose_and_comments_are_not_parsed(text: str) -> None:
    """A name in a docstring or a comment is no reason to parse."""
    assert not may_name_model(text, Services())


def test_quotes_within_a_template_cannot_hide_code() -> None:
    """Where a template's end is unsure the module is parsed, as Python 3.12 reads it."""
    hidden = 'x = f"{\'a"\'}{\'"""\'}"\nMODEL = \'acme/falcon-7b\'\ny = \'"""\'\n'
    assert may_name_model(hidden, Services())


def test_the_same_uses_with_and_without_the_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Over this project's own code and tests, which name hundreds of models in every way."""
    root = Path(__file__).resolve().parents[2]
    for folder in (root / "src" / "lineage" / "scan", root / "tests" / "scan", root / "bench"):
        filtered = scanned(folder)
        monkeypatch.setattr(scanning, "may_name_model", lambda _text, _services: True)
        assert scanned(folder).uses == filtered.uses
        monkeypatch.undo()


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
