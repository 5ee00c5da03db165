"""The shape of the real hub as numbers: measured from a folder of real edges, and kept in
shape.json.

    PYTHONPATH=src python -m bench.hub.shape RAW_FOLDER     # measure and fit again; rewrites shape.json

Measured: how many parents a child has, which relation goes with one parent and with several, how
deep models lie, how the children are spread over parents. Fitted to the last two: `copy`, how often
a child takes a parent that another child took before it, and `root`, how often a parent chosen
afresh is one without a base.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from lineage.core.relation import Relation

SHAPE = Path(__file__).with_name("shape.json")


@dataclass(frozen=True)
class Shape:
    """What a made-up hub has in common with the real one."""

    derived: float
    """Share of models that declare a base."""
    parents: dict[int, float]
    """Number of parents, and the share of derived models that have so many."""
    one: dict[str, float]
    """Relation of children with one parent."""
    several: dict[str, float]
    """Relation of edges of children with several."""
    copy: float
    root: float
    depth: tuple[float, ...]
    """Measured: share of derived models whose nearest root is 1, 2, … edges away."""
    top: dict[int, float]
    """Measured: share of all edges that lead to the 1, 10, 100 parents with most children."""


def load() -> Shape:
    """The kept numbers."""
    kept = json.loads(SHAPE.read_text())
    kept["parents"] = {int(k): v for k, v in kept["parents"].items()}
    kept["top"] = {int(k): v for k, v in kept["top"].items()}
    return Shape(**kept | {"depth": tuple(kept["depth"])})


def measure(raw: Path) -> Shape:
    """Count the real edges; `copy` and `root` are left at zero."""
    parents: dict[str, dict[str, str]] = defaultdict(dict)
    for name in ("edges_measure.jsonl", "edges_licensed.jsonl"):
        for line in (raw / name).open(encoding="utf-8"):
            row = json.loads(line)
            if row["child"].lower() != row["parent"].lower():
                word = (
                    row["relation"]
                    if row["relation"] in set(map(str, Relation))
                    else "conversion"
                    if row["relation"] == "mirror"
                    else "unknown"
                )
                parents[row["child"].lower()].setdefault(row["parent"].lower(), word)
    shapes = Counter(
        json.loads(line)["shape"] for line in (raw / "cards.jsonl").open(encoding="utf-8")
    )
    silent = sum(shapes[word] for word in ("absent", "empty list", "no front matter"))
    counts = Counter(len(found) for found in parents.values())
    one = Counter(next(iter(found.values())) for found in parents.values() if len(found) == 1)
    several = Counter(
        word for found in parents.values() if len(found) > 1 for word in found.values()
    )
    edges = [(child, parent) for child, found in parents.items() for parent in found]
    numbers = {
        name: i for i, name in enumerate(dict.fromkeys(name for edge in edges for name in edge))
    }
    child, parent = (np.array([numbers[edge[i]] for edge in edges]) for i in (0, 1))
    depth, top = spread(len(numbers), child, parent)
    return Shape(
        derived=round(1 - silent / sum(shapes.values()), 3),
        parents={k: v / len(parents) for k, v in sorted(counts.items())},
        one=_shares(one),
        several=_shares(several),
        copy=0.0,
        root=0.0,
        depth=depth,
        top=top,
    )


def _word(written: str) -> str:
    return (
        written
        if written in set(map(str, Relation))
        else "conversion"
        if written == "mirror"
        else "unknown"
    )


def spread(
    size: int, child: np.ndarray, parent: np.ndarray
) -> tuple[tuple[float, ...], dict[int, float]]:
    """Depth of the nearest root over derived models, and the share of edges at the most used
    parents."""
    depth = np.full(size, -1)
    depth[np.setdiff1d(np.arange(size), child)] = 0
    for step in range(1, 200):
        reached = child[(depth[parent] == step - 1) & (depth[child] < 0)]
        if not len(reached):
            break
        depth[reached] = step
    shares = np.bincount(depth[depth > 0]) / max(1, (depth > 0).sum())
    used = np.sort(np.bincount(parent, minlength=size))[::-1]
    return tuple(round(float(s), 5) for s in shares[1:12]), {
        k: round(float(used[:k].sum() / len(parent)), 4) for k in (1, 10, 100)
    }


def _shares(counts: Counter[str]) -> dict[str, float]:
    return {word: round(n / counts.total(), 5) for word, n in sorted(counts.items())}


def fit(shape: Shape, size: int = 50_000) -> Shape:
    """The `copy` and `root` whose hubs of the same size come nearest in depth and spread."""
    from bench.hub.generator import edges_of

    def distance(copy: float, root: float) -> float:
        tried = Shape(**asdict(shape) | {"copy": copy, "root": root})
        made = edges_of(tried, size, seed=7, oddities=False)
        depth, top = spread(size, made.child, made.parent)
        length = max(len(depth), len(shape.depth))
        depths = sum(
            abs(a - b)
            for a, b in zip(_padded(depth, length), _padded(shape.depth, length), strict=True)
        )
        return depths + sum(abs(top[k] - shape.top[k]) for k in shape.top)

    grid = [(c / 20, r / 20) for c in range(6, 20) for r in range(1, 20)]
    best = min(grid, key=lambda pair: distance(*pair))
    print(f"copy {best[0]}, root {best[1]}, distance {distance(*best):.3f}")
    return Shape(**asdict(shape) | {"copy": best[0], "root": best[1]})


def _padded(values: tuple[float, ...], length: int) -> tuple[float, ...]:
    return (*values, *(0.0,) * (length - len(values)))


def main() -> None:
    measured = measure(Path(sys.argv[1]))
    SHAPE.write_text(json.dumps(asdict(fit(measured)), indent=1) + "\n")
    print(SHAPE.read_text())


if __name__ == "__main__":
    main()
