"""What an audit costs in Hub calls, in round trips, and beside Python's own start.

    python bench/audit_cost.py [--latency 0.1]

Calls and round trips are counted at a local test Hub that waits `--latency` seconds before every
answer, beside a plain walker on `huggingface_hub` (model_info and ModelCard.load, level by level,
every model once). A round trip is the wall time over the latency. Start-up is the processor
time of whole processes, the two in turn, as medians of pairwise ratios. Nothing leaves this machine.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tabulate import tabulate

os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from hub import HubModel, TestHub
from lineage.core.record import ModelRecord, Status
from lineage.sources.snapshot.format import key_of
from lineage.sources.snapshot.writer import Content, write_snapshot
from lineage.workflows.audit import Auditor
from lineage.workflows.options import HubAccess, Options, Where

DEPTHS = (1, 3, 6, 10)
CHILD = "Nexusflow/Athene-V2-Chat"


def chain(length: int) -> list[HubModel]:
    """Models with a card and a small config each, every one finetuned from the next."""
    files = {"config.json": '{"model_type": "llama"}'}
    names = [f"chain/m{i}" for i in range(length)]
    return [
        HubModel(n, card={"base_model": names[i + 1]} if i + 1 < length else {}, files=files)
        for i, n in enumerate(names)
    ]


def known(models: Sequence[HubModel], folder: Path) -> Path:
    """A snapshot that expects the chain."""
    records = {
        key_of(m.id): ModelRecord(
            m.id,
            m.id,
            Status.RESOLVED,
            "snapshot",
            card=dict(m.card),
            retrieved_at="2026-01-01T00:00:00Z",
        )
        for m in models
    }
    path = folder / "known.sqlite"
    write_snapshot(path, Content(records, {}), built_on="2026-01-01")
    return path


def ours(endpoint: str, target: str, snapshot: Path | None) -> None:
    """One live audit without a cache, data loaded before the clock starts."""
    report = Auditor(Options(where=Where(snapshot), hub=HubAccess(endpoint))).audit(target)
    assert report.source == "hub"


def plain(endpoint: str, target: str) -> None:
    """What one would write on huggingface_hub: both calls for every model, the models of a level
    side by side."""
    from huggingface_hub import HfApi, ModelCard, hf_hub_download

    api = HfApi(endpoint=endpoint)

    def look(name: str) -> list[str]:
        api.model_info(name)
        with tempfile.TemporaryDirectory() as cache:
            path = hf_hub_download(name, "README.md", endpoint=endpoint, cache_dir=cache)
            base = ModelCard.load(path).data.get("base_model") or []
        return [base] if isinstance(base, str) else list(base)

    seen, level = {target}, [target]
    with ThreadPoolExecutor(16) as pool:
        while level:
            named = [parent for parents in pool.map(look, level) for parent in parents]
            level = [name for name in dict.fromkeys(named) if name not in seen]
            seen.update(level)


def measured(hub: TestHub, latency: float, run: Callable[[], None]) -> tuple[int, int, float]:
    """API calls, file calls, and round trips of the best of three runs."""
    best, api, files = float("inf"), 0, 0
    for _ in range(3):
        hub.forget()
        start = time.perf_counter()
        run()
        best = min(best, (time.perf_counter() - start) / latency)
        api = len(hub.calls_to("/api/models/"))
        files = len(hub.calls) - api
    return api, files, best


def calls_table(latency: float) -> str:
    """One row per depth and walker."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for depth in DEPTHS:
            models = chain(depth)
            for m in models:
                m.files = {
                    **m.files,
                    "README.md": "---\n"
                    + "".join(f"{k}: {v}\n" for k, v in m.card.items())
                    + "---\n",
                }
            snapshot = known(models, Path(folder))
            with TestHub(models, latency=latency) as hub:
                ways: dict[str, Callable[[], None]] = {
                    "lineage, chain known to the snapshot": lambda s=snapshot, u=hub.url: ours(
                        u, "chain/m0", s
                    ),
                    "lineage, chain unknown": lambda u=hub.url: ours(u, "chain/m0", None),
                    "plain huggingface_hub walker": lambda u=hub.url: plain(u, "chain/m0"),
                }
                for name, run in ways.items():
                    api, files, trips = measured(hub, latency, run)
                    rows.append([depth, name, api, files, f"{trips:.1f}"])
    return tabulate(
        rows,
        ["models in chain", "walker", "API calls", "file calls", "round trips"],
        tablefmt="github",
    )


def seconds(command: Sequence[str]) -> float:
    """Processor time of one whole process, as the system counts it."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def start_table(runs: int) -> str:
    """Ratios to `python -c "import click"`, in turn with it."""
    base = [sys.executable, "-c", "import click"]
    commands = {
        "lineage --version": ["--version"],
        "lineage --help": ["--help"],
        "lineage tree --offline (warm)": ["tree", "--offline", CHILD],
        "lineage audit --offline (warm)": ["audit", "--offline", CHILD],
        "lineage audit --offline -f json (warm)": ["audit", "--offline", "-f", "json", CHILD],
    }
    rows = []
    for name, arguments in commands.items():
        command = [sys.executable, "-m", "lineage", *arguments]
        seconds(command)
        ratios = [seconds(command) / seconds(base) for _ in range(runs)]
        rows.append(
            [name, f"{statistics.median(ratios):.2f}", f"{min(ratios):.2f} to {max(ratios):.2f}"]
        )
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return (
        tabulate(rows, ["command", 'ratio to python -c "import click"', "range"], tablefmt="github")
        + f"\n\nPeak memory of the largest: {peak:.0f} MiB"
    )


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--latency", type=float, default=0.1, help="seconds before every answer of the test Hub"
    )
    parser.add_argument(
        "--runs", type=int, default=11, help="pairs of processes for each start-up ratio"
    )
    given = parser.parse_args()
    print(calls_table(given.latency), "\n")
    print(start_table(given.runs))


if __name__ == "__main__":
    main()
