"""Names that code checks a value against, and names put together out of one row of a table."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.scan.scan import scan
from scan.named import hub_uses

HEAD = "from transformers import AutoModel\nNAMES = ['acme/falcon-7b', 'acme/falcon-40b']\ndef load(name):\n"
BOTH = {"acme/falcon-7b", "acme/falcon-40b"}
LOAD = "AutoModel.from_pretrained(name)\n"

CHECKS = {
    "not in": f"    if name not in NAMES:\n        raise ValueError(name)\n    {LOAD}",
    "a list of the function's": f"    known = list(NAMES)\n    if name not in known:\n        raise ValueError\n    {LOAD}",
    "not in, or nothing": f"    if not name or name not in NAMES:\n        raise ValueError\n    {LOAD}",
    "not (in)": f"    if not (name in NAMES):\n        raise ValueError\n    {LOAD}",
    "else": f"    if name in NAMES:\n        pass\n    else:\n        raise ValueError\n    {LOAD}",
    "an assertion": f"    assert name in NAMES\n    {LOAD}",
    "a call that checks": f"    require(name in NAMES, 'unknown')\n    {LOAD}",
    "another name": f"    if name in NAMES:\n        found = name\n    {LOAD.replace('name', 'found')}",
    "only there": f"    if name in ('acme/falcon-7b', 'acme/falcon-40b'):\n        {LOAD}",
    "one after the other": "    if name == 'acme/falcon-7b':\n        pass\n"
    "    elif 'acme/falcon-40b' == name:\n        pass\n    else:\n        raise ValueError\n"
    f"    {LOAD}",
    "match": f"    match name:\n        case 'acme/falcon-7b' | 'acme/falcon-40b':\n            {LOAD}",
    "keys": f"    if name not in dict.fromkeys(NAMES).keys() and name not in NAMES:\n        raise ValueError\n    {LOAD}",
}


@pytest.mark.parametrize("body", CHECKS.values(), ids=CHECKS)
def test_what_gets_past_a_check_is_what_is_loaded(tmp_path: Path, body: str) -> None:
    """A value that must be one of a list is any of them."""
    (tmp_path / "load.py").write_text(HEAD + body)

    found = hub_uses(scan(tmp_path))
    assert {u.model for u in found} == BOTH
    assert all(u.if_found for u in found), "nothing but a check of what may be asked for names them"


OTHERS = {
    "a name that is refused": f"    if name in NAMES:\n        raise ValueError\n    {LOAD}",
    "a special case": f"    if name in NAMES:\n        name.upper()\n    {LOAD}",
    "a second try": "    try:\n        AutoModel.from_pretrained(name)\n    except ValueError:\n"
    "        if name in NAMES:\n            AutoModel.from_pretrained(name, use_fast=False)\n"
    "        else:\n            raise\n",
    "or one of a form": f"    if '-v2' not in name and name not in NAMES:\n"
    f"        raise ValueError\n    {LOAD}",
    "sent on": f"    if name in NAMES:\n        log_all(name)\n    {LOAD}",
    "some of many": f"    if name in seen():\n        raise ValueError\n    {LOAD}",
    "a message": f"    if name in NAMES:\n        print(name)\n    {LOAD}",
}


@pytest.mark.parametrize("body", OTHERS.values(), ids=OTHERS)
def test_what_is_only_told_apart_is_not_loaded(tmp_path: Path, body: str) -> None:
    """A condition for some names says nothing of which is loaded."""
    (tmp_path / "load.py").write_text(HEAD + body)

    assert hub_uses(scan(tmp_path)) == []


ROWS = (
    "from huggingface_hub import snapshot_download\n"
    "ROWS = [{'org': 'acme', 'name': 'falcon-7b'}, {'org': 'globex', 'name': 'hawk-3b'},\n"
    "        {'org': 'initech'}]\n"
)
TAKEN = {
    "a loop": "for row in ROWS:\n    snapshot_download(f\"{row['org']}/{row['name']}\")\n",
    "by format": "for row in ROWS:\n    snapshot_download('{}/{}'.format(row['org'], row['name']))\n",
    "kept": "def load(name):\n    row = [r for r in ROWS if r['name'] == name][0]\n"
    "    snapshot_download(f\"{row['org']}/{row['name']}\")\n",
    "the next": "def load(name):\n    row = next(r for r in ROWS if r['name'] == name)\n"
    "    snapshot_download(f\"{row['org']}/{row['name']}\")\n",
    "by name": "BY_NAME = {r['name']: r for r in ROWS}\ndef load(name):\n    row = BY_NAME[name]\n"
    "    snapshot_download(f\"{row['org']}/{row['name']}\")\n",
    "put beside": "def load(name):\n    row = [r for r in ROWS if r['name'] == name][0]\n"
    "    row['path'] = f\"{row['org']}/{row['name']}\"\n    snapshot_download(row['path'])\n",
    "split": "def load(pair):\n    if pair not in ('acme:falcon-7b', 'globex:hawk-3b'):\n"
    "        raise ValueError(pair)\n    org, name = pair.split(':')\n"
    "    snapshot_download(f'{org}/{name}')\n",
}


@pytest.mark.parametrize("text", TAKEN.values(), ids=TAKEN)
def test_pieces_of_one_row_go_together(tmp_path: Path, text: str) -> None:
    """A namespace and a name of two different rows make no model."""
    (tmp_path / "load.py").write_text(ROWS + text)

    assert {u.model for u in hub_uses(scan(tmp_path))} == {"acme/falcon-7b", "globex/hawk-3b"}


MORE_ROWS = {
    "set later": "for row in ROWS:\n    row['org'] = 'umbra'\n",
    "given later": "for row in ROWS:\n    row.setdefault('org', 'umbra')\n",
    "a copy": "more = dict(ROWS[0])\nmore['org'] = 'umbra'\nROWS.append(more)\nfor row in ROWS:\n",
    "made by a call": "for row in [*ROWS, dict(org='umbra', name='falcon-7b')]:\n",
    "spread": "REST = {'org': 'umbra'}\n"
    "for row in [{'org': 'a', 'name': 'b-1'}, {**REST, 'name': 'falcon-7b'}]:\n",
}


@pytest.mark.parametrize("head", MORE_ROWS.values(), ids=MORE_ROWS)
def test_a_row_that_is_not_all_written_out_may_have_more(tmp_path: Path, head: str) -> None:
    """What is put into it, and what stands in it by another table, counts as well."""
    (tmp_path / "load.py").write_text(
        ROWS + head + "    snapshot_download(f\"{row['org']}/{row['name']}\")\n"
    )
    assert "umbra/falcon-7b" in {u.model for u in hub_uses(scan(tmp_path))}
