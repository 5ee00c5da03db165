"""How long it takes to attribute every model of a hub to all its roots and exposures, by several
engines, from the same data.

    PYTHONPATH=src nice -n 15 python -m bench.hub.scale                      # the table of docs/benchmarks/scale.md, and its curve
    PYTHONPATH=src python -m bench.hub.scale --sizes 10000 100000 --limit 60 # a quick look

Every engine runs in a process of its own and starts from the same edges as numbers. What they find
is compared.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from bench.hub.generator import CHAIN, columns_of, edges_of, write_edges, write_statistics
from bench.hub.shape import load

from lineage.evidence.appraisal import Appraisal, EvidenceClass
from lineage.evidence.evidence import Outcome, TestResult
from lineage.evidence.grading import ControlGrade
from lineage.index.layout import IndexInfo, write_info, writing

SIZES = (10_000, 100_000, 1_000_000, 3_000_000, 10_000_000)
BEGIN, END = "<!-- table: made by bench/hub/scale.py -->", "<!-- end of the table -->"
TESTED = 150
"""Models with published results, the most used ones; the real collection has about as many."""


# --- what each engine does, in its own process; each returns what it found, for comparing


def floor(folder: Path, size: int) -> dict[str, float]:
    """Read the same columns and do nothing with them."""
    import duckdb

    database = duckdb.connect(config={"threads": 2})
    clock = Clock()
    database.execute(
        f"SELECT sum(child), sum(parent), sum(relation) FROM '{folder}/edges.parquet'"
    ).fetchall()
    database.execute(f"SELECT sum(status) FROM '{folder}/models.parquet'").fetchall()
    return clock.read()


def floor_names(folder: Path, size: int) -> dict[str, float]:
    """Read names and trees as the hub's statistics hold them."""
    import duckdb

    database = duckdb.connect(config={"threads": 2})
    clock = Clock()
    query = "SELECT sum(length(id)), sum(length(baseModels.relation)), sum(list_sum(list_transform(baseModels.models, lambda m: length(m.id))))"
    database.execute(f"{query} FROM '{folder}/statistics.parquet'").fetchall()
    return clock.read()


def ours(folder: Path, size: int) -> dict[str, float]:
    """Columns from the index file, roots, exposures and gaps of every model."""
    from lineage.index.attribute import attribute_all
    from lineage.index.columns import load_columns
    from lineage.index.exposures import Exposures

    exposures = Exposures(tested(np.load(folder / "tested.npy").tolist()))
    clock = Clock()
    columns = load_columns(folder / "index.sqlite")
    load = clock.read()["seconds"]
    found = attribute_all(columns, exposures)
    times = clock.read()
    pairs, exposed = (
        found.database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        for table in ("root", "reached")
    )
    return {**times, "load": load, "pairs": pairs, "exposed": exposed}


def sql(folder: Path, size: int) -> dict[str, float]:
    """DuckDB's recursive SQL, roots only. A cycle with no way out has no root here."""
    import duckdb

    database = duckdb.connect(
        config={"threads": 2, "memory_limit": "8GB", "temp_directory": str(folder)}
    )
    clock = Clock()
    database.execute(
        f"CREATE TABLE edge AS SELECT child, parent FROM '{folder}/edges.parquet' WHERE relation <> 4"
    )
    load = clock.read()["seconds"]
    (pairs,) = database.execute(
        """
        WITH RECURSIVE up(model, ancestor) AS (
            SELECT child, parent FROM edge UNION SELECT up.model, edge.parent FROM up JOIN edge ON edge.child = up.ancestor)
        SELECT count(*) FROM up WHERE ancestor NOT IN (SELECT child FROM edge)
        """
    ).fetchone()
    times = clock.read()
    (without,) = database.execute("SELECT count(DISTINCT child) FROM edge").fetchone()
    return {**times, "load": load, "pairs": int(pairs + size - without)}


def networkx(folder: Path, size: int) -> dict[str, float]:
    """networkx: condensation, then the roots of each model as a set, parents first. Roots only."""
    import duckdb
    import networkx as nx

    clock = Clock()
    edges = duckdb.sql(
        f"SELECT child, parent FROM '{folder}/edges.parquet' WHERE relation <> 4"
    ).fetchall()
    graph = nx.DiGraph()
    graph.add_nodes_from(range(size))
    graph.add_edges_from(edges)
    load = clock.read()["seconds"]
    condensed = nx.condensation(graph)
    roots: dict[int, frozenset[int]] = {}
    for group in reversed(list(nx.topological_sort(condensed))):
        above = list(condensed.successors(group))
        roots[group] = (
            frozenset().union(*(roots[one] for one in above)) if above else frozenset((group,))
        )
    pairs = sum(len(roots[group]) * len(condensed.nodes[group]["members"]) for group in roots)
    return {**clock.read(), "load": load, "pairs": pairs}


ENGINES: dict[str, Callable[[Path, int], dict[str, float]]] = {
    "floor": floor,
    "floor_names": floor_names,
    "ours": ours,
    "sql": sql,
    "networkx": networkx,
}


