"""What a record tells of one model, read the same way by every format; a card may put any type
anywhere."""

from __future__ import annotations

from lineage.graph.graph import Node
from lineage.report.printable import printable

_MOST_DATASETS = 200


def datasets(node: Node) -> tuple[str, ...]:
    """Data sets that the card names, sorted, without repeats."""
    named = node.record.card.get("datasets") if node.record else None
    listed = [named] if isinstance(named, str) else named
    if not isinstance(listed, list):
        return ()
    return tuple(
        sorted({printable(one, 200) for one in listed if isinstance(one, str) and one.strip()})
    )[:_MOST_DATASETS]


def architecture(node: Node) -> str | None:
    """The architecture class, else the model type, that the record names."""
    config = node.record.config if node.record else {}
    named = config.get("architectures")
    if isinstance(named, list) and named and isinstance(named[0], str):
        return named[0]
    kind = config.get("model_type")
    return kind if isinstance(kind, str) else None


def licence(node: Node) -> str | None:
    """The licence that the card declares, or its tag."""
    if node.record is None:
        return None
    declared = node.record.card.get("license_name") or node.record.card.get("license")
    if isinstance(declared, list):
        declared = ", ".join(str(one) for one in declared)
    tagged = next(
        (tag.partition(":")[2] for tag in node.record.tags if tag.startswith("license:")), None
    )
    return str(declared) if declared else tagged


def model_type(node: Node) -> str | None:
    """The `model_type` of config.json, such as `qwen2`."""
    kind = node.record.config.get("model_type") if node.record else None
    return printable(kind, 100) if isinstance(kind, str) and kind else None


def weight_hashes(node: Node) -> tuple[tuple[str, str], ...]:
    """Path and SHA-256 of every file whose hash the source lists."""
    files = (node.record.files or ()) if node.record else ()
    return tuple(
        sorted(
            (printable(entry.path, 500), entry.sha256)
            for entry in files
            if entry.sha256 and _is_sha256(entry.sha256)
        )
    )


def _is_sha256(text: str) -> bool:
    return len(text) == 64 and all(char in "0123456789abcdef" for char in text)


def count(number: int | None) -> str:
    """`7.6 B` for the number of weights; empty where it is not known."""
    if number is None:
        return ""
    for size, letter in ((10**12, "T"), (10**9, "B"), (10**6, "M"), (10**3, "K")):
        if number >= size:
            return f"{number / size:.3g} {letter}"
    return str(number)
