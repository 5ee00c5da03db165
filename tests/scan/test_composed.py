"""Names of which one module writes the rest and another the piece."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.scan.scan import scan
from scan.named import hub_uses

HEAD = "from huggingface_hub import snapshot_download\nORG = 'acme'\n"
HELPERS = {
    "a template": "def load(name):\n    return snapshot_download(f'{ORG}/falcon-{name}')\n",
    "a sum": "def load(name):\n    return snapshot_download(ORG + '/falcon-' + name)\n",
    "format": "def load(name):\n    return snapshot_download('{}/falcon-{}'.format(ORG, name))\n",
    "percent": "def load(name):\n    return snapshot_download('acme/falcon-%s' % name)\n",
    "set again": "def load(name):\n    if '/' not in name:\n        name = f'acme/falcon-{name}'\n"
    "    return snapshot_download(name)\n",
    "a field": "class load:\n    def __init__(self, name):\n        self.repo = f'acme/falcon-{name}'\n"
    "    def run(self):\n        return snapshot_download(self.repo)\n",
    "returned": "def repo(name):\n    return f'acme/falcon-{name}'\n"
    "def load(name):\n    return snapshot_download(repo(name))\n",
    "handed on": "def fetch(whole):\n    return snapshot_download('acme/' + whole)\n"
    "def load(name):\n    return fetch(f'falcon-{name}')\n",
    "an address": "import requests\nHUB = 'https://huggingface.co/acme/falcon-'\n"
    "def load(name, file):\n    return requests.get(HUB + name + '/resolve/main/' + file)\n",
    "a template of an address": "def load(name, file):\n"
    "    return urlopen(f'https://huggingface.co/acme/falcon-{name}/resolve/main/{file}')\n",
}


@pytest.mark.parametrize("text", HELPERS.values(), ids=HELPERS)
def test_a_piece_that_another_module_gives_makes_the_name_whole(tmp_path: Path, text: str) -> None:
    """The use is where the piece is given."""
    (tmp_path / "helpers.py").write_text(HEAD + text)
    (tmp_path / "main.py").write_text("from helpers import load\nload('7b')\n")

    assert {(u.file, u.model) for u in hub_uses(scan(tmp_path))} == {("main.py", "acme/falcon-7b")}


def test_a_field_that_a_class_below_sets_is_a_piece_too(tmp_path: Path) -> None:
    """Each class below makes a name of its own."""
    (tmp_path / "base.py").write_text(
        HEAD + "class Base:\n    size = ''\n    def load(self):\n"
        "        return snapshot_download(f'acme/falcon-{self.size}')\n"
    )
    (tmp_path / "main.py").write_text(
        "from base import Base\nclass Small(Base):\n    size = '1b'\nclass Large(Base):\n    size = '7b'\n"
    )

    found = {u.model for u in hub_uses(scan(tmp_path))}
    assert {"acme/falcon-1b", "acme/falcon-7b"} <= found


OPEN = {
    "two open pieces": "def load(name):\n    return snapshot_download(f'{org()}/falcon-{name}')\n",
    "no mark": "def load(name):\n    return snapshot_download(f'{name}-v2')\n",
    "a file": "def load(name):\n    return open(f'acme/falcon-{name}')\n",
}


@pytest.mark.parametrize("text", OPEN.values(), ids=OPEN)
def test_a_name_that_stays_open_is_none(tmp_path: Path, text: str) -> None:
    """With a second open piece, without a namespace, or for what loads no model."""
    (tmp_path / "helpers.py").write_text(HEAD + text)
    (tmp_path / "main.py").write_text("from helpers import load\nload('7b')\n")

    assert hub_uses(scan(tmp_path)) == []


def test_what_stands_right_above_is_what_a_name_holds(tmp_path: Path) -> None:
    """What it held before makes no model."""
    (tmp_path / "load.py").write_text(
        f"{HEAD}def load(name='auto', small=False):\n    found = name\n    if small:\n"
        "        found = 'falcon-1b'\n        snapshot_download(f'acme/{found}')\n"
    )

    assert {u.model for u in hub_uses(scan(tmp_path))} == {"acme/falcon-1b"}


BRANCHES = {
    "a branch between": "    if name:\n        found = 'falcon-1b'\n    snapshot_download(f'acme/{found}')\n",
    "a loop": "    for one in range(2):\n        snapshot_download(f'acme/{found}')\n        found = 'falcon-1b'\n",
}


@pytest.mark.parametrize("text", BRANCHES.values(), ids=BRANCHES)
def test_a_name_that_may_hold_either_makes_both(tmp_path: Path, text: str) -> None:
    """Where another way leads to the place, both count."""
    (tmp_path / "load.py").write_text(f"{HEAD}def load(name):\n    found = 'falcon-7b'\n{text}")

    assert {u.model for u in hub_uses(scan(tmp_path))} == {"acme/falcon-1b", "acme/falcon-7b"}


def test_a_name_that_a_function_may_change_is_left_to_the_hub(tmp_path: Path) -> None:
    """It gives it back as it is, or with an end that nobody knows."""
    (tmp_path / "load.py").write_text(
        f"{HEAD}def suffixed(name):\n    if plain():\n        return name\n    return f'{{name}}-{{bits()}}'\n"
        "def load(name):\n    snapshot_download(suffixed(name))\n"
    )
    (tmp_path / "main.py").write_text("from load import suffixed\nx = suffixed('acme/falcon-7b')\n")

    assert [(u.model, u.if_found) for u in hub_uses(scan(tmp_path))] == [("acme/falcon-7b", True)]


def test_a_pattern_of_files_behind_a_provider_is_its_models(tmp_path: Path) -> None:
    """`llama-cpp-python/org/name/*Q4_K_M.gguf@8192` is `org/name`."""
    text = "llm: str = 'llama-cpp-python/acme/Falcon-7B-GGUF/*Q4_K_M.gguf@8192'\n"
    (tmp_path / "a.py").write_text(text)

    assert {u.model for u in hub_uses(scan(tmp_path))} == {"acme/Falcon-7B-GGUF"}
