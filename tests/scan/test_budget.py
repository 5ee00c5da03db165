"""What takes too many steps to work out hides nothing: what is written out is found all the same,
and a file that was not worked out whole is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.workflows.check import scanned

LAST = '@auto_docstring(checkpoint="acme/falcon-7b")\nclass Last:\n    pass\nMODEL = "acme/falcon-40b"\n'
# As many ways through them as orders.
KEYWORDS = "".join(
    f"class C{i}(Base):\n    def __post_init__(self, **kwargs):\n"
    f'        self.model = kwargs.pop("model", self.model)\n        super().__post_init__(**kwargs)\n'
    for i in range(20)
)
REPLACED = "def f(model):\n" + "".join(
    f'    if p:\n        model = model.replace("a{i}", "b{i}")\n' for i in range(10)
)
NESTED = (
    "def f(table):\n"
    + "".join(f'    if p:\n        table = table["a{i}"]\n' for i in range(10))
    + '    table["b"]()\n'
)
FOREVER = "".join(
    f"a{i} = 'x' if p else {' + '.join(f'a{j}' for j in range(12) if j != i)}\nmodel_{i} = a{i}\n"
    for i in range(12)
)


def models(tmp_path: Path, code: str) -> tuple[set[str], list[str]]:
    """The models that a module names, and the files that were not read whole."""
    (tmp_path / "app.py").write_text(f"from transformers import AutoModel\n{code}{LAST}")
    found = scanned(tmp_path)
    return {one.model for one in found.uses}, [one.file for one in found.unreadable]


@pytest.mark.parametrize(
    "code", [KEYWORDS, REPLACED, NESTED], ids=["keywords", "replaced", "nested"]
)
def test_many_orders_are_one(tmp_path: Path, code: str) -> None:
    """Constructors that hand their keywords on, a name that is set again and again, and a table
    that is gone down into under one name, are worked out whole."""
    found, unread = models(tmp_path, code)
    assert {"acme/falcon-7b", "acme/falcon-40b"} <= found
    assert not unread


def test_a_file_that_is_not_worked_out_whole_is_told(tmp_path: Path) -> None:
    """And what is written out behind it is found."""
    found, unread = models(tmp_path, FOREVER)
    assert {"acme/falcon-7b", "acme/falcon-40b"} <= found
    assert unread == ["app.py"]


def test_a_name_that_is_added_to_is_followed(tmp_path: Path) -> None:
    """Each addition in its turn: the name is what they have made of it where it is loaded."""
    code = 'name = "acme/shadow"\nname = name + "-7b"\nname += "-chat"\nname = name + "-v2"\n'
    (tmp_path / "app.py").write_text(
        f"from transformers import AutoModel\n{code}AutoModel.from_pretrained(name)\n"
    )
    found = {one.model for one in scanned(tmp_path).uses if one.via == "AutoModel.from_pretrained"}
    assert found == {"acme/shadow-7b-chat-v2"}


def test_a_name_that_modules_import_from_each_other_in_a_circle(tmp_path: Path) -> None:
    """It ends, also where the name is seen to be loaded only when another module was read."""
    files = {
        "ours/__init__.py": "from ours.names import MODEL\n",
        "ours/names.py": "from ours import MODEL\n",
        "loading.py": "from transformers import AutoModel\n"
        "def load(name):\n    AutoModel.from_pretrained(name)\n",
        "app.py": "from ours import MODEL\nfrom loading import load\n"
        'load(MODEL)\nload("acme/falcon-7b")\n',
    }
    (tmp_path / "ours").mkdir()
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    found = scanned(tmp_path)
    assert [one.model for one in found.uses] == ["acme/falcon-7b"]
    assert not found.unreadable
