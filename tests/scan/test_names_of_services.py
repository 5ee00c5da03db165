"""Names of services' models that are known by their form, by the words they stand under, or by how
an object of a class is made."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from lineage.core.packaged import EMBEDDED
from lineage.core.use import Certainty
from lineage.scan.scan import scan
from lineage.workflows.check import services_of

_WITH_TABLES = partial(services_of, EMBEDDED)
_OPENAI = "api://api.openai.com/"


def _told(folder: Path, code: str, *, parses_all: bool = False) -> set[str]:
    (folder / "a.py").write_text(code)
    uses = scan(folder, services=_WITH_TABLES, parses_all=parses_all).uses
    return {use.target for use in uses if use.target and use.certainty is not Certainty.POSSIBLE}


NAMED = {
    "Databricks's form": (
        "def chat(model=None):\n    if model is None:\n"
        "        model = told_default('databricks-claude-sonnet-9')\n    return Chat(model=model)\n"
        "def other(model='databricks-claude-sonnet-9'): ...\n",
        {"api://databricks/databricks-claude-sonnet-9"},
    ),
    "a new order of words behind a name that is a service's alone": (
        "def complete(model='claude-9-sonnet'): ...\n",
        {"api://unknown/claude-9-sonnet"},
    ),
    "a model that is no longer served": (
        "DEFAULT_MODEL = {'model': 'text-davinci-003'}\n",
        {"api://unknown/text-davinci-003"},
    ),
    "an object made by a name": (
        "from lmi import ModelSpec\nspecs = [ModelSpec.from_name('gpt-4o')]\n",
        {"api://unknown/gpt-4o"},
    ),
    "a default that says no model": (
        "DEFAULT_EMBED = 'openai:text-embedding-ada-002'\n",
        {f"{_OPENAI}text-embedding-ada-002"},
    ),
    "a registry's entry": (
        "meta = Entry(name='openai/text-embedding-3-small', loader=Own)\n",
        {f"{_OPENAI}text-embedding-3-small"},
    ),
    "its name at the interface": (
        "meta = Entry(loader_kwargs={'model_api_name': 'embed-v4.0'})\n",
        {"api://unknown/embed-v4.0"},
    ),
    "a tag of Ollama's behind its word": (
        "def run(task_model='ollama/llama3.1:8b'): ...\n",
        {"ollama:llama3.1:8b"},
    ),
}


@pytest.mark.parametrize(("code", "targets"), NAMED.values(), ids=NAMED.keys())
@pytest.mark.parametrize("parses_all", [False, True])
def test_it_is_a_use(tmp_path: Path, code: str, targets: set[str], *, parses_all: bool) -> None:
    """With and without the filter of texts."""
    assert _told(tmp_path, code, parses_all=parses_all) == targets


NONE = {
    "data of that name": "DATA = ['databricks-dolly-15k']\nmodel_data = 'databricks-dolly-15k'\n",
    "a route to something else": "DEFAULT_GROUP = 'openai/billing'\nname = 'google/search'\n",
    "what counts tokens": "enc = ModelTokenizer.from_name('gpt-4o')\n",
    "a list of what there is": "NAMES = ['databricks-claude-sonnet-9', 'claude-9-sonnet']\n",
}


@pytest.mark.parametrize("code", NONE.values(), ids=NONE.keys())
def test_it_is_none(tmp_path: Path, code: str) -> None:
    """Nothing says that a model is called."""
    assert _told(tmp_path, code, parses_all=True) == set()
