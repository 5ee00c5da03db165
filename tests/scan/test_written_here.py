"""Under a name that says model, what another module writes is told there, unless nothing says so
there: what comes to it one by one, or is put together here."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.workflows.check import scanned

NAMES = (
    'ORG = "acme"\nITEM = "acme/falcon-7b"\nITEMS = ["acme/falcon-7b", "acme/heron-3b"]\nTABLE = {"a": "acme/falcon-7b"}\n'
    "def pick(x=None):\n    return x or ITEM\n"
)
COMES = (
    "for one in ITEMS:\n    model = one\n",
    "for _, one in TABLE.items():\n    model = one\n",
    "def f(one):\n    assert one in sorted(ITEMS)\n    model = one\n",
    "ALL = ITEMS\ndef f(one):\n    assert one in ALL\n    model = one\n",
    "class C:\n    ALL = ITEMS\n    def f(self, one):\n        if one not in self.ALL:\n"
    "            raise ValueError\n        self.one = one\n        self.model = self.one\n",
    "import streamlit as st\nmodel = st.selectbox('m', ITEMS)\n",
    "from app import pick as other\ndef pick():\n    return 'acme/falcon-7b'\nmodel = other()\n",
    "import argparse\np = argparse.ArgumentParser()\np.add_argument('--size', choices=ITEMS)\n"
    "model = p.parse_args().size\n",
    "model = 'id: acme/falcon-7b'.removeprefix('id: ')\n",
    "model = TABLE['a']\n",
    "model = TABLE.get(kind)\n",
    "model = f'{ORG}/falcon-7b'\n",
    "model = '/'.join([ORG, 'falcon-7b'])\n",
    "model = '%s/falcon-7b' % ORG\n",
    "model = '{}/falcon-7b'.format(ORG)\n",
    "model = ORG + '/falcon-7b'\n",
    "model = b'acme/falcon-7b'\n",
    "model = pick('acme/falcon-7b')\ndef pick(x):\n    return x\n",
    "import os\nmodel = os.environ.get('M', 'acme/falcon-7b')\n",
)
STAYS = (
    "model = ITEM\n",
    "model = pick()\n",
    "model = names.ITEM\n",
    "model = ITEM if seen else None\n",
)


def told(tmp_path: Path, text: str) -> set[str]:
    """The models that are told at the place in the second of two modules."""
    (tmp_path / "names.py").write_text(NAMES)
    imports = "import names\nfrom names import ITEM, ITEMS, ORG, TABLE, pick\n"
    code = f"from transformers import AutoModel\n{imports}{text}AutoModel.from_pretrained(local)\n"
    (tmp_path / "app.py").write_text(code)
    return {one.model for one in scanned(tmp_path).uses if one.file == "app.py"}


@pytest.mark.parametrize("text", COMES)
def test_what_comes_one_by_one_or_is_put_together_is_told(tmp_path: Path, text: str) -> None:
    assert "acme/falcon-7b" in told(tmp_path, text)


@pytest.mark.parametrize("text", STAYS)
def test_what_another_module_writes_is_told_there(tmp_path: Path, text: str) -> None:
    """Where its own name says that it is one: the same constant is told in its own module."""
    assert told(tmp_path, text) == set()
    (tmp_path / "names.py").write_text(NAMES.replace("ITEM = ", "MODEL = ITEM = "))
    assert {("names.py", 2)} == {(one.file, one.line) for one in scanned(tmp_path).uses}
