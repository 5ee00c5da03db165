"""Files that a command of the repository runs, whatever their names end with: `bash deploy.log`,
`python tool.txt`, `source settings`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from posixpath import normpath

from lineage.scan.kinds import FileKind, kind_of

_STARTS = re.compile(
    r"(?P<by>[bzdks.p](?<![\w./$-].)(?:(?<=[bd])ash|(?<=[zk])sh|(?<=s)h|(?<=s)ource|(?<=\.)"
    r"|(?<=p)ython[\d.]{0,4}))"
    r"(?P<quote>[\"']?)(?:,?[ \t]+[\"']?-[\w-]{1,30}(?P=quote)){0,4},?[ \t]+[\"']?"
    r"(?P<file>\.{0,2}/?\w[\w./-]{0,200})"
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
_MOST = 1_000


def started(text: str, file: str, kind: FileKind, root: Path) -> Iterator[tuple[str, FileKind]]:
    """The files that a text runs and that are not read as what runs them anyway."""
    runs = kind in _RUNNING or (kind is FileKind.PYTHON and any(one in text for one in _SHELLS))
    if not runs or not _QUICK.search(text):
        return
    for number, match in enumerate(_STARTS.finditer(text)):
        if number >= _MOST:
            return
        run_as = FileKind.PYTHON if match["by"].startswith("python") else FileKind.SHELL
        for folder in dict.fromkeys((".", str(PurePosixPath(file).parent))):
            name = normpath(f"{folder}/{match['file']}").rstrip("/")
            if name.startswith(("..", "/")) or kind_of(name) in _READ_BY[run_as]:
                continue
            if (root / name).is_file():
                yield name, run_as
                break
