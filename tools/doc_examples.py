"""Runs every `console` example of the README and docs, and checks or rewrites the output that
stands below it.

    python tools/doc_examples.py            # check, exit 1 where an output is stale
    python tools/doc_examples.py --update   # rewrite the outputs, for review as a diff

A line `$ command` is run in a copy of docs/examples; the lines below it are its output. A line
`...` stands for any lines, and `$ echo $?` for the exit code of the command before it.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ON_A_DAY = ROOT / "tools" / "lineage_on_a_day.py"
# The day on which the examples run.
_DAY = "2026-11-22"


@dataclass(frozen=True)
class Step:
    """One command of a block and the output that the document shows for it."""

    command: str
    shown: str


def documents() -> list[Path]:
    """Every document that may hold examples."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(text: str) -> Iterator[tuple[int, int, list[Step]]]:
    """Start and end of each block's inside, and its steps."""
    for match in _BLOCK.finditer(text):
        yield match.start(1), match.end(1), list(_steps(match.group(1)))


def _steps(block: str) -> Iterator[Step]:
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        while command.endswith("\\"):
            more, _, shown = shown.partition("\n")
            command = f"{command}\n{more}"
        yield Step(command, shown)


class Shell:
    """Runs the steps of one document in a folder of their own, offline and without colours."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "work"
        shutil.copytree(ROOT / "docs" / "examples", self._folder)
        scripts = str(Path(sys.executable).parent)
        self._env = {
            "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "HF_ENDPOINT": "http://127.0.0.1:9",
            "LINEAGE_CACHE_DIR": str(folder / "cache"),
        }
        if "PYTHONPATH" in os.environ:
            self._env["PYTHONPATH"] = os.environ["PYTHONPATH"]
        self._code = 0

    def run(self, command: str) -> str:
        """What the command prints on both streams."""
        if command == "echo $?":
            return f"{self._code}\n"
        # The command runs as this interpreter's own, so that an editable or a built installation
        # both serve.
        own = f"{shlex.quote(sys.executable)} {shlex.quote(str(_ON_A_DAY))} {_DAY}"
        line = re.sub(r"^lineage\b", own, command)
        done = subprocess.run(
            ["bash", "-c", line],
            cwd=self._folder,
            env=self._env,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        self._code = done.returncode
        return done.stdout + done.stderr


def matches(shown: str, printed: str) -> bool:
    """Whether the shown output is the printed one, `...` lines standing for any."""
    pattern = "".join(
        "(?:.*\n)*?" if line.strip() == "..." else re.escape(line)
        for line in shown.splitlines(keepends=True)
    )
    return re.fullmatch(pattern, printed) is not None


def stale(document: Path) -> list[str]:
    """One sentence per step whose output is not what stands in the document."""
    problems = []
    with tempfile.TemporaryDirectory() as folder:
        shell = Shell(Path(folder))
        for _, _, steps in blocks(document.read_text(encoding="utf-8")):
            for step in steps:
                printed = shell.run(step.command)
                if not matches(step.shown, printed):
                    problems.append(
                        f"{document.relative_to(ROOT)}: `{step.command}` prints:\n{printed}"
                    )
    return problems


def update(document: Path) -> None:
    """Rewrite the outputs; a step whose output has a `...` line is left as it is while it
    matches."""
    text = document.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        shell = Shell(Path(folder))
        pieces, last = [], 0
        for start, end, steps in blocks(text):
            outputs = [(step, shell.run(step.command)) for step in steps]
            fresh = "".join(
                f"$ {s.command}\n{s.shown if matches(s.shown, printed) else printed}"
                for s, printed in outputs
            )
            pieces += [text[last:start], fresh]
            last = end
    document.write_text("".join([*pieces, text[last:]]), encoding="utf-8")


def main() -> int:
    """Check or update all documents."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--update", action="store_true", help="rewrite the outputs")
    if parser.parse_args().update:
        for document in documents():
            update(document)
        return 0
    problems = [problem for document in documents() for problem in stale(document)]
    print("\n".join(problems) or "every example prints what its document shows")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
