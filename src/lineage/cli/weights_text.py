"""How comparisons and sketches read in the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lineage.fingerprint.comparison import Comparison
from lineage.fingerprint.sketch import Sketch
from lineage.fingerprint.verdict import CAVEATS, Ruling, statement
from lineage.report.columns import table
from lineage.report.printable import printable

_GROUPS = {
    "final_norm": "final norm",
    "embedding_norm": "norm after the embedding",
    "layer_norms": "norms of layers",
    "attention_rows": "rows of attention",
    "feed_forward_rows": "rows of feed-forward",
}


def comparison_lines(
    found: Comparison, ruling: Ruling, cost: Sequence[tuple[str, str, int, int]], width: int
) -> Iterator[str]:
    """The statement first, then what it rests on, what it cost, and what it does not say."""
    yield printable(statement(ruling.kind, found.a, found.b, found))
    yield f"Class: {ruling.kind}" + (f" — {printable(ruling.reason)}" if ruling.reason else "")
    yield ""
    if found.groups:
        headers = ("compared", "vectors", "r", "z", "p", "equal")
        yield from table(_rows(found), headers, width, rule=False).splitlines()
        yield ""
    if found.alignment:
        pairs = ", ".join(f"{a}={b}" for a, b in found.alignment)
        yield f"Layers matched: {pairs}"
    for label, kind, size, requests in cost:
        yield f"Read {_bytes(size)} in {requests} requests of {printable(label)} ({kind})."
    for problem in found.problems[:4]:
        yield f"Not read: {printable(problem)}"
    yield ""
    yield from CAVEATS


def _rows(found: Comparison) -> Iterator[tuple[str, ...]]:
    for group in found.groups:
        equal = f"{group.identical} of {group.compared_exactly}" if group.compared_exactly else ""
        power = "1" if group.log10_p > -1 else f"1e{group.log10_p:.0f}"
        yield (
            _GROUPS.get(group.name, group.name),
            str(group.vectors),
            f"{group.r:.3f}",
            f"{group.z:.1f}",
            power,
            equal,
        )


def _bytes(size: int) -> str:
    return f"{size / 1000:.1f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"


def sketch_table(sketches: Iterable[Sketch], width: int) -> str:
    """One line per reference."""
    rows = [
        (
            printable(s.repo),
            str(s.width),
            str(s.layers),
            printable(s.licence),
            (s.revision or "")[:12],
            printable(s.made_from or s.files[0].path if s.files else ""),
        )
        for s in sketches
    ]
    headers = ("model", "width", "layers", "licence", "revision", "made from")
    return table(rows, headers, width, names=(0, 5), rule=False)
