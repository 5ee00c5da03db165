"""The same weights in every format, what reading them costs, and how long 300 references take."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from lineage.core.record import FileEntry
from lineage.fingerprint.comparison import compare, first_look
from lineage.fingerprint.opening import Files, files_of_path, open_weights
from lineage.fingerprint.profile import LiveProfile
from lineage.fingerprint.sketch import make_sketch, parse_sketch
from lineage.fingerprint.verdict import rule
from weights import virtual, writing
from weights.catalogue import Specimen
from weights.measure import profile_of

WRITERS = {
    "safetensors": writing.folder,
    "PyTorch .bin": writing.pytorch,
    "GGUF Q8_0": writing.gguf,
    "ONNX": writing.onnx,
}


def format_table(found: list[Specimen]) -> str:
    """A fine-tune in one format against its parent in another."""
    by_name = {one.name: one for one in found}
    lines = [
        "| fine-tune in | base in | class | z of the final norm | groups |",
        "|---|---|---|---|---|",
    ]
    with tempfile.TemporaryDirectory() as place:
        for name, write in WRITERS.items():
            for other, write_other in WRITERS.items():
                a = LiveProfile(
                    open_weights(
                        files_of_path(write(by_name["py0.sft"].state, Path(place) / f"a {name}"))
                    )
                )
                b = LiveProfile(
                    open_weights(
                        files_of_path(write_other(by_name["py0"].state, Path(place) / f"b {other}"))
                    )
                )
                outcome = compare(a, b)
                z = next(g.z for g in outcome.groups if g.name == "final_norm")
                lines.append(
                    f"| {name} | {other} | {rule(outcome).kind} | {z:.1f} | {len(outcome.groups)} |"
                )
    return "### Formats\n\n" + "\n".join(lines)


def size_table() -> str:
    """Bytes and requests for a model of the shape of Qwen2.5-7B, in files that exist only where
    they are read."""
    lines = [
        "| format | file | first look (strangers stop here) | everything of `compare` | requests |",
        "|---|---|---|---|---|",
    ]
    for name, ending, file in (
        ("safetensors", "model.safetensors", virtual.safetensors()),
        ("GGUF, table found by search", "model-q8_0.gguf", virtual.gguf()),
        ("PyTorch .bin", "pytorch_model.bin", virtual.pytorch()),
    ):
        files = Files(
            "7B",
            (FileEntry(ending, file.size),),
            lambda _, start, end, file=file: file.read(start, end),
        )
        one = LiveProfile(open_weights(files))
        first_look(one, one, 1)
        look = one.opened.tally.bytes
        compare(one, one)
        tally = one.opened.tally
        lines.append(
            f"| {name} | {file.size / 1e9:.1f} GB | {look / 1000:.1f} kB | {tally.bytes / 1000:.1f} kB | {tally.requests} |"
        )
    return (
        "### What it costs at 7B\n\nThe shape of Qwen2.5-7B (28 layers, width 3584), whole file.\n\n"
        + "\n".join(lines)
    )


def speed_lines(found: list[Specimen]) -> str:
    """300 references of one width, with and without the numbers read already."""
    sketches = [
        make_sketch(profile_of(one).opened, repo=f"zoo/{n}")
        for n, one in enumerate(found)
        if one.group != "width"
    ]
    rows = [
        parse_sketch(sketches[n % len(sketches)].to_dict() | {"repo": f"zoo/{n}"})
        for n in range(300)
    ]
    suspect = profile_of(found[1])
    began = time.perf_counter()
    for sketch in rows:
        compare(suspect, sketch, candidates=300)
    seconds = time.perf_counter() - began
    return f"### Speed\n\nAll groups against 300 references of one width, in pure Python: {seconds:.2f} s."
