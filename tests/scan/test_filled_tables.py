"""Tables that code fills out of another one, and tables that functions are handed."""

from __future__ import annotations

from pathlib import Path

from lineage.core.use import UseKind
from lineage.workflows.check import scanned

BUILT = """
_TABLE = {
    "acme/falcon-4bit": ("acme/falcon-16", "upstream/falcon-7b"),
    "acme/heron-4bit": ("acme/heron-16", "upstream/heron-70b"),
}

def _add(where, key, value):
    where[key] = value
    where[key.lower()] = value

def build(table):
    whole, quantized, official = {}, {}, {}
    for key, values in table.items():
        whole[key] = values[0]
        for value in values:
            quantized[value.lower()] = key
        _add(official, key, values[1])
    return whole, quantized, official

WHOLE, QUANTIZED, OFFICIAL = build(_TABLE)
"""
LOOKED_UP = """
from tables import OFFICIAL, QUANTIZED, WHOLE

def _pick(name, whole=None, quantized=None, official=None):
    lower = name.lower()
    if lower in whole:
        found = whole[lower]
        return found
    return quantized.get(lower) or official[lower]

def get_name(name):
    new = _pick(name, whole=WHOLE, quantized=QUANTIZED, official=OFFICIAL)
    return new or name
"""
LOADING = """
from transformers import AutoModel
from names import get_name

def load(name):
    name = get_name(name)
    return AutoModel.from_pretrained(name)
"""


def loaded(tmp_path: Path, **files: str) -> set[str]:
    """The models of the Hub that the modules load by a call."""
    for name, text in files.items():
        (tmp_path / f"{name}.py").write_text(text)
    uses = scanned(tmp_path).uses
    return {one.model for one in uses if one.kind is UseKind.HUB and "from_pre" in one.via}


def test_tables_that_a_loop_fills_out_of_another_one(tmp_path: Path) -> None:
    """Keys and values are loaded where another module's function looks a name up in what was
    turned over and returned with other tables."""
    found = loaded(tmp_path, tables=BUILT, names=LOOKED_UP, loading=LOADING)
    quantized = {"acme/falcon-4bit", "acme/heron-4bit"}
    whole = {"acme/falcon-16", "acme/heron-16"}
    assert found == quantized | whole | {"upstream/falcon-7b", "upstream/heron-70b"}


def test_a_table_that_a_function_is_handed(tmp_path: Path) -> None:
    """The function takes a name out of whichever table its callers give."""
    code = """
from transformers import AutoModel
SMALL, LARGE = {"a": "acme/falcon-7b"}, {"a": "acme/falcon-70b"}
OTHER = {"a": "acme/heron-1b"}

def pick(key, table):
    return AutoModel.from_pretrained(table[key])

pick(KEY, SMALL)
pick(KEY, table=LARGE)
print(OTHER)
"""
    assert loaded(tmp_path, app=code) == {"acme/falcon-7b", "acme/falcon-70b"}


def test_what_a_function_puts_into_one_table_is_in_no_other(tmp_path: Path) -> None:
    """Each table has what the call that names it hands over."""
    code = """
from transformers import AutoModel
GOOD, BAD, NAMES = {}, {}, []

def add(where, key, value):
    where[key.lower()] = value

def note(names, name):
    names.append(name)

add(GOOD, "A", "acme/falcon-7b")
add(BAD, "A", "acme/heron-1b")
note(NAMES, "acme/plover-3b")
AutoModel.from_pretrained(GOOD[KEY])
for name in NAMES:
    AutoModel.from_pretrained(name)
"""
    assert loaded(tmp_path, app=code) == {"acme/falcon-7b", "acme/plover-3b"}


def test_a_function_that_hands_its_table_on_to_itself(tmp_path: Path) -> None:
    """It ends."""
    code = """
from transformers import AutoModel

def walk(table, key):
    if key in table:
        return AutoModel.from_pretrained(table[key])
    return walk(table["more"], key)

walk({"a": "acme/falcon-7b", "more": {"b": "acme/falcon-70b"}}, KEY)
"""
    assert loaded(tmp_path, app=code) == {"acme/falcon-7b", "acme/falcon-70b"}


def test_tables_that_are_made_of_others(tmp_path: Path) -> None:
    """By a comprehension, or put together of several."""
    code = """
from transformers import AutoModel
GATED = (("upstream/falcon-7b", "acme/falcon-7b"),)
PAIRS = GATED + (("upstream/heron-1b", "acme/heron-1b"),)
MIRRORS = {upstream.lower(): mirror for upstream, mirror in PAIRS}
ALIASES = {"plover": "acme/plover-3b"}
INDEX = {"models": {short.casefold(): name for short, name in ALIASES.items()}}
BOTH = {"a": "acme/owl-1b"} | {"b": "acme/owl-2b"}

def mirror_of(name):
    return MIRRORS.get((name or "").strip().lower())

def load(name):
    name = mirror_of(name) or name
    AutoModel.from_pretrained(name)
    AutoModel.from_pretrained(INDEX["models"].get(name.casefold(), name))
    AutoModel.from_pretrained(BOTH[name])
    for other in [f"acme/{size}" for size in ("small", "large")]:
        AutoModel.from_pretrained(other)
"""
    made = {"acme/falcon-7b", "acme/heron-1b", "acme/plover-3b", "acme/owl-1b", "acme/owl-2b"}
    assert loaded(tmp_path, app=code) == made | {"acme/small", "acme/large"}
