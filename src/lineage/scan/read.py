"""Read one file of a repository as text: never a link out of it, never more than a bound, and
what could not be read is told with its reason."""

from __future__ import annotations

import codecs
import os
import re
import stat
from pathlib import Path

from lineage.core.value import dataclass
from lineage.scan.kinds import FileKind, kind_of

SEARCHED = 10
"""Of a file over its bound, so many times the bound is searched by pattern."""
_LONGEST = 400_000
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_UTF_32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
# By which Python knows in what a file is written; it stands in one of the first two lines.
_CODING = re.compile(rb"(?:[ \t\f]*(?:#.*)?\r?\n)?[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_ENDLESS = frozenset({"punycode", "idna"})
"""Encodings of host names, which take as long as the square of a text."""
# Kinds by suffix alone, whose suffix other, binary, kinds of file have too.
_AMBIGUOUS = (FileKind.SCRIPT, FileKind.LIST, FileKind.OTHER)


@dataclass(frozen=True)
class FileText:
    """What was read of one file."""

    text: str
    size: int = 0
    """Bytes that were read."""
    problem: str = ""
    """Why it was not read whole, or not as it is; empty where it was."""
    is_whole: bool = True
    """Whether all of it was read, if only by pattern."""
    rest: str = ""
    """What follows behind the bound."""


def read_file(root: Path, name: str, kind: FileKind, most: int) -> FileText | None:
    """The text of a file up to `most` bytes; None where it is no file of that kind after all:
    a folder, a picture's or pickle's bytes, or a link to a file that is read under its own name."""
    path = f"{root}/{name}"  # `Path` would cost as much as the reading
    try:
        known = os.lstat(path)
        if stat.S_ISLNK(known.st_mode):
            linked = _linked(root, root / name, kind)
            if linked is not None:
                return linked if linked.problem else None
            known = os.stat(path)  # noqa: PTH116
        if stat.S_ISDIR(known.st_mode):
            return None
        if not stat.S_ISREG(known.st_mode):
            return FileText("", 0, "not a regular file", is_whole=False)
        size = known.st_size
        with open(path, "rb") as file:  # noqa: PTH123
            data = file.read(min(most, size or most))  # room for `most` costs more than the reading
            rest = file.read(most * (SEARCHED - 1)) if size > most else b""
    except (FileNotFoundError, NotADirectoryError):
        return FileText("", 0, "not a regular file", is_whole=False)
    except (OSError, RuntimeError) as problem:
        reason = getattr(problem, "strerror", None) or "a link that leads to itself"
        return FileText("", 0, f"cannot be opened: {reason}", is_whole=False)
    return _decoded(data, rest, size, name, kind)


def text_of(root: Path, name: str) -> str | None:
    """The text of one of the repository's files, if it can be read as one."""
    kind = kind_of(name) or FileKind.TEXT
    found = read_file(root, name, kind, _LONGEST)
    return None if found is None else found.text


def _linked(root: Path, path: Path, kind: FileKind) -> FileText | None:
    """What a link is, where it is not to be read in place of a file: one that leads out of the
    folder or nowhere is told, one to a file of the same kind is read there."""
    target = path.resolve()
    is_inside = target.is_relative_to(root.resolve())
    is_folder = target.is_dir()
    if (is_folder and is_inside) or (kind in _AMBIGUOUS and not (is_folder or target.is_file())):
        return FileText("")
    if not is_inside:
        return FileText("", 0, "a link that leads out of the folder", is_whole=False)
    if not target.exists():
        return FileText("", 0, "a link that leads nowhere", is_whole=False)
    is_same = kind_of(target.relative_to(root.resolve()).as_posix()) is kind
    return FileText("") if is_same else None


def _decoded(data: bytes, rest: bytes, size: int, name: str, kind: FileKind) -> FileText | None:
    problem, is_whole = "", True
    if size > len(data):
        seen = len(data) + len(rest)
        is_whole = size <= seen
        problem = (
            f"{size / 1e6:.1f} MB, over the bound of {len(data) / 1e6:.0f} MB: "
            f"{'the rest' if is_whole else f'what follows, up to {seen / 1e6:.0f} MB,'} "
            "was searched "
            f"by pattern only{'' if is_whole else ', and what is behind that was not read'}"
        )
    encoding, unknown = _encoding(data, kind)
    if unknown:
        problem, is_whole = unknown, False
    is_wide = encoding in ("utf-16", "utf-32")
    if not is_wide and (b"\0" in data or b"\0" in rest):
        if _is_other_format(data, name, kind):
            return None
        problem = "; ".join(filter(None, ("holds NUL bytes: read without them", problem)))
        data, rest = data.replace(b"\0", b""), rest.replace(b"\0", b"")
    return FileText(
        data.decode(encoding, "replace"),
        len(data) + len(rest),
        problem,
        is_whole,
        rest.decode(encoding if is_wide else "utf-8", "replace"),
    )


def _encoding(data: bytes, kind: FileKind) -> tuple[str, str]:
    """In what a file is written, as far as its first bytes say; and why it cannot be read where
    its own code would have to tell."""
    if data.startswith(_UTF_32):  # which begin as UTF-16 does
        return "utf-32", ""
    if data.startswith(_UTF_16):
        return "utf-16", ""
    said = _CODING.match(data) if kind is FileKind.PYTHON else None
    if said is None:
        return "utf-8-sig", ""
    name = said[1].decode("ascii", "replace")
    try:
        known = codecs.lookup(name).name
        "a".encode(name)
    except LookupError:  # or one that makes no text, which Python refuses too
        return "utf-8-sig", f"is written in an encoding that is not known: {name[:40]}"
    if known in _ENDLESS:
        return "utf-8-sig", f"is written in an encoding that is not read: {known}"
    return ("utf-8-sig" if known == "utf-8" else known), ""


def _is_other_format(data: bytes, name: str, kind: FileKind) -> bool:
    """Whether bytes with NULs are of a binary format that shares the suffix: a program without
    one, a pickle (.pkl), a video (.ts)."""
    if kind in _AMBIGUOUS:
        return not data.startswith(b"#!")
    is_pickle = name.lower().endswith(".pkl") and data.startswith(b"\x80")
    is_video = name.lower().endswith(".ts") and data[:1] == b"G" == data[188:189]
    return is_pickle or is_video
