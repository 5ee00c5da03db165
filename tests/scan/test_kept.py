"""Tables in files of JSON that code reads and loads from."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.core.use import UseKind
from lineage.scan.scan import scan

TABLE = '{"small": {"repo_id": "acme/one", "file": "a"}, "big": {"repo_id": "acme/two"}, "n": null}'
READ = (
    "import json, os, sys\nfrom pathlib import Path\nfrom huggingface_hub import hf_hub_download\n"
)
BESIDE = "Path(__file__).with_name('table.json')"


def found(folder: Path, code: str) -> tuple[set[str], int]:
    """What is loaded, and in how many places it is not known what."""
    (folder / "table.json").write_text(TABLE)
    (folder / "a.py").write_text(READ + code)
    result = scan(folder)
    loaded = {use.model for use in result.uses if use.via == "hf_hub_download"}
    assert all(use.kind is UseKind.HUB for use in result.uses)
    return loaded, len(result.unresolved)


@pytest.mark.parametrize(
    "code",
    [
        "T = json.load(open('table.json'))\nhf_hub_download(T[sys.argv[1]]['repo_id'], 'a')\n",
        f"T = json.loads({BESIDE}.read_text())\nfor e in T.values():\n"
        "    hf_hub_download(e['repo_id'], 'a')\n",
        f"PATH = {BESIDE}\ndef read():\n    with PATH.open() as file:\n"
        "        return json.load(file)\n"
        "def get(name):\n    entry = read().get(name)\n    hf_hub_download(entry['repo_id'], 'a')\n",
    ],
)
def test_what_code_takes_from_a_table_of_its_own_is_loaded(tmp_path: Path, code: str) -> None:
    """By key, in a loop and with `get`; opened by its name, as a path and with `with`."""
    assert found(tmp_path, code) == ({"acme/one", "acme/two"}, 0)


@pytest.mark.parametrize(
    "path",
    [
        "os.path.join(sys.argv[1], 'table.json')",
        "os.environ.get('TABLE', 'table.json')",
        "os.environ['HOME'] + '/table.json'",
        "elsewhere('table.json')",
    ],
)
def test_a_file_that_something_else_may_choose_is_not_the_repositorys(
    tmp_path: Path, path: str
) -> None:
    """Its place stays unresolved: the harmless file of that name in the tree says nothing of it."""
    code = f"T = json.load(open({path}))\nhf_hub_download(T['small']['repo_id'], 'a')\n"
    assert found(tmp_path, code) == (set(), 1)


def test_a_file_that_the_code_writes_is_not_the_repositorys(tmp_path: Path) -> None:
    """What is read from it is what was written."""
    code = (
        "json.dump(fetch(), open('table.json', 'w'))\nT = json.load(open('table.json'))\n"
        "hf_hub_download(T['small']['repo_id'], 'a')\n"
    )
    assert found(tmp_path, code) == (set(), 1)
