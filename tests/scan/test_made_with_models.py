"""Names of services' models that are given to what makes objects of the repository's own classes."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from lineage.core.packaged import EMBEDDED
from lineage.core.use import Certainty
from lineage.scan.scan import scan
from lineage.workflows.check import services_of

CLASSES = """
class Shared:
    def __init__(self, model_id, key=None):
        self.model_id = model_id

class Chat(Shared):
    def execute(self, prompt):
        return self.client().chat.completions.create(model=self.model_id, messages=prompt)

def register_all(register):
    register(Chat("gpt-4o"), aliases=("4o",))
"""


def told(folder: Path, **files: str) -> set[str]:
    """The models of services that an audit would be told of."""
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    uses = scan(folder, services=partial(services_of, EMBEDDED)).uses
    return {u.model for u in uses if u.target and u.certainty is not Certainty.POSSIBLE}


@pytest.mark.parametrize(
    "text",
    [
        CLASSES,
        CLASSES.replace("(Shared)", "(Other, Shared)"),
        CLASSES.replace("model_id, key=None", "key, model_id").replace('("gpt', '(None, "gpt'),
    ],
    ids=["of the class above", "of one of two", "in its place"],
)
def test_what_makes_an_object_is_given_a_model(tmp_path: Path, text: str) -> None:
    """By its place, where the parameter there says model."""
    assert "gpt-4o" in told(tmp_path, a=text)


def test_a_class_of_another_module_is_given_one(tmp_path: Path) -> None:
    """What is imported is looked up where it is."""
    assert "gpt-4o" in told(
        tmp_path,
        a=CLASSES.split("def reg", maxsplit=1)[0],
        b='from a import Chat\n\nmine = Chat("gpt-4o")\n',
    )


@pytest.mark.parametrize(
    "text",
    [
        CLASSES.replace("model_id, key=None", "alias, key=None"),
        CLASSES.replace("Chat", "TokenCounter"),
        CLASSES.replace("Chat", "ModelInfo"),
        CLASSES.replace("(Shared)", "(Chat)"),
    ],
    ids=["no parameter for one", "what counts", "what is told", "a class below itself"],
)
def test_other_texts_are_no_models(tmp_path: Path, text: str) -> None:
    """What a class is given under another name, or to tell of it."""
    assert "gpt-4o" not in told(tmp_path, a=text)
