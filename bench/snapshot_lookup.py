"""How long the snapshot takes: a cold process's first lookup, and warm lookups.

PYTHONPATH=src python bench/snapshot_lookup.py
"""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
import time

from lineage.core.ref import ModelRef
from lineage.sources.snapshot.source import SnapshotSource

COLD = """
import time; start = time.perf_counter()
from lineage.core.ref import ModelRef
from lineage.sources.snapshot.source import SnapshotSource
imported = time.perf_counter()
assert SnapshotSource.embedded().fetch(ModelRef("Qwen/Qwen2.5-72B-Instruct")).card
print(imported - start, time.perf_counter() - imported)
"""


def main() -> None:
    cold = [
        [float(x) for x in subprocess.check_output([sys.executable, "-c", COLD], text=True).split()]
        for _ in range(7)
    ]
    source = SnapshotSource.embedded()
    ids = [record.id for _, record in source.records()]
    random.Random(0).shuffle(ids)
    lookups = [timed(lambda id=id: source.fetch(ModelRef(id))) for id in ids]
    walks = [timed(lambda id=id: source.expected_ancestors(id)) for id in ids[:500]]
    print(
        f"import of the source            {min(c[0] for c in cold) * 1e3:7.2f} ms (best of 7 processes)"
    )
    print(
        f"first lookup, opening the file  {min(c[1] for c in cold) * 1e3:7.2f} ms (best of 7 processes)"
    )
    print(
        f"warm lookup, median             {statistics.median(lookups) * 1e3:7.3f} ms over {len(ids)} models"
    )
    print(
        f"warm lookup, 99th percentile    {statistics.quantiles(lookups, n=100)[98] * 1e3:7.3f} ms"
    )
    print(
        f"expected ancestors, median      {statistics.median(walks) * 1e3:7.3f} ms over {len(walks)} models"
    )
    print(f"expected ancestors, slowest     {max(walks) * 1e3:7.3f} ms")


def timed(run) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
