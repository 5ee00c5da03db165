"""Names that branches add to, rows that loops take apart, and values that conditions keep apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.scan.scan import scan
from scan.named import hub_uses

LOADS = "from transformers import AutoModel\n"
GROWS = LOADS + (
    "class Args:\n    size = 'small'\n    cased = 'yes'\n"
    "def load(args: Args, more):\n"
    "    name = 'acme/net-7b'\n"
    "    if args.size == 'small':\n        name += '-small'\n"
    "    elif args.size == 'large':\n        name += '-large'\n"
    "    else:\n        raise ValueError\n"
    "    {rest}\n"
    "    return AutoModel.from_pretrained(name)\n"
)


def told(folder: Path, code: str) -> dict[str, bool]:
    """The models that a module names, and whether the Hub is asked if it has them."""
    (folder / "a.py").write_text(code)
    return {use.model: use.if_found for use in hub_uses(scan(folder))}


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ("", {"acme/net-7b-small": False, "acme/net-7b-large": True}),
        (
            "if not (args.cased == 'yes' and args.size == 'small'):\n        name += '-raw'",
            {
                "acme/net-7b-small": False,
                "acme/net-7b-small-raw": True,
                "acme/net-7b-large": True,
                "acme/net-7b-large-raw": True,
            },
        ),
        (
            "if more:\n        name += '-raw'",
            {
                f"acme/net-7b-{size}{end}": True
                for size in ("small", "large")
                for end in ("", "-raw")
            },
        ),
        ("name = 'acme/other-1b'", {"acme/other-1b": False}),
    ],
    ids=["one branch", "both known", "one unknown", "set anew"],
)
def test_a_name_that_branches_add_to_is_whole_where_it_is_read(
    tmp_path: Path, rest: str, expected: dict[str, bool]
) -> None:
    """What the defaults make is loaded; what else the code makes is left to the Hub, and what
    nothing was added to yet is nobody's name."""
    assert told(tmp_path, GROWS.format(rest=rest)) == expected


def test_many_ways_leave_the_usual_one_and_say_so(tmp_path: Path) -> None:
    """No table of all that several options could make together."""
    rest = "\n    ".join(f"if more == '{n}':\n        name += '-{n}'" for n in range(4))
    more = "    more = 'x'\n    name = "
    (tmp_path / "a.py").write_text(GROWS.format(rest=rest).replace("    name = ", more, 1))
    result = scan(tmp_path)

    assert [use.model for use in hub_uses(result)] == ["acme/net-7b-small"]
    assert [use.expression for use in result.unresolved] == ["name"]


def test_what_a_loop_adds_to_a_name_is_not_made_up(tmp_path: Path) -> None:
    """Nobody knows how often: what is left is what the name began with."""
    code = LOADS + (
        "name = 'acme/net-7b'\nfor part in parts:\n    name += '-x'\nAutoModel.from_pretrained(name)\n"
    )
    assert told(tmp_path, code).keys() == {"acme/net-7b"}


@pytest.mark.parametrize(
    "loop",
    [
        "for org, name, size in ROWS:\n    AutoModel.from_pretrained(f'{org}/{name}')\n",
        "[AutoModel.from_pretrained(f'{org}/{name}') for org, name, *rest in ROWS]\n",
        "for n, (org, name, size) in enumerate(ROWS):\n"
        "    AutoModel.from_pretrained(org + '/' + name)\n",
    ],
)
def test_a_row_that_a_loop_takes_apart_stays_together(tmp_path: Path, loop: str) -> None:
    """Each name of a loop is one place of a row, and goes with the others of that row."""
    rows = "ROWS = [('acme', 'net-7b', 7), ('other', 'web-1b', 1)]\n"
    assert told(tmp_path, LOADS + rows + loop).keys() == {"acme/net-7b", "other/web-1b"}


TRIES = {
    "except": "    except OSError:\n        return AutoModel.from_pretrained({name})\n",
    "else": "    except OSError:\n        pass\n    else:\n        return AutoModel.from_pretrained({name})\n",
    "finally": "    finally:\n        return AutoModel.from_pretrained({name})\n",
    "after": "    except OSError:\n        pass\n    return AutoModel.from_pretrained({name})\n",
}


@pytest.mark.parametrize("rest", TRIES.values(), ids=TRIES)
def test_what_is_tried_may_have_set_the_name(tmp_path: Path, rest: str) -> None:
    """What handles an error, and what comes last, is reached from within the body."""
    head = "def load():\n    size = '1b'\n    try:\n        size = '7b'\n        probe()\n"
    code = LOADS + head + rest.format(name="f'acme/net-{size}'")
    assert "acme/net-7b" in told(tmp_path, code)


