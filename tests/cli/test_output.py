"""Which formats go where: `-f`, `-o`, and several at once; and what a misspelt command is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Ran

Run = Callable[..., Ran]
MODEL = "NousResearch/Hermes-2-Pro-Mistral-7B"


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("r.json", '{\n  "schema": "lineage-report/1"'),
        ("r.html", "<!doctype html>"),
        ("r.CSV", "target,model"),
        ("r.cdx.json", '{\n  "$schema": "http://cyclonedx.org/'),
        ("r.md", "<!-- lineage-report -->"),
        ("r.txt", "PASS  "),
        ("report", "PASS  "),
    ],
)
def test_the_ending_of_the_file_names_the_format(
    lineage: Run, tmp_path: Path, name: str, begins: str
):
    """Where no format is given; nothing goes to stdout."""
    ran = lineage("audit", "--offline", "-o", name, MODEL)
    assert (ran.code, ran.out) == (0, "")
    assert (tmp_path / name).read_text(encoding="utf-8").lower().startswith(begins.lower())


def test_a_named_format_outranks_the_ending(lineage: Run, tmp_path: Path):
    """`-f json -o report.txt` is JSON."""
    assert lineage("audit", "--offline", "-f", "json", "-o", "report.txt", MODEL).code == 0
    assert json.loads((tmp_path / "report.txt").read_text(encoding="utf-8"))["verdict"] == "pass"


def test_an_unknown_ending_is_refused(lineage: Run, tmp_path: Path):
    """Exit 2, naming the known ones; a named format needs no ending that is known."""
    refused = lineage("audit", "--offline", "-o", "report.docx", MODEL)
    assert (refused.code, refused.out) == (2, "")
    assert ".docx" in refused.err and ".html" in refused.err and ".pdf" in refused.err
    assert lineage("audit", "--offline", "-f", "csv", "-o", "report.docx", MODEL).code == 0
    assert (tmp_path / "report.docx").read_text(encoding="utf-8").startswith("target,model")


def test_two_documents_never_share_stdout(lineage: Run):
    """Neither could be read again; what is for people may follow each other."""
    refused = lineage("audit", "--offline", "-f", "json", "-f", "sarif", MODEL)
    assert (refused.code, refused.out) == (2, "")
    assert "-f FORMAT=FILE" in refused.err
    assert lineage("audit", "--offline", "-f", "github", "-f", "text", MODEL).code == 0


@pytest.mark.parametrize(
    ("args", "hint"),
    [
        (["adit", "a/b"], "Did you mean 'audit'?"),
        (["org/name"], "lineage audit org/name"),
        (["version"], "lineage --version"),
        (["zzz"], "zzz"),
    ],
)
def test_a_command_that_does_not_exist(lineage: Run, args: list[str], hint: str):
    """Exit 2, with what was probably meant."""
    ran = lineage(*args)
    assert ran.code == 2
    assert hint in ran.err


@pytest.mark.parametrize(
    ("env", "colored"),
    [({}, False), ({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False)],
)
def test_colours_where_they_are_wanted(lineage: Run, env: dict[str, str], colored: bool):
    """Not in a pipe unless asked for, and never against NO_COLOR."""
    assert ("\x1b[" in lineage("audit", "--offline", MODEL, env=env).out) is colored


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("lineage au", "audit"),
        ("lineage audit --for", "--format"),
        ("lineage audit -f sa", "sarif"),
        ("lineage explain exposure-c", "exposure-censors"),
    ],
)
def test_the_shell_completes(lineage: Run, words: str, found: str):
    """Commands, options, formats and rules."""
    ran = lineage(
        env={
            "_LINEAGE_COMPLETE": "bash_complete",
            "COMP_WORDS": words,
            "COMP_CWORD": str(len(words.split()) - 1),
        }
    )
    assert f"plain,{found}" in ran.out.splitlines()
