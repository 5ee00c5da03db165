"""Makes hubs of 10^4 to 10^7 models in the shape of the real one, the same for the same seed.

    PYTHONPATH=src python -m bench.hub.generator 1000000 -o hub.parquet

Models come in order of age. A child takes its parents either where an earlier child took one (so
the used get more used), or afresh from the models that are there. What random hubs lack is put in:
a merge of 47, a chain of 75, and cycles.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
from bench.hub.shape import Shape, load

from lineage.index.columns import Columns
from lineage.index.stored import RELATIONS

CHAIN, MERGE = 75, 47


@dataclass(frozen=True)
class Edges:
    """By child."""

    child: np.ndarray
    parent: np.ndarray
    relation: np.ndarray


def edges_of(shape: Shape, size: int, seed: int = 1, *, oddities: bool = True) -> Edges:
    """The edges of a hub of `size` models."""
    chance = np.random.default_rng(seed)
    first = min(100, size // 2)
    derived = chance.random(size) < shape.derived
    derived[:first] = False
    models = np.flatnonzero(derived)
    counts = np.array(list(shape.parents))[
        chance.choice(len(shape.parents), len(models), p=_normal(shape.parents))
    ]
    child = np.repeat(models, counts)
    of_many = np.repeat(counts > 1, counts)
    parent = _parents(shape, chance, derived, child)
    relation = np.where(
        of_many, _words(shape.several, chance, len(child)), _words(shape.one, chance, len(child))
    )
    if oddities and size > 5000:
        child, parent, relation = _odd(chance, size, child, parent, relation)
    keep = child != parent
    key = child[keep].astype(np.int64) * size + parent[keep]
    _, places = np.unique(key, return_index=True)
    return Edges(child[keep][places], parent[keep][places], relation[keep][places].astype(np.uint8))


def _parents(
    shape: Shape, chance: np.random.Generator, derived: np.ndarray, child: np.ndarray
) -> np.ndarray:
    roots, made = np.flatnonzero(~derived), np.flatnonzero(derived)
    older_roots, older_made = np.searchsorted(roots, child), np.searchsorted(made, child)
    take_root = (chance.random(len(child)) < shape.root) | (older_made == 0)
    fresh_root = roots[(chance.random(len(child)) * older_roots).astype(np.int64)]
    fresh_made = made[(chance.random(len(child)) * np.maximum(older_made, 1)).astype(np.int64)]
    fresh = np.where(take_root, fresh_root, fresh_made)
    # An edge that copies points to an earlier one; following the pointers to their end is done for
    # all at once.
    own_first = np.searchsorted(child, child)
    copies = (chance.random(len(child)) < shape.copy) & (own_first > 0)
    pointer = np.where(
        copies, (chance.random(len(child)) * own_first).astype(np.int64), np.arange(len(child))
    )
    while not np.array_equal(further := pointer[pointer], pointer):
        pointer = further
    return fresh[pointer]


def _odd(
    chance: np.random.Generator,
    size: int,
    child: np.ndarray,
    parent: np.ndarray,
    relation: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    merge, finetune = RELATIONS.index("merge"), RELATIONS.index("finetune")  # type: ignore[arg-type]
    at = size - CHAIN - MERGE - 10
    chain = np.arange(at, at + CHAIN + 1)
    big = np.full(MERGE, at + CHAIN + 2)
    extra = [(chain[:-1], chain[1:], merge), (big, chance.choice(at, MERGE, replace=False), merge)]
    gone = np.isin(child, [*chain, big[0]])
    pairs = chance.choice(child, (max(6, size // 100_000), 2))
    extra += [(pairs[:, 0], pairs[:, 1], finetune), (pairs[:, 1], pairs[:, 0], finetune)]
    parts = [
        (child[~gone], parent[~gone], relation[~gone]),
        *((c, p, np.full(len(c), word)) for c, p, word in extra),
    ]
    joined = [np.concatenate([part[i] for part in parts]) for i in range(3)]
    order = np.argsort(joined[0], kind="stable")
    return joined[0][order], joined[1][order], joined[2][order]


def _normal(shares: dict[int, float]) -> np.ndarray:
    values = np.array(list(shares.values()))
    return values / values.sum()


def _words(shares: dict[str, float], chance: np.random.Generator, count: int) -> np.ndarray:
    numbers = np.array([[str(r) for r in RELATIONS].index(word) for word in shares])
    return numbers[
        chance.choice(len(numbers), count, p=np.array(list(shares.values())) / sum(shares.values()))
    ]


def columns_of(size: int, edges: Edges, seed: int = 2) -> Columns:
    """The same hub as an index holds it."""
    chance = np.random.default_rng(seed)
    return Columns(
        status=np.zeros(size, np.uint8),
        partial=np.zeros(size, np.bool_),
        created=np.sort(chance.integers(18_000, 20_700, size)).astype(np.int32),
        downloads=np.minimum(chance.pareto(0.9, size) * 10, 2e9).astype(np.int32),
        child=edges.child.astype(np.int32),
        parent=edges.parent.astype(np.int32),
        relation=edges.relation,
        is_part=np.zeros(len(edges.child), np.bool_),
        grade=np.zeros(len(edges.child), np.uint8),
    )


def write_edges(path: Path, edges: Edges) -> None:
    """Child, parent and relation as numbers: what every engine of the comparison starts from."""
    database = duckdb.connect()
    database.register(
        "made",
        {
            "child": edges.child.astype(np.int32),
            "parent": edges.parent.astype(np.int32),
            "relation": edges.relation,
        },
    )
    database.execute(f"COPY (SELECT * FROM made) TO '{path}' (FORMAT parquet)")


def write_statistics(path: Path, size: int, edges: Edges) -> None:
    """The hub as a Parquet file with the columns of the public statistics."""
    database = duckdb.connect()
    columns = columns_of(size, edges)
    database.register(
        "edges",
        {
            "child": edges.child.astype(np.int64),
            "parent": edges.parent.astype(np.int64),
            "relation": edges.relation,
        },
    )
    database.register(
        "models",
        {
            "number": np.arange(size),
            "day": columns.created.astype(np.int32),
            "downloads": columns.downloads.astype(np.int64),
        },
    )
    words = ", ".join(f"'{word}'" for word in RELATIONS)
    # A few publishers host much, most host little.
    name = "'org' || CAST(400000 * pow((hash({0}) % 1000003) / 1000003.0, 4) AS INT) || '/model-' || {0}"
    database.execute(
        f"""
        COPY (
            WITH linked AS (
                SELECT child, list({name.format("parent")} ORDER BY parent) AS named, min([{words}][relation + 1]) AS word
                FROM edges GROUP BY child)
            SELECT {name.format("number")} AS id,
                (TIMESTAMP '1970-01-01' + to_days(day)) AS createdAt, (TIMESTAMP '1970-01-01' + to_days(day)) AS lastModified,
                downloads, 1 AS likes, ['transformers', 'safetensors', 'text-generation', 'license:mit', 'region:us'] AS tags,
                CASE WHEN named IS NULL THEN '{{"license":"mit"}}'
                    ELSE to_json({{'base_model': named, 'license': 'mit'}})::VARCHAR END AS cardData,
                CASE WHEN named IS NULL THEN NULL
                    ELSE {{'relation': word, 'models': list_transform(named, lambda n: {{'_id': '', 'id': n}})}} END AS baseModels,
                'transformers' AS library_name, 'text-generation' AS pipeline_tag
            FROM models LEFT JOIN linked ON child = number ORDER BY number
        ) TO '{path}' (FORMAT parquet)
        """
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("size", type=int)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    edges = edges_of(load(), asked.size, asked.seed)
    write_statistics(asked.output, asked.size, edges)
    print(
        f"{asked.output}: {asked.size:,} models, {len(edges.child):,} edges, {asked.output.stat().st_size:,} bytes"
    )


if __name__ == "__main__":
    main()
