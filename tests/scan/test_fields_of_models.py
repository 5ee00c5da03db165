"""Fields that may hold anything, in tables and classes that call themselves models."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.core.use import Certainty
from lineage.scan.scan import scan
from scan.named import hub_uses

_ENTRY = "from pydantic import BaseModel\n\nclass StarterModel(BaseModel):\n    source: str\n\n"
LEFT_TO_THE_HUB = {
    "a class of models": (_ENTRY + 'a = StarterModel(source="acme/net")\n', "acme/net"),
    "with a folder behind it": (
        _ENTRY + 'a = StarterModel(source="acme/net::bfloat16")\n',
        "acme/net",
    ),
    "with a file behind it": (
        _ENTRY + 'a = StarterModel(source="acme/net::parts/vae.safetensors")\n',
        "acme/net",
    ),
    "a table of models": ('MODELS = {"small": {"repo": "acme/net", "size": 3}}\n', "acme/net"),
    "a list of models": ('MODELS = [{"name": "Small", "repo": "acme/net"}]\n', "acme/net"),
}
NO_MODELS = {
    "another class": 'class Part:\n    pass\n\na = Part(source="acme/net")\n',
    "what a service can do": 'a = SupportedModel(source="acme/net")\n',
    "a class of data": 'a = ModelOutput(source="acme/net")\n',
}


@pytest.mark.parametrize("case", LEFT_TO_THE_HUB)
def test_a_field_of_a_model_is_left_to_the_hub(tmp_path: Path, case: str) -> None:
    text, model = LEFT_TO_THE_HUB[case]
    (tmp_path / "starter.py").write_text(text, "utf-8")
    assert [(u.model, u.if_found) for u in hub_uses(scan(tmp_path))] == [(model, True)]


@pytest.mark.parametrize("case", NO_MODELS)
def test_a_field_of_anything_else_is_no_use(tmp_path: Path, case: str) -> None:
    (tmp_path / "parts.py").write_text(NO_MODELS[case], "utf-8")
    assert hub_uses(scan(tmp_path), Certainty.LIKELY) == []


_CATALOGUE = """\
from dataclasses import dataclass

@dataclass
class Entry:
    ms_model_id: str = ""
    hf_model_id: str = ""
    note: str = ""

@dataclass
class Sized(Entry):
    checkpoint: str = ""

class Named:
    def __init__(self, note, encoder_id):
        self.note, self.encoder_id = note, encoder_id

def register(note, model_id, *rest):
    ...
"""
BY_PLACE = {
    "fields": 'a = [Entry("acme/net-1b", "acme/net-1b-hf", "see docs/net-1b")]\n',
    "with those above": 'a = Sized("acme/net-1b", "", "a/b", "acme/net-1b-hf")\n',
    "a constructor": 'a = Named("see docs/net-1b", "acme/net-1b")\nb = Named("", "acme/net-1b-hf")\n',
    "a function": 'register("docs/net", "acme/net-1b", "b/c")\nregister("", "acme/net-1b-hf")\n',
}


@pytest.mark.parametrize("case", BY_PLACE)
@pytest.mark.parametrize("is_apart", [False, True], ids=["in one module", "in another"])
def test_what_is_given_by_its_place_goes_by_the_name_that_takes_it(
    tmp_path: Path, case: str, is_apart: bool
) -> None:
    head = "from torch import nn\n"
    (tmp_path / "catalogue.py").write_text(_CATALOGUE)
    own = "from catalogue import Entry, Named, Sized, register\n" if is_apart else _CATALOGUE
    (tmp_path / "models.py").write_text(head + own + BY_PLACE[case])
    found = {u.model for u in scan(tmp_path).uses if u.certainty is not Certainty.POSSIBLE}
    assert found == {"acme/net-1b", "acme/net-1b-hf"}
