"""Names that people pick on a page, and names in objects, tables and methods of the code's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.core.use import Certainty
from lineage.scan.scan import scan

_LOAD = "from transformers import AutoModel, pipeline\n"
PICKED = {
    "streamlit": _LOAD + "import streamlit as st\n"
    'name = st.selectbox("Model", ["acme/net-1b", "acme/net-2b"])\npipeline(model=name)\n',
    "the keys of a table": _LOAD + "import streamlit as st\n"
    'SIZES = {"acme/net-1b": 1, "acme/net-2b": 2}\n'
    'pipeline(model=st.sidebar.radio("Model", options=SIZES))\n',
    "gradio, a button": _LOAD + "import gradio as gr\n"
    "def run(which, text):\n    return pipeline(model=which)(text)\n"
    "with gr.Blocks():\n"
    '    one = gr.Dropdown(choices=["acme/net-1b", "acme/net-2b"])\n    text = gr.Textbox()\n'
    "    gr.Button().click(run, inputs=[one, text], outputs=[text])\n",
    "gradio, an interface": _LOAD + "import gradio as gr\n"
    'NAMES = {"acme/net-1b": 1, "acme/net-2b": 2}\n'
    "def run(text, which):\n    return pipeline(model=which)(text)\n"
    'gr.Interface(fn=run, inputs=["text", gr.Radio(list(NAMES.keys()))], outputs="text")\n',
    "a notebook's widget": _LOAD + "import ipywidgets\n"
    'box = ipywidgets.Dropdown(options=["acme/net-1b", "acme/net-2b"])\npipeline(model=box.value)\n',
}
HELD = {
    "objects of a list": "from dataclasses import dataclass\n@dataclass\nclass Spec:\n"
    "    key: str\n    src: str\n"
    'for one in [Spec("a", "acme/net-1b"), Spec("b", src="acme/net-2b")]:\n'
    "    AutoModel.from_pretrained(one.src)\n",
    "a named tuple": "from collections import namedtuple\nSpec = namedtuple('Spec', 'key, src')\n"
    'TABLE = {"a": Spec("a", "acme/net-1b"), "b": Spec("b", "acme/net-2b")}\n'
    "def load(key):\n    return AutoModel.from_pretrained(TABLE[key].src)\n",
    "two lists": 'table = dict(zip(["a", "b"], ["acme/net-1b", "acme/net-2b"]))\n'
    "def load(key):\n    return AutoModel.from_pretrained(table[key])\n",
    "a property": "class Net:\n    @property\n    def src(self):\n"
    '        return "acme/net-1b" if self.small else "acme/net-2b"\n'
    "    def load(self):\n        return AutoModel.from_pretrained(self.src)\n",
    "a method of a class below": "class Base:\n    def src(self):\n        raise NotImplementedError\n"
    "    def load(self):\n        return AutoModel.from_pretrained(self.src())\n"
    'class One(Base):\n    def src(self):\n        return "acme/net-1b"\n'
    'class Two(Base):\n    def src(self):\n        return "acme/net-2b"\n',
    "a match": "def src(kind):\n    match kind:\n        case 'a':\n            return 'acme/net-1b'\n"
    "        case _:\n            return 'acme/net-2b'\nAutoModel.from_pretrained(src('a'))\n",
}


@pytest.mark.parametrize("case", [*PICKED, *HELD])
def test_names_are_followed_to_where_they_are_loaded(tmp_path: Path, case: str) -> None:
    text = PICKED.get(case) or _LOAD + HELD[case]
    (tmp_path / "app.py").write_text(text)
    found = {u.model for u in scan(tmp_path).uses if u.certainty is not Certainty.POSSIBLE}
    assert found == {"acme/net-1b", "acme/net-2b"}


@pytest.mark.parametrize(
    "loads",
    ["for one in ROWS:\n    AutoModel.from_pretrained(one.b)\n",
     "def load(place):\n    AutoModel.from_pretrained(ROWS[place].b)\n"],
)  # fmt: skip
def test_objects_of_a_list_that_another_module_makes(tmp_path: Path, loads: str) -> None:
    (tmp_path / "names.py").write_text(
        "from collections import namedtuple\nRow = namedtuple('Row', 'a b')\n"
        "ROWS = [Row('fast', 'acme/net-1b'), Row('good', b='acme/net-2b')]\n"
    )
    (tmp_path / "app.py").write_text(_LOAD + "from names import ROWS\n" + loads)
    found = [u for u in scan(tmp_path).uses if u.file == "app.py"]
    assert {u.model for u in found} == {"acme/net-1b", "acme/net-2b"}


def test_a_method_of_a_class_in_another_module(tmp_path: Path) -> None:
    (tmp_path / "base.py").write_text(
        _LOAD + "class Base:\n    def src(self): ...\n"
        "    def load(self):\n        return AutoModel.from_pretrained(self.src())\n"
    )
    (tmp_path / "one.py").write_text(
        "from base import Base\nclass One(Base):\n    def src(self):\n        return 'acme/net-1b'\n"
    )
    assert [(u.file, u.model) for u in scan(tmp_path).uses] == [("one.py", "acme/net-1b")]
