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
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
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


@contextmanager
def stand_ins(document: Path) -> Iterator[tuple[dict[str, str], Mapping[str, str]]]:
    """The servers that a document's examples ask: the environment that leads to them, and the real
    address for each that the document shows. Only the page about places asks any."""
    if document.name != "places.md":
        yield {}, {}
        return
    sys.path.insert(0, str(ROOT / "tests"))
    from places.examples import servers

    with servers() as found:
        yield found


class Shell:
    """Runs the steps of one document in a folder of their own, offline and without colours, unless
    `env` leads to servers of its own; `addresses` are theirs by what the document shows."""

    def __init__(
        self,
        folder: Path,
        env: Mapping[str, str] | None = None,
        addresses: Mapping[str, str] | None = None,
    ) -> None:
        self._addresses = addresses or {}
        self._folder = folder / "work"
        shutil.copytree(ROOT / "docs" / "examples", self._folder)
        scripts = str(Path(sys.executable).parent)
        self._env = {
            "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "HF_ENDPOINT": "http://127.0.0.1:9",
            "LINEAGE_OLLAMA_REGISTRY": "http://127.0.0.1:9",
            "LINEAGE_DOCKER_REGISTRY": "http://127.0.0.1:9",
            "LINEAGE_CACHE_DIR": str(folder / "cache"),
            **(env or {}),
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
        for shown, real in self._addresses.items():
            line = line.replace(shown, real)
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
        printed = done.stdout + done.stderr
        for shown, real in self._addresses.items():
            printed = printed.replace(real, shown)
        return printed


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
    with tempfile.TemporaryDirectory() as folder, stand_ins(document) as (env, addresses):
        shell = Shell(Path(folder), env, addresses)
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
    with tempfile.TemporaryDirectory() as folder, stand_ins(document) as (env, addresses):
        shell = Shell(Path(folder), env, addresses)
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