def tested(used: list[int]) -> dict[int, list[Appraisal]]:
    """Results about the most used models."""
    grades = list(ControlGrade)
    return {
        model: [
            _result(i, language, grades[(i + n) % 4]) for n, language in enumerate(("en", "zh"))
        ]
        for i, model in enumerate(used)
    }


def _result(number: int, language: str, grade: ControlGrade) -> Appraisal:
    texts = dict.fromkeys(
        (
            "model_as_named",
            "suite",
            "metric",
            "access",
            "publisher",
            "title",
            "url",
            "finding",
            "caveat",
        ),
        "",
    )
    nothing = dict.fromkeys(
        ("model", "value", "unit", "higher_is", "n", "tested_on", "published_on")
    )
    made = TestResult(
        **texts,  # type: ignore[arg-type]
        **nothing,
        id=f"{number}-{language}",
        language=language,
        topics=(),
        outcome=Outcome.MIXED,
        layer="weights",
        evidence_class="measured",
        is_control=False,
    )
    return Appraisal(made, EvidenceClass.FULL_CONTROL, "", grade, may_decide=True)


# --- the run


def prepare(folder: Path, size: int, names: bool) -> int:
    """The same edges for everybody."""
    import duckdb

    made = edges_of(load(), size)
    write_edges(folder / "edges.parquet", made)
    np.save(
        folder / "tested.npy", np.argsort(np.bincount(made.parent, minlength=size))[::-1][:TESTED]
    )
    columns = columns_of(size, made)
    database = duckdb.connect()
    database.register("models", {"status": columns.status})
    database.execute(f"COPY (SELECT * FROM models) TO '{folder}/models.parquet' (FORMAT parquet)")
    if names:
        write_statistics(folder / "statistics.parquet", size, made)
    with writing(folder / "index.sqlite") as index:
        index.execute("BEGIN")
        write_info(
            index,
            IndexInfo(
                source="hub",
                as_of="2026-11-22",
                complete=True,
                models=size,
                names=size,
                edges=len(made.child),
            ),
        )
        rows = [(name, getattr(columns, name).tobytes()) for name in columns.__dataclass_fields__]
        index.executemany("INSERT INTO packed VALUES (?, ?)", [*rows, ("changes", b"0")])
        index.execute("INSERT INTO name VALUES (?, 'last', 'last')", (size - 1,))
        index.execute("COMMIT")
    return len(made.child)


def run(engine: str, folder: Path, size: int, limit: float) -> dict[str, float] | None:
    """One engine in a process of its own; None where it does not end in time or in memory."""
    command = [sys.executable, "-m", "bench.hub.scale", "--run", engine, str(folder), str(size)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit, check=False)
    except subprocess.TimeoutExpired:
        return None
    if done.returncode:
        print(
            f"{engine} at {size:,}: {done.stderr.strip().splitlines()[-1][:200]}", file=sys.stderr
        )
        return None
    return json.loads(done.stdout)


def child(engine: str, folder: str, size: str) -> None:
    found = ENGINES[engine](Path(folder), int(size))
    print(json.dumps(found | {"megabytes": _peak()}))


def _peak() -> float:
    """Most memory that this process ever held. `ru_maxrss` would count what the parent held before
    it started us."""
    line = next(
        line
        for line in Path("/proc/self/status").read_text().splitlines()
        if line.startswith("VmHWM")
    )
    return int(line.split()[1]) / 1024


class Clock:
    """Wall and processor seconds; on a machine that others use too the second is the steadier
    one."""

    def __init__(self) -> None:
        self.wall, self.cpu = time.perf_counter(), time.process_time()

    def read(self) -> dict[str, float]:
        return {"seconds": time.perf_counter() - self.wall, "cpu": time.process_time() - self.cpu}


def compare(sizes: list[int], limit: float, repeat: int) -> list[dict[str, object]]:
    rows = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            edges = prepare(folder, size, names=size <= 3_000_000)
            row: dict[str, object] = {"size": size, "edges": edges}
            for engine in ENGINES:
                if (engine == "floor_names" and size > 3_000_000) or (
                    engine == "networkx" and size > 1_000_000
                ):
                    continue
                times = repeat if engine in ("floor", "floor_names", "ours") else 1
                found = [one for _ in range(times) if (one := run(engine, folder, size, limit))]
                row[engine] = min(found, key=lambda one: one["seconds"]) if found else None
                print(f"{size:>10,} {engine:<12} {row[engine]}", file=sys.stderr)
            agree = {one["pairs"] for key in ("ours", "networkx") if (one := row.get(key))}
            assert len(agree) <= 1, agree
            rows.append(row)
    return rows


