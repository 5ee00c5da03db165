"""Files that a command or the code of the repository runs, whatever their names end with:
`bash deploy.log`, `python tool.txt`, `source settings`, `exec(open("notes.md").read())`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path, PurePosixPath
from posixpath import normpath

from lineage.scan.kinds import FileKind, kind_of

_STARTS = re.compile(
    r"(?P<by>[bzdks.p](?<![\w./$-].)(?:(?<=[bd])ash|(?<=[zk])sh|(?<=s)h|(?<=s)ource|(?<=\.)"
    r"|(?<=p)ython[\d.]{0,4}))"
    r"(?P<quote>[\"']?)(?:,?[ \t]+[\"']?-[\w-]{1,30}(?P=quote)){0,4},?[ \t]+[\"']?"
    r"(?P<file>\.{0,2}/?\w[\w./-]{0,200})"
)
# `exec(open("x.txt").read())`, `runpy.run_path("x.txt")`, and loaders that are given a file. It
# begins with a set of letters, which the engine skips to.
_EXECUTED = re.compile(
    r"[resS](?<!\w.)(?:(?<=r)un_path\s*\(\s*|(?<=e)xec(?:file)?\s*\(\s*(?:compile\s*\(\s*)?"
    r"(?:(?:(?:io|codecs|pathlib)\.)?(?:open|Path)\s*\(\s*)?"
    r"|(?:(?<=s)pec_from_file_location|(?<=S)ourceFileLoader)\s*\([^,()\n]{1,80},\s*)"
    r"(?P<quote>[\"'])(?P<file>\.{0,2}/?\w[\w./-]{0,200})(?P=quote)"
)
_QUICK = re.compile(r"sh\b|source|python|\. ")
_READ_BY = {
    FileKind.SHELL: (FileKind.SHELL, FileKind.MAKEFILE, FileKind.LINES),
    FileKind.PYTHON: (FileKind.PYTHON,),
}
_RUNNING = frozenset(
    {
        FileKind.SHELL, FileKind.DOCKERFILE, FileKind.MAKEFILE, FileKind.PROCFILE, FileKind.SCRIPT,
        FileKind.YAML, FileKind.JSON, FileKind.TOML, FileKind.INI, FileKind.NOTEBOOK,
        FileKind.TEXT, FileKind.OTHER,
    }
)  # fmt: skip
_SHELLS = ("subprocess", "os.system", "popen", "asyncio.create_sub")
_OF_PYTHON = (FileKind.PYTHON, FileKind.NOTEBOOK, FileKind.SCRIPT)
_EXECUTES = ("exec", "run_path", "spec_from_file_location", "SourceFileLoader")
_MOST = 1_000


def started(
    text: str, file: str, kind: FileKind, root: Path, has: Callable[[str], bool]
) -> Iterator[tuple[str, FileKind]]:
    """The files that a text runs and that are not read as what runs them anyway. `has` tells what
    stands in the text."""
    runs = kind in _RUNNING or (kind is FileKind.PYTHON and any(map(has, _SHELLS)))
    if runs and _QUICK.search(text):
        for match in islice(_STARTS.finditer(text), _MOST):
            is_python = match["by"].startswith("python")
            run_as = FileKind.PYTHON if is_python else FileKind.SHELL
            yield from _named(match["file"], file, run_as, root)
    if kind in _OF_PYTHON and any(map(has, _EXECUTES)):
        for match in islice(_EXECUTED.finditer(text), _MOST):
            yield from _named(match["file"], file, FileKind.PYTHON, root)


def _named(written: str, file: str, run_as: FileKind, root: Path) -> Iterator[tuple[str, FileKind]]:
    """The file that is meant, from the top or from where the other stands."""
    for folder in dict.fromkeys((".", str(PurePosixPath(file).parent))):
        name = normpath(f"{folder}/{written}").rstrip("/")
        if name.startswith(("..", "/")) or kind_of(name) in _READ_BY[run_as]:
            continue
        if (root / name).is_file():
            yield name, run_as
            return
