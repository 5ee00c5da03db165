"""Enumerations of a service's models: told where code takes a model as one of them, chooses among
several developers' or names one, and possible elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.core.use import Certainty
from lineage.workflows.check import scanned

_OF_ONE = (
    "from enum import Enum\nclass Named(str, Enum):\n    pass\n"
    "class OpenAIChatModel(Named):\n    MINI = 'gpt-4o-mini'\n    NEXT = 'gpt-99-mini'\n"
)
_OF_SEVERAL = (
    "from enum import StrEnum\nclass CommonLLMNames(StrEnum):\n"
    "    A = 'gpt-4o-mini'\n    B = ('claude-sonnet-4-5')\n    C = 'openai/gpt-99-luna'\n"
)
_OPENAI = "api://api.openai.com/"
_BOTH = {f"{_OPENAI}gpt-4o-mini", f"{_OPENAI}gpt-99-mini"}


def _told(folder: Path, **files: str) -> tuple[set[str], set[str]]:
    """What would be audited, and what is possible."""
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    uses = [use for use in scanned(folder).uses if use.target]
    sure = {use.target for use in uses if use.certainty is not Certainty.POSSIBLE}
    return sure, {use.target for use in uses} - sure


CHOSEN = {
    "what a field is annotated as": (f"{_OF_ONE}class C:\n    model: OpenAIChatModel\n", _BOTH),
    "what a name is made into": (f"{_OF_ONE}def f(m):\n    return OpenAIChatModel(m)\n", _BOTH),
    "what a provider's key leads to": (f"{_OF_ONE}KINDS = {{'openai': OpenAIChatModel}}\n", _BOTH),
    "models of several developers": (
        _OF_SEVERAL,
        {
            "api://unknown/gpt-4o-mini",
            "api://unknown/claude-sonnet-4-5",
            f"{_OPENAI}gpt-99-luna",
        },
    ),
}


@pytest.mark.parametrize(("code", "targets"), CHOSEN.values(), ids=CHOSEN.keys())
def test_its_models_are_uses(tmp_path: Path, code: str, targets: set[str]) -> None:
    """New names of the service whose word is in the class's name too."""
    assert _told(tmp_path, a=code) == (targets, set())


LISTED = {
    "nothing takes it": _OF_ONE,
    "its members are gone through": f"{_OF_ONE}NAMES = [one.value for one in OpenAIChatModel]\n",
    "it gets a shorter name": f"{_OF_ONE}M = OpenAIChatModel\nLIMITS = {{M.MINI: 4096}}\n",
}


@pytest.mark.parametrize("code", LISTED.values(), ids=LISTED.keys())
def test_its_models_are_possible(tmp_path: Path, code: str) -> None:
    """And not left out: who calls one may stand in another repository."""
    assert _told(tmp_path, a=code) == (set(), _BOTH)


NAMED = {
    "a keyword": "from a import OpenAIChatModel\nc = Config(chat_model=OpenAIChatModel.MINI)\n",
    "its value": "from a import OpenAIChatModel\nc = {'chat_model': OpenAIChatModel.MINI.value}\n",
    "a list of what is preferred": (
        "from a import OpenAIChatModel\nchat_model_pref_list = [OpenAIChatModel.MINI]\n"
        "chat_model = next(filter(is_there, chat_model_pref_list))\n"
    ),
}


@pytest.mark.parametrize("code", NAMED.values(), ids=NAMED.keys())
def test_a_member_that_another_module_names_is_a_use(tmp_path: Path, code: str) -> None:
    """Where it is named, though the text stands in the enumeration."""
    sure, possible = _told(tmp_path, a=_OF_ONE, b=code)
    assert (sure, possible) == ({f"{_OPENAI}gpt-4o-mini"}, {f"{_OPENAI}gpt-99-mini"})


def test_words_that_are_no_models_are_none(tmp_path: Path) -> None:
    """An enumeration of which the tables know less than half is of something else."""
    code = (
        "from enum import Enum\nclass Kind(Enum):\n    A = 'gpt-4o-mini'\n    B = 'x-1'\n"
        "    C = 'y-2'\ndef f(k: Kind): ...\n"
    )
    assert _told(tmp_path, a=code) == (set(), set())