def table(rows: list[dict[str, object]]) -> str:
    """Markdown."""
    lines = [
        "| Models | Edges | Bare scan, numbers | Bare scan, names | lineage: all roots, exposures, gaps | memory | times the two scans "
        "| DuckDB recursive SQL: roots | networkx: roots |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in rows:
        mine, bare, names = row["ours"], row["floor"], row.get("floor_names")
        ratio = f"{mine['cpu'] / bare['cpu']:.1f}" + (
            f", {mine['cpu'] / names['cpu']:.1f}" if names else ""
        )
        cells = [
            f"{row['size']:,}",
            f"{row['edges']:,}",
            _seconds(bare),
            _seconds(names),
            _seconds(mine),
            f"{mine['megabytes']:.0f} MB",
            ratio,
            _with_memory(row.get("sql"), "sql" in row),
            _with_memory(row.get("networkx"), "networkx" in row),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _seconds(found: dict[str, float] | None) -> str:
    if not found:
        return "–"
    return " / ".join(
        f"{t * 1000:.0f} ms" if t < 1 else f"{t:.2f} s" for t in (found["seconds"], found["cpu"])
    )


def _with_memory(found: dict[str, float] | None, tried: bool) -> str:
    if found:
        return f"{_seconds(found)}, {found['megabytes']:.0f} MB"
    return "not within the limit" if tried else "not tried"


def curve(rows: list[dict[str, object]], path: Path) -> None:
    """Time over size, both logarithmic, as one SVG."""
    import matplotlib as mpl

    mpl.use("svg")
    import matplotlib.pyplot as plt

    mpl.rcParams |= {"svg.hashsalt": "lineage", "svg.fonttype": "none", "font.size": 10}
    figure, axes = plt.subplots(figsize=(7, 4.2))
    named = {
        "ours": "lineage (roots, exposures, gaps)",
        "sql": "DuckDB recursive SQL (roots)",
        "networkx": "networkx (roots)",
    }
    named |= {"floor_names": "bare scan of names", "floor": "bare scan of numbers"}
    for engine, label in named.items():
        points = [(row["size"], row[engine]["cpu"]) for row in rows if row.get(engine)]
        axes.loglog(
            [x for x, _ in points],
            [y for _, y in points],
            marker="o",
            label=label,
            linestyle=":" if "floor" in engine else "-",
        )
    axes.set_xlabel("models")
    axes.set_ylabel("processor seconds")
    axes.grid(visible=True, which="major", linewidth=0.4)
    axes.legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def lookups(size: int) -> dict[str, float]:
    """Build a real index from Parquet, then walk up from a thousand models, the deep chain among
    them."""
    import random
    import sqlite3

    from lineage.index.build import BuildStep
    from lineage.index.parquet import build_from_parquet
    from lineage.index.source import IndexSource

    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        made = edges_of(load(), size)
        write_statistics(folder / "hub.parquet", size, made)
        started = time.perf_counter()

        def step(at: BuildStep) -> None:
            if at.models % 500_000 == 0:
                print(
                    f"built {at.models:,}: {time.perf_counter() - started:.0f} s", file=sys.stderr
                )

        build_from_parquet(folder / "hub.sqlite", [folder / "hub.parquet"], on_step=step)
        built = time.perf_counter() - started
        source = IndexSource(folder / "hub.sqlite")
        names = [
            row[0]
            for row in sqlite3.connect(folder / "hub.sqlite").execute(
                "SELECT text FROM name WHERE id IN (SELECT child FROM edge)"
            )
        ]
        random.Random(0).shuffle(names)
        times = []
        for name in names[:1000]:
            began = time.perf_counter()
            source.ancestors(name)
            times.append(time.perf_counter() - began)
        deep = [n for n in names if n.endswith(f"/model-{size - CHAIN - 57}")]
        began = time.perf_counter()
        length = len(source.ancestors(deep[0])) if deep else 0
        return {
            "size": size,
            "build_seconds": built,
            "bytes": (folder / "hub.sqlite").stat().st_size,
            "median_ms": statistics.median(times) * 1000,
            "p99_ms": statistics.quantiles(times, n=100)[98] * 1000,
            "chain_ms": (time.perf_counter() - began) * 1000,
            "chain": length,
            "megabytes": _peak(),
        }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--limit", type=float, default=600, help="seconds for one engine")
    parser.add_argument("--repeat", type=int, default=3, help="best of so many, for the quick ones")
    parser.add_argument("--curve", type=Path, help="write the curve to this SVG")
    parser.add_argument("--write", type=Path, help="put the table into this document")
    parser.add_argument(
        "--lookups",
        type=int,
        help="instead: build a real index of so many models and time look-ups",
    )
    parser.add_argument("--run", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.run:
        child(*asked.run)
    elif asked.lookups:
        print(json.dumps(lookups(asked.lookups)))
    else:
        print(
            f"{os.cpu_count()} cores, nice {os.nice(0)}, load {os.getloadavg()[0]:.1f}",
            file=sys.stderr,
        )
        rows = compare(asked.sizes, asked.limit, asked.repeat)
        print(table(rows))
        if asked.write:
            head, _, rest = asked.write.read_text().partition(BEGIN)
            asked.write.write_text(head + BEGIN + "\n" + table(rows) + END + rest.partition(END)[2])
        if asked.curve:
            curve(rows, asked.curve)


if __name__ == "__main__":
    main()
