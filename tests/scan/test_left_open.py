"""Names that nothing in their module takes for a model as they are: the Hub decides, and what is
loaded stays a use of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.scan.scan import scan
from scan.named import hub_uses

ADAPTER = """
from transformers import AutoModel

class Adapter:
    default_model_id: str = "acme/falcon-7b"

    def __init__(self, model_id: str, *, device="cpu"):
        self.model = AutoModel.from_pretrained(model_id)
"""
SPLIT = """
from transformers import AutoModel

def build(model_id: str = "AcmeMLP/B_6-Wi_1024"):
    kind, size = model_id.split("/")
    return KINDS[kind](int(size[2]))
"""
MARKER = "from transformers import AutoModel\n\nmodel = 'none/none'\n"


def loose(folder: Path, **files: str) -> dict[str, bool]:
    """Every model that is named, and whether only the Hub can tell that it is one."""
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    found: dict[str, bool] = {}
    for use in hub_uses(scan(folder)):
        found[use.model] = found.get(use.model, True) and use.if_found
    return found


@pytest.mark.parametrize(
    ("text", "model"),
    [
        (ADAPTER, "acme/falcon-7b"),
        (SPLIT, "AcmeMLP/B_6-Wi_1024"),
        (MARKER, "none/none"),
    ],
    ids=["a field that tells of its class", "taken apart at the slash", "a word for nothing"],
)
def test_the_hub_decides_and_is_asked(tmp_path: Path, text: str, model: str) -> None:
    """Never less than that: a model of that name is audited."""
    assert loose(tmp_path, a=text) == {model: True}


LOADED = {
    "the class reads its field": (
        ADAPTER.replace("from_pretrained(model_id)", "from_pretrained(self.default_model_id)"),
        "",
    ),
    "it does so where none is given": (
        ADAPTER.replace("(model_id)", "(model_id or type(self).default_model_id)"),
        "",
    ),
    "the class reads it by its name": (
        ADAPTER.replace("(model_id)", "(getattr(self, 'default_model_id'))"),
        "",
    ),
    "a class below another's, which loads it": (
        ADAPTER.replace("class Adapter:", "from b import Base\n\nclass Adapter(Base):"),
        "from transformers import AutoModel\n\nclass Base:\n    def load(self):\n"
        "        return AutoModel.from_pretrained(self.default_model_id)\n",
    ),
    "another module loads the field": (
        ADAPTER,
        "from transformers import AutoModel\nfrom a import Adapter\n\n"
        "AutoModel.from_pretrained(Adapter.default_model_id)\n",
    ),
    "another module makes the class with it": (
        ADAPTER,
        "from a import Adapter\n\nAdapter(Adapter.default_model_id)\n",
    ),
    "nothing has to be given": (ADAPTER.replace("model_id: str,", "model_id: str = '',"), ""),
    "settings are made from outside": (
        "from transformers import AutoModel\n\nclass Settings(BaseSettings):\n"
        '    model_id: str = "acme/falcon-7b"\n',
        "",
    ),
    "the whole name is loaded as well": (
        SPLIT.replace("AcmeMLP/B_6-Wi_1024", "acme/falcon-7b").replace(
            "return ", "return AutoModel.from_pretrained(model_id), "
        ),
        "",
    ),
    "the whole name is handed on": (
        SPLIT.replace("AcmeMLP/B_6-Wi_1024", "acme/falcon-7b").replace(
            "return ", "return fetch(model_id), "
        ),
        "",
    ),
}


@pytest.mark.parametrize(("text", "other"), LOADED.values(), ids=LOADED.keys())
def test_what_is_loaded_is_a_use(tmp_path: Path, text: str, other: str) -> None:
    """Whether the class itself, another module or whoever makes the object takes it."""
    assert loose(tmp_path, a=text, b=other) == {"acme/falcon-7b": False}


def test_a_marker_that_is_loaded_is_a_use(tmp_path: Path) -> None:
    """A loader is given a model, whatever it is called."""
    code = "from transformers import AutoModel\n\nAutoModel.from_pretrained('none/none')\n"
    assert loose(tmp_path, a=code) == {"none/none": False}
