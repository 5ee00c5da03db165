"""`lineage compare`: whether two models share weights, from a few kilobytes of each."""

from __future__ import annotations

import json
from typing import Any

import click

from lineage.cli.exits import INCONCLUSIVE, PASSED
from lineage.cli.options import examples, format_option
from lineage.cli.terminal import columns
from lineage.cli.weights_source import WeightsSource
from lineage.cli.weights_text import comparison_lines
from lineage.fingerprint.comparison import Comparison
from lineage.fingerprint.comparison import compare as compare_profiles
from lineage.fingerprint.profile import LiveProfile
from lineage.fingerprint.verdict import CAVEATS, MatchKind, Ruling, rule, statement
from lineage.report.columns import fitted

SCHEMA = "lineage-compare/1"


@click.command(
    epilog=examples(
        "lineage compare org/model Qwen/Qwen2.5-7B", "lineage compare --offline ./a ./b.gguf --json"
    )
)
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@click.option(
    "--deep",
    is_flag=True,
    help="Undo permuted, rotated, flipped or pruned channels first; reads a few MB, needs numpy.",
)
@click.option("--offline", is_flag=True, help="Do not use the network: both must be local.")
@format_option()
def compare(a: str, b: str, deep: bool, offline: bool, form: str) -> int:
    """Compare the weights of two models.

    A and B are models on the Hub, folders, or single files, in any mix of safetensors, GGUF,
    PyTorch .bin and ONNX. Kilobytes are read, by range. The answer is statistical and has no
    direction: a model, its parent and its siblings look alike.

    Exit codes: 0 an answer was found, whichever it is; 3 it could not be tested; 4 a model could
    not be read.
    """
    source = WeightsSource(offline=offline)
    sides = [LiveProfile(source.open(target, thorough=deep)) for target in (a, b)]
    found = compare_profiles(*sides)
    ruling = rule(found, same_publisher=_same_publisher(a, b))
    if deep and not ruling.kind.is_match:
        from lineage.fingerprint.deep import compare_deep

        found = compare_deep(sides[0], sides[1], found)
        ruling = rule(found, same_publisher=_same_publisher(a, b))
    click.echo(_as_json(found, ruling, sides) if form == "json" else _as_text(found, ruling, sides))
    return INCONCLUSIVE if ruling.kind is MatchKind.NOT_TESTABLE else PASSED


def _same_publisher(a: str, b: str) -> bool:
    return "/" in a and a.partition("/")[0].casefold() == b.partition("/")[0].casefold()


def _as_text(found: Comparison, ruling: Ruling, sides: list[LiveProfile]) -> str:
    cost = [
        (side.label, side.opened.format, side.opened.tally.bytes, side.opened.tally.requests)
        for side in sides
    ]
    return fitted(comparison_lines(found, ruling, cost, columns()), columns())


def _as_json(found: Comparison, ruling: Ruling, sides: list[LiveProfile]) -> str:
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "kind": str(ruling.kind),
        "reason": ruling.reason,
        "statement": statement(ruling.kind, found.a, found.b, found),
        "comparison": found.to_dict(),
        "read": [
            {
                "model": side.label,
                "format": side.opened.format,
                "bytes": side.opened.tally.bytes,
                "requests": side.opened.tally.requests,
            }
            for side in sides
        ],
        "caveats": list(CAVEATS),
    }
    return json.dumps(document, indent=2, sort_keys=True)
