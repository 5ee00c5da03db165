"""The journal of a long run: one JSON line per finished target, so that
an interrupted run resumes where it stopped."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from lineage.core.codec import decode, encode
from lineage.core.errors import CannotRunError, UsageError
from lineage.core.record import Status
from lineage.report.document import TargetReport
from lineage.workflows.portfolio.row import InputRow

FORMAT = "lineage-journal/1"


class Journal:
    """Lines after a head that states the circumstances; a run under
    other circumstances does not mix with it."""

    def __init__(self, path: Path, circumstances: dict[str, str]) -> None:
        """`circumstances` are tool, data and policy versions: what a finished
        target depends on beside the model itself."""
        self._path = path
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
        line = json.dumps(
            {"row": row.key, "report": encode(report)}, ensure_ascii=False, separators=(",", ":")
        )
        head = [] if self._good_until else [json.dumps(self._head, ensure_ascii=False)]
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("r+b" if self._path.exists() else "wb") as out:
                out.seek(self._good_until)
                out.truncate()  # a line that an interruption cut in two
                out.write(
                    "".join(f"{one}\n" for one in [*head, line]).encode("utf-8", "backslashreplace")
                )
                out.flush()
                os.fsync(out.fileno())
                self._good_until = out.tell()
        except OSError as problem:
            raise CannotRunError(
                f"{self._path} could not be written: {problem.strerror or problem}.",
                "Give --resume another file.",
            ) from problem

    def _load(self) -> None:
        try:
            raw = self._path.read_bytes()
        except OSError as problem:
            raise CannotRunError(
                f"{self._path} could not be read: {problem.strerror or problem}.",
                "Give --resume another file.",
            ) from problem
        whole, newline, _ = raw.rpartition(b"\n")
        lines = whole.split(b"\n") if newline else []
        if not lines and raw:
            raise UsageError(f"{self._path} is not an audit journal.", "Give --resume a new file.")
        for number, line in enumerate(lines, 1):
            self._take(number, line)
        self._good_until = len(whole) + 1 if newline else 0

    def _take(self, number: int, line: bytes) -> None:
        try:
            entry = json.loads(line)
        except ValueError as problem:
            raise UsageError(
                f"{self._path} line {number} is not JSON.", "Give --resume a new file."
            ) from problem
        if number > 1 and isinstance(entry, dict) and isinstance(entry.get("row"), str):
            self._done[entry["row"]] = entry.get("report")
        elif number > 1 or not isinstance(entry, dict) or entry.get("schema") != FORMAT:
            raise UsageError(
                f"{self._path} line {number} is not a line of an audit journal.",
                "Give --resume a new file.",
            )
        elif entry != self._head:
            changed = sorted(
                key for key in {*entry, *self._head} if entry.get(key) != self._head.get(key)
            )
            raise UsageError(
                f"{self._path} was started with another {', '.join(changed)}.",
                "Finish it with the same settings, or start again with a new file.",
            )