def test_a_name_that_grows_in_a_try_is_told_both_ways(tmp_path: Path) -> None:
    """It may have failed before or after; which of them nobody knows."""
    head = "def load():\n    name = 'acme/net'\n    try:\n        name += '-7b'\n        probe()\n"
    found = told(tmp_path, LOADS + head + TRIES["after"].format(name="name"))
    assert found == {"acme/net": True, "acme/net-7b": False}


@pytest.mark.parametrize(
    "sets",
    [
        "    if (org := 'acme'):\n        {load}",
        "    globals()['org'] = 'acme'\n    {load}",
    ],
    ids=["a condition", "from afar"],
)
def test_a_name_that_something_else_sets_is_not_settled(tmp_path: Path, sets: str) -> None:
    """Only a plain statement above leaves nothing else open."""
    load = "AutoModel.from_pretrained(f'{org}/net-7b')\n"
    code = LOADS + "org = 'acme'\nif more:\n    org = 'other'\n" + sets.format(load=load)
    assert "acme/net-7b" in told(tmp_path, code)


def test_lists_that_a_loop_goes_through_beside_each_other(tmp_path: Path) -> None:
    """Of `zip`, each name is of its own list."""
    code = (
        "for name, size in zip(['acme/net-7b'], ['x/y-1b']):\n    AutoModel.from_pretrained(name)\n"
    )
    assert told(tmp_path, LOADS + code).keys() == {"acme/net-7b"}


def test_what_an_object_is_made_with_is_read_from_it(tmp_path: Path) -> None:
    """Of a class that is called as the object is, in the same module, kept in a register."""
    code = (
        "from faster_whisper import WhisperModel\nfrom own import Adapter, AdapterMeta, register\n"
        "class Fast(Adapter):\n    def load(self):\n        return WhisperModel(self.meta.model)\n"
        "ROWS = [('tiny', 1), ('small.en', 2)]\n"
        "register([AdapterMeta(model=name, title=n) for name, n in ROWS])\n"
        "register(Hosted(model='base'))\n"
    )
    expected = {"Systran/faster-whisper-tiny", "Systran/faster-whisper-small.en"}
    assert told(tmp_path, code).keys() == expected


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        ("if self.fast is True:\n            return None\n        else:\n            return ", 1),
        ("if self.other:\n            return None\n        else:\n            return ", 2),
        ("return ", 2),
        (
            "if self.fast is True:\n            self.fast = False\n        else:\n            return ",
            2,
        ),
    ],
    ids=["the same condition", "another", "none", "one that changes"],
)
def test_a_value_is_not_read_where_its_condition_does_not_hold(
    tmp_path: Path, read: str, expected: int
) -> None:
    """What is set under a flag is not loaded in the branch without it."""
    code = LOADS + (
        "class Embeds:\n    name: str = 'acme/net-7b'\n    fast: bool = False\n"
        "    def __init__(self):\n"
        "        if self.fast is True:\n            self.name = 'acme/fast-1b'\n"
        "    def load(self):\n        "
    )
    assert len(told(tmp_path, f"{code}{read}AutoModel.from_pretrained(self.name)\n")) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [("", "", 1), ("ready()\n        ", "\n    def stop(self):\n        self.fast = False", 2)],
    ids=["as it is made", "later too"],
)
def test_a_flag_that_is_set_as_the_object_is_made_holds_for_good(
    tmp_path: Path, before: str, after: str, expected: int
) -> None:
    """Whatever the class's body says of it, unless something sets it again."""
    code = LOADS + (
        "class Embeds:\n    name: str = 'acme/net-7b'\n    fast: bool = False\n"
        f"    def __init__(self, **given):\n        {before}"
        "self.fast = given.get('fast', False)\n"
        "        if self.fast is True:\n            self.name = 'acme/fast-1b'\n"
        "    def load(self):\n        if self.fast is True:\n            return None\n"
        f"        else:\n            return AutoModel.from_pretrained(self.name){after}\n"
    )
    assert len(told(tmp_path, code)) == expected


def test_a_flag_that_is_asked_before_it_is_set_excludes_nothing(tmp_path: Path) -> None:
    """There it is still what the class's body says."""
    code = LOADS + (
        "class Embeds:\n    name: str = 'acme/net-7b'\n    fast: bool = True\n"
        "    def __init__(self, fast):\n"
        "        if self.fast is True:\n            self.name = 'acme/fast-1b'\n"
        "        self.fast = fast\n"
        "    def load(self):\n        if self.fast is True:\n            return None\n"
        "        else:\n            return AutoModel.from_pretrained(self.name)\n"
    )
    assert len(told(tmp_path, code)) == 2
