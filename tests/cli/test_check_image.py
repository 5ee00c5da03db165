"""`lineage check image.tar`: what a saved image holds of models, and what a hostile one cannot do."""

from __future__ import annotations

import gzip
import io
import json
import struct
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import Ran
from hub import HubModel, TestHub
from images import docker_archive, layer_of, oci_parts, packed

Run = Callable[..., Ran]
COMMIT = "a" * 40
HEADER = json.dumps({"__metadata__": {"format": "pt"}}).encode()
WEIGHTS = struct.pack("<Q", len(HEADER)) + HEADER + b"\0" * 64
CACHE = "root/.cache/huggingface/hub/models--acme--cached"

LAYERS: list[dict[str, Any]] = [
    {
        "app/old.py": 'from transformers import AutoModel\nAutoModel.from_pretrained("acme/removed")\n',
        "app/serve.py": 'from transformers import AutoModel\nAutoModel.from_pretrained("acme/overwritten")\n',
        "srv/gone/x.py": 'from transformers import AutoModel\nAutoModel.from_pretrained("acme/hidden")\n',
        "usr/lib/python3/dist-packages/lib.py": 'AutoModel.from_pretrained("acme/library")\n',
        f"{CACHE}/blobs/b1": '{"model_type": "qwen2"}',
        f"{CACHE}/blobs/b2": WEIGHTS,
        f"{CACHE}/refs/main": COMMIT,
        f"{CACHE}/snapshots/{COMMIT}/config.json": "-> ../../blobs/b1",
        f"{CACHE}/snapshots/{COMMIT}/model.safetensors": "-> ../../blobs/b2",
    },
    {
        "app/.wh.old.py": "",
        "srv/gone/.wh..wh..opq": "",
        "./app/serve.py": 'from transformers import AutoModel\nAutoModel.from_pretrained("acme/code")\n',
        "opt/models/own/model.safetensors": WEIGHTS,
        "opt/models/own/config.json": '{"_name_or_path": "acme/base"}',
        "opt/models/own/README.md": "---\nbase_model: acme/base\n---\n",
    },
]
STARTS = {"Env": ["MODEL_ID=acme/setting"], "Cmd": ["vllm", "serve", "acme/served"]}
NAMES = ("base", "cached", "code", "served", "setting")


@pytest.fixture
def hub() -> Iterator[TestHub]:
    with TestHub(
        [HubModel(f"acme/{name}", branches={COMMIT: COMMIT}) for name in NAMES]
    ) as running:
        yield running


def saved(tmp_path: Path, form: str) -> Path:
    if form == "docker":
        return docker_archive(tmp_path / "image.tar", LAYERS, STARTS)
    parts = oci_parts(LAYERS, STARTS)
    if form == "oci":
        return packed(parts, tmp_path / "image.tar")
    if form == "gzipped":
        path = tmp_path / "image.tar.gz"
        path.write_bytes(
            gzip.compress(docker_archive(tmp_path / "plain.tar", LAYERS, STARTS).read_bytes())
        )
        return path
    for name, content in parts.items():
        (tmp_path / "layout" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "layout" / name).write_bytes(content)
    return tmp_path / "layout"


@pytest.mark.parametrize("form", ["docker", "oci", "gzipped", "folder"])
def test_every_model_of_an_image_is_audited(lineage: Run, hub: TestHub, tmp_path: Path, form: str):
    """Code, settings, command, cache and folders of weights of what a container would see; nothing that a layer took away."""
    image = saved(tmp_path, form)
    ran = lineage(
        "check",
        "-f",
        "json",
        "--no-cache",
        str(image),
        env={"HF_ENDPOINT": hub.url, "TMPDIR": str(tmp_path)},
    )
    report = json.loads(ran.out)
    models = {target["model"] for target in report["targets"]}
    assert models == {
        "acme/base",
        "acme/cached",
        "acme/code",
        "acme/served",
        "acme/setting",
        "./opt/models/own",
    }, ran.err
    own = next(target for target in report["targets"] if target["model"].startswith("./"))
    assert [edge["parent"] for edge in own["edges"]] == ["acme/base"]
    cached = next(target for target in report["targets"] if target["model"] == "acme/cached")
    assert cached["revision"] == COMMIT and cached["uses"][0]["file"].endswith(
        f"snapshots/{COMMIT}"
    )
    assert report["scan"]["unreadable"] == []  # a store is read by its own reader
    assert "lineage-image-" not in ran.out and report["scan"]["root"] == str(image)
    assert not list(tmp_path.glob("lineage-image-*"))


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"manifest.json": b"not json"},
        {"manifest.json": b'[{"Config": "c", "Layers": ["../../etc/passwd"]}]', "c": b"{}"},
        {
            "manifest.json": b'[{"Config": "c", "Layers": ["l"]}]',
            "c": b"{}",
            "l": b"no tar at all" * 99,
        },
        {"index.json": b'{"manifests": [{"digest": "sha256:../../../etc/passwd"}]}'},
        {"index.json": b'{"manifests": []}'},
        {"manifest.json": b"[" * 100_000},
    ],
)
def test_what_is_no_image_is_a_clear_error(lineage: Run, tmp_path: Path, parts: dict[str, bytes]):
    """Wrong usage that names the file and how to save an image."""
    ran = lineage("check", str(packed(parts, tmp_path / "image.tar")))
    assert ran.code == 2 and "image.tar" in ran.err and "docker save" in ran.err, ran.err


def test_paths_that_lead_out_of_an_image_lead_nowhere(lineage: Run, tmp_path: Path):
    """Climbing names, absolute names, links and hard links to files of this computer: none is followed or written."""
    code = 'from transformers import AutoModel\nAutoModel.from_pretrained("acme/evil")\n'
    (tmp_path / "secret.py").write_text(code)
    layer = {
        "../escaped.py": code,
        "app/../../escaped.py": code,
        "app/link.py": f"-> {tmp_path}/secret.py",
        "app/up.py": "-> ../../../../../../../../secret.py",
        "app/hard.py": f"=> {tmp_path}/secret.py",
        "app": "-> /etc",
        "app/below/x.py": code.replace("evil", "inner"),
    }
    inside = tmp_path / "inner"
    inside.mkdir()
    image = docker_archive(inside / "image.tar", [layer])
    ran = lineage("check", "--dry-run", str(image), env={"TMPDIR": str(inside)})
    assert "acme/evil" not in ran.out and "acme/inner" in ran.out, ran.err
    assert not list(tmp_path.rglob("escaped.py"))


def test_a_layer_that_unpacks_without_end_is_refused(lineage: Run, tmp_path: Path):
    """A few megabytes of gzip that stand for terabytes: an error, not a full disk."""
    head = tarfile.TarInfo("app/huge.bin")
    head.size = 1 << 40
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=9) as file:
        file.write(head.tobuf())
        for _ in range(40):
            file.write(b"\0" * (1 << 20))
    ran = lineage("check", str(docker_archive(tmp_path / "image.tar", [out.getvalue()])))
    assert ran.code == 2 and "layer" in ran.err and "image.tar" in ran.err


def test_a_layer_packed_with_zstd_is_never_passed_over(lineage: Run, tmp_path: Path):
    """Read where Python can, and else an error that says what to do: no green answer without it."""
    image = docker_archive(
        tmp_path / "image.tar", [layer_of({}), b"\x28\xb5\x2f\xfd" + b"\0" * 600]
    )
    ran = lineage("check", "--allow-empty", str(image))
    assert ran.code in (2, 4) and "layer" in ran.err.lower()
