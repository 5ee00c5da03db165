"""The journal of a long run: one JSON line per finished target, so that
an interrupted run resumes where it stopped."""

from __future__ import annotations

import hmac
import json
import os
import time
from pathlib import Path
from typing import Any

from lineage.core.codec import decode, encode
from lineage.core.errors import CannotRunError, UsageError
from lineage.core.plain_file import read_plain
from lineage.core.record import Status
from lineage.report.document import TargetReport
from lineage.workflows.portfolio.row import InputRow

FORMAT = "lineage-journal/2"
MAX_AGE = 7 * 86400
"""Seconds after which a finished target is audited again: waivers end, models move."""
_LARGEST = 4 * 2**30
_SEAL = 64
_ANEW = "Give --resume a new file."


class Journal:
    """Lines after a head that states the circumstances; a run under
    other circumstances does not mix with it."""

    def __init__(self, path: Path, circumstances: dict[str, str], key: bytes) -> None:
        """`circumstances` are tool, data, policy, hub, files of evidence: what a finished target
        depends on beside the model itself.

        `key` seals every line together with all lines before it, so that only who has it can add,
        change, swap or take out one.
        """
        self._path = path
        self._key = key
        self._seal = ""
        self._head = {"schema": FORMAT, **circumstances}
        self._done: dict[str, Any] = {}
        self._good_until = 0
        if path.exists():
            self._load()

    def __len__(self) -> int:
        return len(self._done)

    def finished(self, row: InputRow) -> TargetReport | None:
        """The report of a row that an earlier run finished; None where it did
        not, or where it could not ask for some model."""
        stored = self._done.get(row.key)
        if stored is None:
            return None
        report: TargetReport = decode(TargetReport, stored)
        return (
            None
            if any(node.status is Status.UNREACHABLE for node in report.graph.nodes.values())
            else report
        )

    def add(self, row: InputRow, report: TargetReport) -> None:
        """Write one finished target so that it survives a power cut.

        Raises CannotRunError where it cannot be written.
        """
        entries: list[dict[str, Any]] = [] if self._good_until else [self._head]
        entries.append({"row": row.key, "at": int(time.time()), "report": encode(report)})
        lines = []
        for entry in entries:
            body = json.dumps(entry, ensure_ascii=False, separators=(",", ":"))
            body = body.encode("utf-8", "backslashreplace").decode()
            self._seal = self._sealed(body)
            lines.append(f"{self._seal} {body}\n")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("r+b" if self._path.exists() else "wb") as out:
                out.seek(self._good_until)
                out.truncate()  # a line that an interruption cut in two
                out.write("".join(lines).encode())
                out.flush()
                os.fsync(out.fileno())
                self._good_until = out.tell()
        except OSError as problem:
            raise CannotRunError(
                f"{self._path} could not be written: {problem.strerror or problem}.",
                "Give --resume another file.",
            ) from problem

    def _sealed(self, body: str) -> str:
        return hmac.new(self._key, f"{self._seal} {body}".encode(), "sha256").hexdigest()

    def _load(self) -> None:
        try:
            raw = read_plain(self._path, _LARGEST)
        except OSError as problem:
            raise CannotRunError(
                f"{self._path} could not be read: {problem.strerror or problem}.",
                "Give --resume another file.",
            ) from problem
        whole, newline, _ = raw.rpartition(b"\n")
        lines = whole.split(b"\n") if newline else []
        if not lines and raw:
            raise UsageError(f"{self._path} is not an audit journal.", _ANEW)
        for number, line in enumerate(lines, 1):
            self._take(number, line)
        self._good_until = len(whole) + 1 if newline else 0

    def _take(self, number: int, line: bytes) -> None:
        seal, _, body = line.decode("utf-8", "replace").partition(" ")
        if len(seal) != _SEAL:
            raise UsageError(
                f"{self._path} line {number} is not a line of an audit journal.", _ANEW
            )
        if not hmac.compare_digest(seal.encode(), self._sealed(body).encode()):
            raise UsageError(
                f"{self._path} line {number} was not written with the key of this user, or was "
                "changed since.",
                _ANEW,
            )
        self._seal = seal
        entry = json.loads(body)
        if number > 1 and isinstance(entry, dict) and isinstance(entry.get("row"), str):
            if 0 <= time.time() - entry["at"] <= MAX_AGE:
                self._done[entry["row"]] = entry.get("report")
        elif number > 1 or not isinstance(entry, dict) or entry.get("schema") != FORMAT:
            raise UsageError(
                f"{self._path} line {number} is not a line of an audit journal.",
                _ANEW,
            )
        elif entry != self._head:
            changed = [
                f"{key} was {entry.get(key, 'not noted')}, now {self._head.get(key, 'none')}"
                for key in dict.fromkeys((*self._head, *entry))
                if entry.get(key) != self._head.get(key)
            ]
            raise UsageError(
                f"{self._path} was started under other circumstances: {'; '.join(changed)}.",
                "Finish it with the same settings, or start again with a new file.",
            )
