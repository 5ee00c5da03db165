"""Reads what somebody sends, pasted or as a file, into an order for a run."""

from __future__ import annotations

import gc
import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import PurePosixPath, PureWindowsPath

from lineage.core.codec import encode
from lineage.core.errors import UsageError
from lineage.report.printable import printable
from lineage.serve.run import Order
from lineage.serve.runs import BusyError
from lineage.serve.settings import Limits, Settings
from lineage.workflows.portfolio.read import rows_of
from lineage.workflows.portfolio.row import InputRow, Listing

PASTED = "pasted.txt"
"""What a list is called that was typed."""
NAMED = "targets.json"
"""The same, of names that a program sent."""
_READING = threading.Lock()
_LONG = 200_000
"""Bytes from which on a list is read in turn."""
_EMPTY = "Name a model, such as org/name, or give a list with one."


def order_of(
    settings: Settings,
    content: bytes,
    *,
    name: str = PASTED,
    column: str = "",
    policy: str = "",
    title: str = "",
    by: str = "",
    has_pack: bool = False,
) -> Order:
    """The order for a list. `name` is the file's, of which the ending tells the format.

    Raises UsageError where it is no list, is too long, or names a policy that is not there;
    BusyError where others are read already.
    """
    chosen = _policy(settings, policy or settings.usual)
    name = _plain(name)
    listing = Listing(name, column)
    with _reading(content, settings.limits.reading_seconds):
        rows = rows_of(content, PurePosixPath(name).suffix.lower(), listing)
    _check_size(name, rows, settings.limits)
    for row in rows:
        _check(name, row)
    return Order(
        rows=tuple(rows),
        policy=chosen,
        title=printable(title.strip(), 200) or _title(name, [row.target for row in rows]),
        by=by,
        has_pack=has_pack,
        notes=tuple(listing.notes),
        file_name=name,
        file=content,
        model_column=column,
    )


def asked_again(settings: Settings, order: Order, *, policy: str = "", by: str = "") -> Order:
    """The same list, under the same policy or another. Raises UsageError where that is not there,
    or not any more."""
    return replace(order, policy=_policy(settings, policy or order.policy), by=by)


def _policy(settings: Settings, name: str) -> str:
    if name not in settings.policies:
        known = ", ".join(settings.policies)
        raise UsageError(f"There is no policy {printable(name, 60)!r} here.", f"Known: {known}.")
    return name


@contextmanager
def _reading(content: bytes, patience: float) -> Iterator[None]:
    """Long lists and workbooks are read one at a time: each may take hundreds of megabytes, and a
    processor for seconds."""
    if len(content) < _LONG and not content.startswith(b"PK"):
        yield
        return
    if not _READING.acquire(timeout=patience):
        raise BusyError("The server is reading other long lists.", "Try again in a minute.")
    try:
        yield
    finally:
        gc.collect()  # a workbook's cells know their sheet, and that its cells
        _READING.release()


def _check_size(name: str, rows: Sequence[InputRow], limits: Limits) -> None:
    if not rows:
        raise UsageError(f"{name} names no model.", _EMPTY)
    if len(rows) > limits.rows:
        raise UsageError(
            f"{name} has {len(rows):,} rows; one run here accepts at most {limits.rows:,}.",
            "Split the list.",
        )
    cells = sum(len(row.columns) for row in rows)
    if cells > limits.cells:
        raise UsageError(
            f"{name} has {cells:,} cells beside the models; one run here accepts at most "
            f"{limits.cells:,}.",
            "Leave out columns that say nothing of the models.",
        )


def _check(name: str, row: InputRow) -> None:
    """JSON can spell halves of characters, which no file and no database holds."""
    try:
        json.dumps(encode(row), ensure_ascii=False).encode()
    except UnicodeEncodeError as problem:
        raise UsageError(
            f"{name}, {row.place}: it contains half a character (a lone surrogate).",
            "Correct it, and send the list again.",
        ) from problem


def _plain(name: str) -> str:
    """The last step of a file's name, whatever machine it comes from."""
    last = PurePosixPath(PureWindowsPath(name).name).name
    return printable(last, 100) or PASTED


def _title(name: str, targets: list[str]) -> str:
    if name not in (PASTED, NAMED):
        return name
    more = f" and {len(targets) - 1} more" if len(targets) > 1 else ""
    return f"{printable(targets[0], 100)}{more}"
