"""`lineage compare`: whether two models share weights, from a few kilobytes of each."""

from __future__ import annotations

import json

import click

from lineage.cli.exits import INCONCLUSIVE, PASSED
from lineage.cli.options import examples, format_option
from lineage.cli.terminal import columns
from lineage.cli.weights_source import WeightsSource
from lineage.cli.weights_text import comparison_lines
from lineage.fingerprint.verdict import MatchKind
from lineage.report.columns import fitted
from lineage.report.comparison import to_dict
from lineage.workflows.comparing import Compared, compared, have_one_publisher


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
    found = compared(
        source.open(a, thorough=deep),
        source.open(b, thorough=deep),
        same_publisher=have_one_publisher(a, b),
        deep=deep,
    )
    click.echo(_as_json(found) if form == "json" else _as_text(found))
    return INCONCLUSIVE if found.ruling.kind is MatchKind.NOT_TESTABLE else PASSED


def _as_text(one: Compared) -> str:
    cost = [
        (side.label, side.opened.format, side.opened.tally.bytes, side.opened.tally.requests)
        for side in one.sides
    ]
    return fitted(comparison_lines(one.found, one.ruling, cost, columns()), columns())


def _as_json(one: Compared) -> str:
    return json.dumps(to_dict(one.found, one.ruling, one.sides), indent=2, sort_keys=True)
