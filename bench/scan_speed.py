"""Time and memory of `lineage check --dry-run`'s scan beside a bare `ast.parse` of the same files, in one run.

pip download --no-deps transformers==5.24.0 && unzip -q transformers-5.24.0-py3-none-any.whl -d FOLDER
python bench/scan_speed.py FOLDER             # processor seconds of both, and the scan's highest memory
python bench/scan_speed.py FOLDER --unfiltered   # and whether the uses are the same when every file is parsed
"""

from __future__ import annotations

import ast
import resource
import sys
import time
import warnings
from pathlib import Path

from lineage.scan import scan as scanning
from lineage.workflows.check import scanned


def bare(folder: Path) -> float:
    """Processor seconds of reading and parsing every Python file, one after another."""
    started = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for path in folder.rglob("*.py"):
            ast.parse(path.read_text("utf-8"))
    return time.process_time() - started


def main() -> None:
    """Print the figures; the scan comes first, so that its memory is its own."""
    folder = Path(sys.argv[1])
    started = time.process_time()
    result = scanned(folder)
    seconds = time.process_time() - started
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    parsed = bare(folder)
    print(
        f"{result.files_read} files, {len(result.uses)} uses, {len(result.unresolved)} unresolved"
    )
    print(
        f"scan {seconds:.1f} s, {memory:.0f} MB; ast.parse {parsed:.1f} s ({seconds / parsed:.2f})"
    )
    if "--unfiltered" in sys.argv:
        scanning.may_name_model = lambda _text, _services: True
        every = scanned(folder)
        same = (every.uses, every.unresolved) == (result.uses, result.unresolved)
        print(f"the same uses when every file is parsed: {same}")
        sys.exit(not same)


if __name__ == "__main__":
    main()
