"""Measure what the embedded snapshot covers of a list of models with their downloads.

    PYTHONPATH=src python tools/measure_snapshot.py ROWS.jsonl…

Each row has `id` and `downloads` (or `downloads_30d`). docs/credits.md quotes the result.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

from lineage.core.record import CardRead, ModelRecord
from lineage.core.ref import ModelRef
from lineage.sources.snapshot.source import SnapshotSource


def covered(record: ModelRecord) -> str:
    if record.card_read is CardRead.METADATA:
        return "card metadata"
    return "name or tags" if record.status.has_statements else str(record.status)


def main() -> None:
    downloads: dict[str, int] = {}
    for path in map(Path, sys.argv[1:]):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            count = row.get("downloads", row.get("downloads_30d"))
            if isinstance(row.get("id"), str) and isinstance(count, int):
                downloads[row["id"]] = max(count, downloads.get(row["id"], 0))
    snapshot = SnapshotSource.embedded()
    models, loads = Counter[str](), Counter[str]()
    for name, count in downloads.items():
        kind = covered(snapshot.fetch(ModelRef(name)))
        models[kind] += 1
        loads[kind] += count
    total = sum(loads.values())
    for kind, number in models.most_common():
        share, part = number / len(downloads), loads[kind] / total if total else 0
        print(
            f"{kind:15} {number:7} models ({share:.1%}), {loads[kind]:15,} downloads ({part:.1%})"
        )
    held = Counter(covered(record) for _, record in snapshot.records())
    print("in the snapshot:", dict(held))


if __name__ == "__main__":
    main()
