"""Time and memory of the scan of `lineage check` beside a bare `ast.parse` of the same files, in one run.

pip download --no-deps transformers==5.24.0 && unzip -q transformers-5.24.0-py3-none-any.whl -d FOLDER
python bench/scan_speed.py FOLDER              # processor seconds of both, and the scan's highest memory
python bench/scan_speed.py FOLDER --jobs 2     # the same in two processes, and whether the uses are the same
python bench/scan_speed.py FOLDER --unfiltered # and whether the uses are the same when every file is parsed
"""

from __future__ import annotations

import argparse
import ast
import resource
import sys
import time
import warnings
from pathlib import Path

from lineage.scan.result import ScanResult
from lineage.scan.scan import scan
from lineage.workflows.check import scanned, services_of


def bare(folder: Path) -> float:
    """Processor seconds of reading and parsing every Python file, one after another."""
    started = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for path in folder.rglob("*.py"):
            ast.parse(path.read_text("utf-8"))
    return time.process_time() - started


def used() -> tuple[float, float]:
    """Processor seconds of this process and those that it waited for, and their highest memory in MB."""
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in both), sum(
        one.ru_maxrss for one in both
    ) / 1024


def main() -> None:
    """Print the figures; the scan comes first, so that its memory is its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--unfiltered", action="store_true")
    given = parser.parse_args()
    before, clock = used()[0], time.monotonic()
    result = scanned(given.folder, jobs=given.jobs)
    passed = time.monotonic() - clock
    after, memory = used()
    seconds, parsed = after - before, bare(given.folder)
    print(
        f"{result.files_read} files, {len(result.uses)} uses, {len(result.unresolved)} unresolved"
    )
    print(
        f"scan {seconds:.1f} s ({passed:.1f} s passed), {memory:.0f} MB; "
        f"ast.parse {parsed:.1f} s ({seconds / parsed:.2f})"
    )
    others: dict[str, ScanResult] = {}
    if given.jobs > 1:
        others["in one process"] = scanned(given.folder)
    if given.unfiltered:
        others["when every file is parsed"] = scan(
            given.folder, services=services_of, parses_all=True
        )
    for name, other in others.items():
        print(f"the same {name}: {other == result}")
    sys.exit(any(other != result for other in others.values()))


if __name__ == "__main__":
    main()
