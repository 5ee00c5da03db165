"""Time and memory of the whole command `lineage check --dry-run` beside a bare `ast.parse` of the
same files, in one run.

pip download --no-deps transformers==5.24.0 && unzip -q transformers-5.24.0-py3-none-any.whl -d FOLDER
python bench/scan_speed.py FOLDER              # both, with one process and with two
python bench/scan_speed.py FOLDER --runs 3     # so often, in turn: the machine's speed drifts
python bench/scan_speed.py FOLDER --unfiltered # and whether the uses are the same when all is parsed

Of a folder with JavaScript in it, minified or not, the processor seconds a MB of it are told too.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

from lineage.scan.scan import scan
from lineage.workflows.check import scanned, services_of

_SCRIPTS = {".js", ".mjs", ".cjs", ".ts", ".mts", ".cts"}
_BARE = """
import ast, pathlib, sys, warnings
warnings.simplefilter("ignore")
for path in pathlib.Path(sys.argv[1]).rglob("*.py"):
    ast.parse(path.read_text("utf-8"))
"""


def measured(*command: str) -> tuple[float, float, float]:
    """Seconds that passed, processor seconds with those of helpers, and the highest memory of one
    process in MB."""
    before, clock = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    passed = time.monotonic() - clock
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{' '.join(command)}: exit code {os.waitstatus_to_exitcode(status)}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return passed, seconds, used.ru_maxrss / 1024


def main() -> None:
    """Print the figures, and whether the uses found are always the same."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--unfiltered", action="store_true")
    given = parser.parse_args()
    check = [sys.executable, "-m", "lineage", "check", "-q", "--dry-run", str(given.folder)]
    scripts = [path for path in given.folder.rglob("*") if path.suffix in _SCRIPTS]
    size = sum(path.stat().st_size for path in scripts if path.is_file()) / 1e6
    for _ in range(given.runs):
        bare = measured(sys.executable, "-c", _BARE, str(given.folder))
        print(f"ast.parse: {bare[0]:.1f} s passed, {bare[1]:.1f} s of processors", flush=True)
        for jobs in (1, 2):
            passed, seconds, memory = measured(*check, "--jobs", str(jobs))
            print(
                f"lineage check, {jobs} process{'es' * (jobs > 1)}: {passed:.1f} s passed "
                f"({passed / bare[0]:.2f}), {seconds:.1f} s of processors "
                f"({seconds / bare[1]:.2f}), at most {memory:.0f} MB in one"
                + (f", {seconds / size:.2f} s a MB of JavaScript ({size:.0f} MB)" if size else ""),
                flush=True,
            )
    first = scanned(given.folder)
    print(f"{first.files_read} files, {len(first.uses)} uses, {len(first.unresolved)} unresolved")
    others = {"in two processes": scanned(given.folder, jobs=2)}
    if given.unfiltered:
        others["when every file is parsed"] = scan(
            given.folder, services=services_of, parses_all=True
        )
    for name, other in others.items():
        print(f"the same {name}: {other == first}")
    sys.exit(any(other != first for other in others.values()))


if __name__ == "__main__":
    main()
