"""The steps of CONTRIBUTING.md, carried out on a copy of the repository."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from docs.tools import ROOT

_SECTION = re.compile(r"^## (Add an? [^\n]+)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_STEP = re.compile(r"^\d+\. (.*?)(?=^\d+\. |\Z)", re.MULTILINE | re.DOTALL)
_BLOCK = re.compile(r"^ *```(\w+)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_COPIED = ("src", "tests", "tools", "docs", "pyproject.toml", "README.md", "SECURITY.md")
# What `make docs` does beside the site and the outputs of all examples, which would take minutes
# and a package registry.
_MAKE = {
    "make docs": (
        "tools/generate_policy_docs.py",
        "tools/generate_reference.py",
        "tools/generate_data_page.py",
    )
}
_USUAL = {0, 1, 3}
"""Exit codes of an audit that ran."""

SECTIONS = dict(_SECTION.findall((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The repository, without what is compiled or cached."""
    if not (ROOT / "src" / "lineage").is_dir():
        pytest.skip("the sources are not beside the tests")
    ignored = shutil.ignore_patterns(
        "__pycache__", "registry.json", "results.json", "names.json", ".*_cache"
    )
    for name in _COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tmp_path / name, ignore=ignored)
        else:
            shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def steps(section: str) -> Iterator[tuple[str, str, str]]:
    """What each step says, the language of its block, and the block."""
    for step in _STEP.findall(section):
        found = _BLOCK.search(step)
        assert found, f"a step without a block: {step}"
        yield step[: found.start()], found[1], textwrap.dedent(found[2])


def carry_out(said: str, language: str, block: str, folder: Path) -> None:
    """One step: a file that is written, a line that is added, or commands that are run."""
    if language == "sh":
        for line in block.splitlines():
            run(line, folder)
    elif written := re.match(r"Write `([^`]+)`", said):
        path = folder / written[1]
        assert not path.exists(), f"{written[1]} is there already"
        path.write_text(block, encoding="utf-8")
    else:
        changed = re.match(r"In `([^`]+)`,\s+below\s+the\s+line\s+`([^`]+)`,", said)
        assert changed, said
        path = folder / changed[1]
        lines = path.read_text(encoding="utf-8").splitlines()
        (place,) = (n for n, line in enumerate(lines) if line.strip() == changed[2])
        indent = lines[place][: len(lines[place]) - len(lines[place].lstrip())]
        lines[place + 1 : place + 1] = [indent + line.strip() for line in block.splitlines()]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def run(line: str, folder: Path) -> None:
    """A command as it is written, with this Python for that of .venv."""
    if line in _MAKE:
        commands = [[sys.executable, script] for script in _MAKE[line]]
        good = {0}
    else:
        tool, *rest = shlex.split(line)
        module = tool.removeprefix(".venv/bin/")
        assert module in ("pytest", "lineage"), line
        commands = [[sys.executable, "-m", module, *rest]]
        good = _USUAL if module == "lineage" else {0}
    for command in commands:
        done = subprocess.run(
            command,
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(folder / "src"), "PYTHONUTF8": "1"},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode in good, f"{line}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"


def test_there_is_a_section_for_each_thing_that_can_be_added() -> None:
    """A rule, a developer, a test result, a reader and a format."""
    assert list(SECTIONS) == [
        "Add a rule",
        "Add a developer",
        "Add a test result",
        "Add a reader",
        "Add a format",
    ]


@pytest.mark.parametrize("name", SECTIONS)
def test_the_steps_work_as_they_are_written(name: str, copy: Path) -> None:
    """Each section from its first step to its last command."""
    for said, language, block in steps(SECTIONS[name]):
        carry_out(said, language, block, copy)
