"""Loaders that functions return, and loaders that are handed to functions."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.core.use import Certainty
from scan.named import scanned

SNAPSHOT = "from huggingface_hub import snapshot_download\n"
AUTO = "from transformers import AutoModel\n"
GETTER = (
    "def get_class():\n    try:\n        from sentence_transformers import SentenceTransformer\n"
    "        return SentenceTransformer\n    except ImportError as problem:\n"
    "        raise RuntimeError from problem\n"
)
METHOD = SNAPSHOT + (
    "class Nets:\n    {}def how(self):\n        return snapshot_download\n"
    "    def go(self):\n        {}\n"
)


@pytest.mark.parametrize(
    ("given", "main"),
    [
        ("", GETTER + "Net = get_class()\nNet('acme/net-1')\n"),
        (
            "",
            AUTO + "def pick(kind):\n    if kind:\n        return AutoModel.from_pretrained\n"
            "    else:\n        return None\nload = pick(1)\nload('acme/net-1')\n",
        ),
        ("", METHOD.format("", "load = self.how()\n        load('acme/net-1')")),
        ("", METHOD.format("", "self.how()('acme/net-1')")),
        ("", METHOD.format("@property\n    ", "self.how('acme/net-1')")),
        (GETTER, "from given import get_class\nNet = get_class()\nNet('acme/net-1')\n"),
        (
            AUTO + "def how():\n    return AutoModel.from_pretrained\n",
            "from given import how\nhow()('acme/net-1')\n",
        ),
        ("", SNAPSHOT + "def run(how):\n    how('acme/net-1')\nrun(snapshot_download)\n"),
        (
            "",
            AUTO + "def run(more, load=None):\n    return load('acme/net-1')\n"
            "run(3, load=AutoModel.from_pretrained)\n",
        ),
        (
            "def run(load):\n    return load('acme/net-1')\n",
            AUTO + "from given import run\nrun(AutoModel.from_pretrained)\n",
        ),
        (
            "def retry(most, wait, how, *args, **kwargs):\n    return how(*args, **kwargs)\n",
            SNAPSHOT + "from given import retry\nretry(3, 4, snapshot_download, 'acme/net-1')\n",
        ),
        (
            "def retry(how, **kwargs):\n    return how(**kwargs)\n",
            SNAPSHOT
            + "from given import retry\nretry(how=snapshot_download, repo_id='acme/net-1')\n",
        ),
    ],
)
def test_a_loader_is_called_by_whom_it_was_given(tmp_path: Path, given: str, main: str) -> None:
    """By whoever it is returned to, and by the function that it is handed to."""
    (found,) = (u for u in scanned(tmp_path, given=given, main=main).uses if u.certainty.rank == 0)
    assert (found.model, found.certainty) == ("acme/net-1", Certainty.CERTAIN)
    assert not found.if_found


def test_what_a_handed_loader_is_given_may_stay_open(tmp_path: Path) -> None:
    """As where it is called by its own name."""
    main = SNAPSHOT + "import sys\ndef run(how):\n    how(sys.argv[1])\nrun(snapshot_download)\n"
    assert [one.line for one in scanned(tmp_path, main=main).unresolved] == [5]


def test_what_a_function_does_with_something_else_is_no_load(tmp_path: Path) -> None:
    """Only the parameter that has the loader."""
    main = SNAPSHOT + (
        "def run(how, show):\n    show('acme/net-1')\n    return how\nrun(snapshot_download, print)\n"
    )
    assert not scanned(tmp_path, main=main).uses
