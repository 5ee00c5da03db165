"""Loaders, and functions that hand on to them, under other names in the same repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.core.use import Certainty, ModelUse, UseKind
from lineage.scan.result import ScanResult
from lineage.scan.scan import scan

FETCH = "from huggingface_hub import snapshot_download as fetch\n"
WRAPPER = (
    "from transformers import AutoModel\ndef load(x):\n    return AutoModel.from_pretrained(x)\n"
)
ENCODER = (
    "from sentence_transformers import SentenceTransformer\nclass Encoder(SentenceTransformer):\n"
)


def scanned(folder: Path, **modules: str) -> ScanResult:
    for name, text in modules.items():
        file = folder / f"{name}.py".replace("-", "/")
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return scan(folder)


def uses(folder: Path, **modules: str) -> dict[str, ModelUse]:
    return {use.model: use for use in scanned(folder, **modules).uses}


@pytest.mark.parametrize(
    ("compat", "main"),
    [
        (FETCH, "from compat import fetch\nfetch('acme/net-1')\n"),
        (FETCH, "import compat\ncompat.fetch('acme/net-1')\n"),
        (FETCH, "from compat import fetch as get\nPICK = 'acme/net-1'\nget(PICK)\n"),
        (
            "try:\n    from huggingface_hub import hf_hub_download as fetch\n"
            "except ImportError:\n    fetch = None\n",
            "from compat import fetch\nfetch('acme/net-1', 'a.bin')\n",
        ),
        (
            "from huggingface_hub import hf_hub_download\nfetch = hf_hub_download\n",
            "from compat import fetch\nfetch(filename='a.bin', repo_id='acme/net-1')\n",
        ),
        (
            "import functools\nfrom huggingface_hub import snapshot_download\n"
            "fetch = functools.partial(snapshot_download, cache_dir='x')\n",
            "from compat import fetch\nfetch('acme/net-1')\n",
        ),
        (
            "from transformers import AutoModel\nload = AutoModel.from_pretrained\n",
            "from compat import load\nload('acme/net-1')\n",
        ),
        (ENCODER + "    pass\n", "from compat import Encoder\nEncoder('acme/net-1')\n"),
        (
            ENCODER + "    def __init__(self, pick):\n        super().__init__(pick)\n",
            "from compat import Encoder\nEncoder('acme/net-1')\n",
        ),
        (
            ENCODER + "    pass\nclass Second(Encoder):\n    pass\n",
            "from compat import Second\nSecond('acme/net-1')\n",
        ),
        (WRAPPER, "from compat import load as get\nget('acme/net-1')\n"),
        (WRAPPER + "get = load\n", "from compat import get\nget('acme/net-1')\n"),
        (WRAPPER, "from compat import load\nget = load\nget('acme/net-1')\n"),
        (WRAPPER, "from compat import load\nKINDS = {'a': load}\nKINDS['a']('acme/net-1')\n"),
        (
            WRAPPER,
            "from functools import partial\nfrom compat import load\n"
            "get = partial(load, more=1)\nget('acme/net-1')\n",
        ),
    ],
)
def test_what_another_name_of_a_loader_is_given_is_loaded(
    tmp_path: Path, compat: str, main: str
) -> None:
    """Whatever the module that the name is of calls it, and whoever imports it from there."""
    found = uses(tmp_path, compat=compat, main=main)["acme/net-1"]
    assert found.certainty is Certainty.CERTAIN
    assert not found.if_found


def test_a_package_hands_on_what_its_module_calls_otherwise(tmp_path: Path) -> None:
    """Also where the package's own `__init__` imports it."""
    main = "from package import fetch\nfetch('acme/net-1')\n"
    given = {"package-__init__": "from .compat import fetch\n", "package-compat": FETCH}
    assert uses(tmp_path, main=main, **given)["acme/net-1"].certainty is Certainty.CERTAIN


@pytest.mark.parametrize(
    "above", ["super().__init__('acme/net-1')", "SentenceTransformer.__init__(self, 'acme/net-1')"]
)
def test_a_constructor_below_a_library_s_class_loads(tmp_path: Path, above: str) -> None:
    """What it gives to the class above it."""
    text = ENCODER + f"    def __init__(self):\n        {above}\n"
    assert uses(tmp_path, main=text)["acme/net-1"].certainty is Certainty.CERTAIN


def test_what_is_given_to_another_name_may_stay_open(tmp_path: Path) -> None:
    """As to the loader itself; and what it says is no model is none."""
    main = "import sys\nfrom compat import fetch\nfetch(sys.argv[1])\n"
    (opened,) = scanned(tmp_path, compat=FETCH, main=main).unresolved
    assert (opened.file, opened.line) == ("main.py", 3)
    main = "from compat import fetch\nPICK = 'acme/words'\nfetch(PICK, repo_type='dataset')\n"
    assert not scanned(tmp_path, compat=FETCH, main=main).uses


def test_a_register_s_loader_under_another_name_asks_that(tmp_path: Path) -> None:
    """What it is given is no name of the Hub."""
    compat = FETCH.replace("huggingface_hub", "modelscope")
    main = "from compat import fetch\nfetch('acme/net-1')\n"
    found = uses(tmp_path, compat=compat, main=main)["acme/net-1"]
    assert found.kind is UseKind.OTHER
    assert found.target == "modelscope:acme/net-1"


def test_another_function_of_the_same_name_is_no_loader(tmp_path: Path) -> None:
    """Where it comes from decides."""
    main = "from other import fetch\nfetch('acme/net-1')\n"
    other = "def fetch(x):\n    return x\n"
    assert "acme/net-1" not in uses(tmp_path, compat=FETCH, other=other, main=main)
