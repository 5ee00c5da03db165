"""Measure `lineage check` on real projects: what the scan finds, against an independent search for
the same by plain patterns.

    python bench/check_projects.py FOLDER            # downloads the projects below into FOLDER with pip, unpacks, scans
    python bench/check_projects.py FOLDER --rows     # and prints every line that only one of the two names

The independent search knows nothing of the scan: every quoted `namespace/name` on a line of code or
configuration, docstrings and comments left out by the tokenizer, kept where its namespace publishes
models (is in the embedded snapshot). It over-counts on purpose (lists of names, mocks); what it has
and the scan has not is what the review in docs/benchmarks/check.md judges by hand.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tarfile
import time
import tokenize
import zipfile
from pathlib import Path

from lineage.core.use import Certainty, UseKind
from lineage.scan.scan import scan
from lineage.sources.snapshot.source import SnapshotSource

PROJECTS = (
    "bertopic==0.17.4", "chromadb==1.5.9", "faster-whisper==1.2.0", "FlagEmbedding==1.4.2", "flair==0.15.1", "guidance==0.3.1",
    "haystack-ai==3.4.1", "InstructorEmbedding==1.0.1", "keybert==0.9.0", "langchain-community==0.4.2", "langchain-huggingface==1.2.3",
    "llama-index-embeddings-huggingface==0.8.0", "llama-index-llms-huggingface==0.8.0", "outlines==1.3.3", "sentence-transformers==6.2.0",
    "setfit==1.2.0", "smolagents==1.26.0", "spacy-transformers==1.4.0", "txtai==9.14.0", "whisperx==3.8.6",
)  # fmt: skip
_ID = re.compile(r"[A-Za-z0-9][\w.-]{1,60}/[A-Za-z0-9][\w.-]{1,90}")
_QUOTED = re.compile(rf"""["'](?:hf\.co/|huggingface/|hf://)?({_ID.pattern})(?::[\w.-]+)?["']""")


def fetch(folder: Path) -> None:
    """Source distributions where there are some, wheels elsewhere; nothing is built or
    installed."""
    archives = folder / "archives"
    archives.mkdir(parents=True, exist_ok=True)
    for project in PROJECTS:
        name = project.partition("==")[0].replace("-", "_").lower()
        if any(a.name.replace("-", "_").lower().startswith(f"{name}_") for a in archives.iterdir()):
            continue
        base = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--dest",
            str(archives),
        ]
        if subprocess.run(
            [*base, "--no-binary", ":all:", project], check=False, capture_output=True
        ).returncode:
            subprocess.run([*base, project], check=True)


def unpack(folder: Path) -> list[Path]:
    """Each archive into a folder of its own, by the safe extractors only."""
    roots = []
    for archive in sorted((folder / "archives").iterdir()):
        root = folder / "src" / re.sub(r"(\.tar\.gz|-(py3|cp\d+).*\.whl)$", "", archive.name)
        roots.append(root)
        if root.exists():
            continue
        if archive.suffix == ".whl":
            with zipfile.ZipFile(archive) as wheel:
                wheel.extractall(root)
        else:
            with tarfile.open(archive) as source:
                source.extractall(root, filter="data")
    return roots


def code_strings(path: Path) -> list[tuple[int, str]]:
    """(line, text of the line's string tokens) of a Python file without docstrings; all lines of
    other files."""
    text = path.read_text(errors="replace")
    if path.suffix != ".py":
        return [
            (n, line)
            for n, line in enumerate(text.splitlines(), 1)
            if not line.lstrip().startswith("#")
        ]
    found, previous = [], tokenize.NEWLINE
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            starts_statement = previous in (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
            if token.type == tokenize.STRING and not starts_statement and "\n" not in token.string:
                found.append((token.start[0], token.string))
            previous = token.type
    except (tokenize.TokenError, SyntaxError, IndentationError):
        pass
    return found


def searched(root: Path, namespaces: set[str]) -> dict[tuple[str, str], int]:
    """(file, id) to first line, by the independent search."""
    found: dict[tuple[str, str], int] = {}
    for path in sorted(root.rglob("*")):
        is_code = path.suffix in (".py", ".yaml", ".yml", ".toml", ".json", ".sh")
        if not is_code or not path.is_file() or path.stat().st_size > 3_000_000:
            continue
        for line, text in code_strings(path):
            for match in _QUOTED.finditer(text):
                if match.group(1).partition("/")[0].lower() in namespaces:
                    found.setdefault(
                        (path.relative_to(root).as_posix(), match.group(1).lower()), line
                    )
    return found


def main() -> None:
    """Print the table of docs/benchmarks/check.md."""
    folder = Path(sys.argv[1])
    fetch(folder)
    namespaces = {
        id_.partition("/")[0].lower()
        for id_, _ in SnapshotSource.embedded().records()
        if "/" in id_
    }
    head = "project|files|seconds|models audited|uses|only possible|unresolved|other or local|searched|of these found|missed"
    print(f"| {head.replace('|', ' | ')} |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
    totals = [0] * 9
    for root in unpack(folder):
        started = time.perf_counter()
        result = scan(root)
        seconds = time.perf_counter() - started
        hub = [use for use in result.uses if use.kind is UseKind.HUB]
        sure = [use for use in hub if use.certainty is not Certainty.POSSIBLE]
        possible = len(hub) - len(sure)
        named = {
            (p.partition(":")[0], u.model.lower()) for u in hub for p in (u.file, u.defined_at) if p
        }
        apart = searched(root, namespaces)
        missed = {key: line for key, line in apart.items() if key not in named}
        others = sum(u.kind is not UseKind.HUB for u in result.uses)
        row = [
            result.files_read,
            len({u.model.lower() for u in sure}),
            len(sure),
            possible,
            len(result.unresolved),
            others,
        ]
        row += [len(apart), len(apart) - len(missed), len(missed)]
        totals = [a + b for a, b in zip(totals, row, strict=True)]
        print(f"| {root.name} | {row[0]} | {seconds:.1f} | " + " | ".join(map(str, row[1:])) + " |")
        if "--rows" in sys.argv:
            for (file, model), line in sorted(missed.items()):
                print(f"    missed {file}:{line} {model}")
    print(f"| all | {totals[0]} | | " + " | ".join(map(str, totals[1:])) + " |")


if __name__ == "__main__":
    main()
