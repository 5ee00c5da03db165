"""How long reports take: a 300-model graph in every format, and a portfolio of a thousand models
from the embedded snapshot.

    python bench/report_speed.py [--models 1000]

Prints one line per step with seconds of CPU time, size, and the peak of the process's memory.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from lineage.report.document import Report
from lineage.report.formats import FORMATS, render
from lineage.sources.snapshot.source import SnapshotSource
from lineage.workflows.audit import Auditor
from lineage.workflows.options import Options
from lineage.workflows.portfolio.journal import Journal
from lineage.workflows.portfolio.read import read_inputs
from lineage.workflows.portfolio.run import audit_rows
from report import reports  # the hand-built 300-model graph of the tests


def told(what: str, start: float, size: int | None = None) -> None:
    """One line of the table."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{what:<44} {time.process_time() - start:7.2f} s  {'' if size is None else f'{size / 1e6:8.2f} MB':>11}  peak {peak:6.0f} MB",
        flush=True,
    )


def all_formats(what: str, report: Report, folder: Path) -> None:
    """Every format once."""
    for name in FORMATS:
        start = time.process_time()
        data = render(report, name).encode("utf-8", "backslashreplace")
        (folder / f"{what}.{name}").write_bytes(data)
        told(f"{what}: {name}", start, len(data))


def known_models(count: int) -> list[str]:
    """Models of the embedded snapshot, evenly spread over their names."""
    ids = sorted(record.id for _, record in SnapshotSource.embedded().records())
    step = max(1, len(ids) // count)
    return ids[::step][:count]


def main() -> None:
    """Run all steps."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--models", type=int, default=1000)
    arguments.add_argument("--keep", type=Path, help="folder for the rendered files")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = given.keep or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        all_formats("300-model graph", reports.report(reports.wide()), folder)
        (folder / "list.csv").write_text(
            "model\n" + "".join(f"{one}\n" for one in known_models(given.models))
        )
        rows = read_inputs(folder / "list.csv")
        start = time.process_time()
        auditor = Auditor(Options(offline=True))
        (folder / "journal.jsonl").unlink(missing_ok=True)
        report = auditor.report(
            audit_rows(rows, auditor.audit, journal=Journal(folder / "journal.jsonl", {}))
        )
        told(
            f"{len(rows)} models: audit with journal",
            start,
            (folder / "journal.jsonl").stat().st_size,
        )
        start = time.process_time()
        again = auditor.report(
            audit_rows(rows, auditor.audit, journal=Journal(folder / "journal.jsonl", {}))
        )
        told(f"{len(rows)} models: resume a finished journal", start)
        assert again.targets == report.targets
        all_formats(f"{len(rows)} models", report, folder)


if __name__ == "__main__":
    main()
