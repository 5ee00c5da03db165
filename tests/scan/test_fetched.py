"""Addresses of files on the Hub that code puts together, in functions and templates."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.core.use import Certainty
from lineage.scan.python.lexed import lexed
from lineage.scan.python.textual import may_name_model
from lineage.scan.scan import scan
from lineage.scan.services import Services
from scan.named import hub_uses

DOWNLOAD = (
    "from urllib.parse import quote\nBASE = 'https://huggingface.co'\n"
    "def whole(repo):\n    return repo if '/' in repo else f'acme/{repo}'\n"
    "def hf_url(repo, filename):\n"
    "    return f'{BASE}/{quote(whole(repo))}/resolve/main/{quote(filename)}'\n"
)
TABLE = (
    "from download import hf_url\nurls = {}\n"
    "urls['a'] = [hf_url('net', 'a.pth'), 'https://example.com/a.pth']\n"
    "urls['b'] = hf_url('other/net-2', filename='b.pth')\n"
)


def models(folder: Path, **files: str) -> set[str]:
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    return {use.model for use in hub_uses(scan(folder))}


def test_a_function_that_gives_an_address_is_followed_with_what_it_is_given(tmp_path: Path) -> None:
    """From another module, in a table, by place and by keyword."""
    assert models(tmp_path, download=DOWNLOAD, net=TABLE) == {"acme/net", "other/net-2"}
    assert may_name_model(lexed(TABLE), Services())


def test_each_call_is_worked_out_for_itself(tmp_path: Path) -> None:
    """What one call gives is no other call's, and what is not known gives nothing."""
    text = f"{DOWNLOAD}x = hf_url('net', 'a.pth')\ny = hf_url(input(), 'b.pth')\n"
    (tmp_path / "a.py").write_text(text)
    assert [(use.model, use.line) for use in hub_uses(scan(tmp_path))] == [("acme/net", 7)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "def f(size=224):\n"
            "    return f'https://huggingface.co/acme/net-r{size}/resolve/main/net-{size}.pt'\n",
            {"acme/net-r224"},
        ),
        (
            "def f(file):\n    name = 'net'\n"
            "    return f'https://hf.co/acme/{name}/resolve/v1/{file}'\n",
            {"acme/net"},
        ),
        ("def f(n):\n    return f'https://huggingface.co/acme/{n}/resolve/main/x'\n", set()),
        ("def f(n='net'):\n    return f'https://huggingface.co/docs/{n}/resolve/main/x'\n", set()),
        ("def f(n='net'):\n    return f'https://huggingface.co/acme/{n}/tree/main'\n", set()),
    ],
    ids=["a number", "an unknown file", "an unknown name", "documentation", "no file"],
)
def test_a_template_of_an_address_is_filled(tmp_path: Path, text: str, expected: set[str]) -> None:
    """As far as it names the model; which of its files need not be known."""
    assert models(tmp_path, a=text) == expected


HASH = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"WHERE = 'https://huggingface.co/acme/net/tree/{HASH}/'\n", {"acme/net"}),
        ("WHERE = 'https://huggingface.co/acme/net/tree/main'\n", set()),
        ("x = text.replace('hf://acme/net/file.safetensors', path)\n", set()),
        ("if text.startswith(('hf://acme/net/file.safetensors', 'x')):\n    pass\n", set()),
        ("if text == 'hf://acme/net/file.safetensors':\n    pass\n", set()),
        ("x = path.replace('a', 'hf://acme/net/file.safetensors')\n", {"acme/net"}),
    ],
    ids=["a commit", "a branch", "replaced", "its beginning", "compared", "put in"],
)
def test_an_address_that_stands_alone(tmp_path: Path, text: str, expected: set[str]) -> None:
    """A folder at a commit is fetched; what is only looked for in a text is not."""
    assert models(tmp_path, a=text) == expected


def test_which_file_it_is_need_not_be_known(tmp_path: Path) -> None:
    """A template that is filled elsewhere names the model all the same."""
    text = (
        "import os, requests\nURL = os.getenv('URL', 'https://hf.co/acme/net-{model}/resolve/{tag}/{model}.jar')\n"
        "def load(model, tag, url=URL):\n    if model not in ['de', 'fr']:\n        raise KeyError(model)\n"
        "    requests.get(url.format(model=model, tag=tag))\n"
    )
    assert models(tmp_path, a=text) == {"acme/net-de", "acme/net-fr"}


def test_files_on_modelscope_are_fetched_from_it(tmp_path: Path) -> None:
    """In code, in a table and under any key of a configuration; a page of it is no use."""
    site = "https://www.modelscope.cn"
    (tmp_path / "a.py").write_text(
        f"import requests\nURL = '{site}/models/acme/one/resolve/v1/net.onnx'\nrequests.get(URL)\n"
        f"FILES = {{'b': '{site}/api/v1/models/acme/two/repo?Revision=master&FilePath=b.onnx'}}\n"
        f"PAGE = '{site}/models/acme/page'\nLOGO = '{site}/models/acme/logo/resolve/v1/logo.png'\n"
    )
    (tmp_path / "models.yaml").write_text(
        f"net:\n  model_dir_or_path: {site}/models/acme/three/resolve/master/c.onnx\n"
        f"  source: {site}/models/acme/page\n"
    )
    uses = [use for use in scan(tmp_path).uses if use.certainty is not Certainty.POSSIBLE]
    assert {(use.target, use.file, use.line) for use in uses} == {
        ("modelscope:acme/one", "a.py", 2),
        ("modelscope:acme/two", "a.py", 4),
        ("modelscope:acme/three", "models.yaml", 2),
    }
