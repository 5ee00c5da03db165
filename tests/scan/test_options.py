"""What options may be, and options that one module declares and another reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.scan.scan import scan
from scan.named import hub_uses

_CLI = """import argparse

NAMES = ["tiny.en", "large-v3"]

def read_args():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", default="small.en", choices=NAMES)
    return RESULT

class CommandLine:
    @staticmethod
    def parse():
        parser = argparse.ArgumentParser()
        return parser.parse_args()
"""
_LOADS = "from faster_whisper import WhisperModel\nfrom cli import CommandLine, read_args\n\n"
_ALL = {f"Systran/faster-whisper-{size}" for size in ("tiny.en", "small.en", "large-v3")}
WAYS = {
    "an attribute": ("parser.parse_args()", "args = read_args()\nWhisperModel(args.model)\n"),
    "a table": ("parser.parse_args().__dict__", "args = read_args()\nWhisperModel(args['model'])\n"),
    "taken out": ("vars(parser.parse_args())", "args = read_args()\nWhisperModel(args.pop('model'))\n"),
    "by a method": (
        "parser.parse_args()",
        "args = vars(CommandLine().parse())\nmodel = args.get('model')\nWhisperModel(model)\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_options_of_another_module_are_followed(tmp_path: Path, way: str) -> None:
    result, code = WAYS[way]
    (tmp_path / "cli.py").write_text(_CLI.replace("RESULT", result), "utf-8")
    (tmp_path / "main.py").write_text(_LOADS + code, "utf-8")
    assert {use.model for use in hub_uses(scan(tmp_path))} == _ALL


CHOICES = {
    "click": (
        "import click\nfrom faster_whisper import WhisperModel\n\n@click.command()\n"
        "@click.option('--size', type=click.Choice(['tiny.en', 'large-v3']))\n"
        "def run(size):\n    WhisperModel(size)\n"
    ),
    "an annotation": (
        "from typing import Literal\nfrom faster_whisper import WhisperModel\n\n"
        "def run(size: Literal['tiny.en', 'large-v3']):\n    WhisperModel(size)\n"
    ),
}


@pytest.mark.parametrize("form", CHOICES)
def test_each_choice_of_an_option_is_a_model(tmp_path: Path, form: str) -> None:
    (tmp_path / "main.py").write_text(CHOICES[form], "utf-8")
    found = {use.model for use in hub_uses(scan(tmp_path))}
    assert found == {"Systran/faster-whisper-tiny.en", "Systran/faster-whisper-large-v3"}


def test_options_of_a_module_that_parses_none_are_unknown(tmp_path: Path) -> None:
    (tmp_path / "cli.py").write_text("def read_args():\n    return object()\n", "utf-8")
    code = "args = read_args()\nWhisperModel(args.model)\n"
    (tmp_path / "main.py").write_text(_LOADS + code, "utf-8")
    assert hub_uses(scan(tmp_path)) == []
