"""How runs, and what was found of models, are written to the tables and read back."""

from __future__ import annotations

import gzip
import hashlib
import json
import time
import zlib
from collections.abc import Iterable
from io import BytesIO
from typing import Any

from lineage.core.codec import decode, encode
from lineage.report.document import TargetReport
from lineage.serve.database import damaged
from lineage.serve.run import Order, Row, Run, State
from lineage.serve.summary import summary_of

RUN_COLUMNS = (
    "run.id, created, started, finished, state, title, policy, who, pack, rows, done, "
    "run.verdict, problem, fingerprint, run.number, attempt"
)
"""What `run_of` reads, in its order."""
FILL_MODEL = "UPDATE model SET model = ?, verdict = ?, answers = ?, at = ?, told = ?, report = ?"
"""Takes the values of `model_values`, without the last, the row's number."""


def model_values(row: Row) -> tuple[object, ...]:
    """What the table keeps of one finished model."""
    report = row.report
    summary = json.dumps(encode(summary_of(report)), ensure_ascii=False)
    body = packed(encode(report))
    return report.model, report.verdict, row.answers, time.time(), summary, body, row.number


def list_key(order: Order) -> str:
    """The same for every list of the same models, in whatever order."""
    named = sorted(row.target.casefold() for row in order.rows)
    return hashlib.sha256("\n".join(named).encode("utf-8", "surrogatepass")).hexdigest()


def run_of(row: tuple[Any, ...]) -> Run:
    """The run of one row of `RUN_COLUMNS`."""
    id_, created, started, finished, state, title, policy, who, pack, *rest = row
    return Run(
        *(id_, created, started, finished, State(state), title, policy, who, bool(pack)), *rest
    )


def target_report(body: bytes) -> TargetReport:
    """The report on one model. Raises StoreError where it is damaged."""
    report: TargetReport = decode(TargetReport, unpacked(body))
    return report


def packed(value: Any) -> bytes:
    """A JSON value, compressed."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode("utf-8", "surrogatepass"), 6)


def unpacked(body: bytes) -> Any:
    """The JSON value. Raises StoreError where it is damaged."""
    try:
        return json.loads(zlib.decompress(body).decode("utf-8", "surrogatepass"))
    except (zlib.error, ValueError) as problem:
        raise damaged(problem) from problem


def gzipped(texts: Iterable[str]) -> bytes:
    """The texts, joined and compressed by gzip; the same text gives the same bytes."""
    body = BytesIO()
    with gzip.GzipFile(fileobj=body, mode="wb", compresslevel=6, mtime=0) as file:
        for text in texts:
            file.write(text.encode())
    return body.getvalue()
