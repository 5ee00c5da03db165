"""Names that functions and methods of the repository return, and tables that other
modules and classes have."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.core.use import Certainty
from lineage.workflows.check import scanned as scanned_of_services
from scan.named import scanned

AUTO = "from transformers import AutoModel\n"
LONG = "def pick(kind):\n" + "".join(f"    a{i} = {i}\n" for i in range(8))
NETS = "class Nets:\n    ALL = {'a': 'acme/net-1'}\n"
METHOD = "    def pick(self, kind):\n        return self.ALL[kind]\n"
PROPERTY = "    @property\n    def where(self):\n        return 'acme/net-1'\n"


@pytest.mark.parametrize(
    ("given", "main"),
    [
        (
            LONG + "    if kind:\n        return 'acme/net-1'\n    raise ValueError(kind)\n",
            "from given import pick\nAutoModel.from_pretrained(pick(1))\n",
        ),
        (
            "",
            "def pick(kind):\n    try:\n        return {'a': 'acme/net-1'}[kind]\n"
            "    except KeyError:\n        raise ValueError(kind)\n"
            "AutoModel.from_pretrained(pick('a'))\n",
        ),
        (
            "ALIASES = {'net': 'acme/net-1'}\n"
            "def resolve(name):\n    return ALIASES.get(name, name)\n",
            "import given\nAutoModel.from_pretrained(given.resolve('net'))\n",
        ),
        (
            NETS + METHOD,
            "from given import Nets\nnets = Nets()\nAutoModel.from_pretrained(nets.pick('a'))\n",
        ),
        (
            NETS + METHOD,
            "from given import Nets\nclass Own(Nets):\n    def go(self, kind):\n"
            "        AutoModel.from_pretrained(self.pick(kind))\n",
        ),
        (
            "",
            NETS + PROPERTY + "    def go(self):\n        AutoModel.from_pretrained(self.where)\n",
        ),
        (
            "ALL = {'a': 'acme/net-1'}\n",
            "import given\ndef go(kind):\n    AutoModel.from_pretrained(given.ALL[kind])\n",
        ),
        (
            NETS,
            "from given import Nets\ndef go(kind):\n    AutoModel.from_pretrained(Nets.ALL[kind])\n",
        ),
        (
            NETS,
            "from given import Nets\nclass Own(Nets):\n    def go(self, kind):\n"
            "        AutoModel.from_pretrained(self.ALL[kind])\n",
        ),
    ],
)
def test_what_the_repository_s_own_code_returns_is_loaded(
    tmp_path: Path, given: str, main: str
) -> None:
    """Wherever in a function the name is returned, and however the function is called."""
    (found,) = scanned(tmp_path, given=given, main=AUTO + main).uses
    assert found.model == "acme/net-1"
    assert found.certainty in (Certainty.CERTAIN, Certainty.LIKELY)
    assert not found.if_found


def test_what_a_long_function_may_return_besides_stays_open(tmp_path: Path) -> None:
    """One name that is known says nothing of the others."""
    given = LONG + "    if kind:\n        return 'acme/net-1'\n    return read(kind)\n"
    main = AUTO + "from given import pick\nAutoModel.from_pretrained(pick(1))\n"
    result = scanned(tmp_path, given=given, main=main)
    assert [one.model for one in result.uses] == ["acme/net-1"]
    assert [one.line for one in result.unresolved] == [3]


def test_what_says_that_nothing_is_known_is_no_name(tmp_path: Path) -> None:
    """What a long function returns where it found none."""
    given = LONG + "    if kind:\n        return 'acme/net-1'\n    return 'none/none'\n"
    main = AUTO + "from given import pick\nAutoModel.from_pretrained(pick(1))\n"
    assert [one.model for one in scanned(tmp_path, given=given, main=main).uses] == ["acme/net-1"]


def test_one_of_several_services_that_another_module_picks_from_is_not_asked(
    tmp_path: Path,
) -> None:
    """A record of a call says which, and asks none."""
    given = LONG + (
        "    for start, provider in {'gpt': 'openai', 'claude': 'anthropic'}.items():\n"
        "        if kind.startswith(start):\n            return provider\n    return None\n"
    )
    main = (
        "from given import pick\nclass LlmSpan:\n    model: str\n    provider: str\n"
        "def start(event):\n    return LlmSpan(model=event.get('model', 'unknown'), "
        "provider=pick(event.get('model')))\n"
    )
    for name, text in (("given", given), ("main", main)):
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    assert not scanned_of_services(tmp_path).uses
