"""`lineage check --installed`: the stores of a computer, each model audited with its place, size and last use."""

from __future__ import annotations

import hashlib
import json
import os
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import Ran
from hub import HubModel, TestHub

Run = Callable[..., Ran]
COMMIT = "a" * 40


def gguf(**values: str) -> bytes:
    """A GGUF file without tensors, with these texts in its head."""
    out = b"GGUF" + struct.pack("<IQQ", 3, 0, len(values))
    for key, value in values.items():
        name, text = key.replace("__", ".").encode(), value.encode()
        out += struct.pack("<Q", len(name)) + name + struct.pack("<I", 8)
        out += struct.pack("<Q", len(text)) + text
    return out


def hub_cache(home: Path) -> None:
    """One model with a file, one data set, and one folder that is broken."""
    hub = home / ".cache" / "huggingface" / "hub"
    for kind in ("models--acme--cached", "datasets--acme--rows"):
        snapshot = hub / kind / "snapshots" / COMMIT
        snapshot.mkdir(parents=True)
        (hub / kind / "refs").mkdir()
        (hub / kind / "blobs").mkdir()
        (hub / kind / "refs" / "main").write_text(COMMIT)
        (hub / kind / "blobs" / "b1").write_text("x" * 2_000_000)
        (snapshot / "config.json").symlink_to("../../blobs/b1")
    (hub / "models--acme--broken").mkdir()


def ollama(home: Path, name: str, weights: bytes) -> str:
    """A tag whose blob holds these bytes; the digest of its manifest."""
    store = home / ".ollama" / "models"
    blob = hashlib.sha256(weights).hexdigest()
    (store / "blobs").mkdir(parents=True, exist_ok=True)
    (store / "blobs" / f"sha256-{blob}").write_bytes(weights)
    kind = "application/vnd.ollama.image.model"
    raw = json.dumps(
        {"layers": [{"mediaType": kind, "digest": f"sha256:{blob}", "size": 4_700_000_000}]}
    ).encode()
    place = store / "manifests" / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(raw)
    return hashlib.sha256(raw).hexdigest()


@pytest.fixture
def hub() -> Iterator[TestHub]:
    models = [HubModel(f"acme/{name}") for name in ("base", "studio", "pulled")]
    with TestHub([*models, HubModel("acme/cached", branches={COMMIT: COMMIT})]) as running:
        yield running


def audited(lineage: Run, hub: TestHub, home: Path, **env: str) -> dict[str, dict[str, Any]]:
    ran = lineage(
        "check",
        "--installed",
        "-f",
        "json",
        "--no-cache",
        env={"HOME": str(home), "XDG_CACHE_HOME": "", "HF_HOME": "", "HF_ENDPOINT": hub.url, **env},
    )
    assert ran.code in (0, 1, 3), ran.err
    report = json.loads(ran.out)
    return {target["model"]: target for target in report["targets"]} | {"scan": report["scan"]}


def test_each_store_is_looked_through(lineage: Run, hub: TestHub, tmp_path: Path):
    """Hugging Face by its client's own account, Ollama by manifest and blob, LM Studio and ModelScope by folder."""
    hub_cache(tmp_path)
    named = ollama(
        tmp_path,
        "registry.ollama.ai/library/made-here/latest",
        gguf(general__architecture="llama", general__name="x"),
    )
    ollama(tmp_path, "hf.co/acme/pulled/Q4_K_M", gguf(general__architecture="llama"))
    for place in (".lmstudio/models/acme/studio", ".cache/modelscope/hub/models/acme/scope___1"):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "m.gguf").write_bytes(gguf(general__architecture="llama"))
    found = audited(lineage, hub, tmp_path)
    scan = found.pop("scan")
    scope = str(tmp_path / ".cache/modelscope/hub/models/acme/scope___1")
    assert {*found} >= {
        "acme/cached",
        "acme/pulled",
        "acme/studio",
        "ollama:made-here:latest",
    }
    assert found["ollama:made-here:latest"]["revision"] == f"sha256:{named}"
    assert "modelscope:acme/scope.1" in found and scope in found
    assert found["acme/cached"]["revision"] == COMMIT
    (use,) = found["acme/cached"]["uses"]
    assert use["file"].endswith(f"models--acme--cached/snapshots/{COMMIT}")
    assert "2.0 MB" in use["via"] and "last used 20" in use["via"]
    assert not any("rows" in model for model in found)
    assert any("broken" in one["reason"] for one in scan["unreadable"])


def test_weights_that_no_table_knows_speak_for_themselves(
    lineage: Run, hub: TestHub, tmp_path: Path
):
    """The head of an own Ollama model names its base, although its blob has no name."""
    head = gguf(
        general__architecture="llama",
        general__base_model__0__repo_url="https://huggingface.co/acme/base",
    )
    head = head.replace(struct.pack("<Q", 2), struct.pack("<Q", 3), 1) + b"".join(
        (struct.pack("<Q", 24), b"general.base_model.count", struct.pack("<II", 4, 1))
    )
    ollama(tmp_path, "registry.ollama.ai/library/own/latest", head)
    found = audited(lineage, hub, tmp_path)
    (blob,) = [target for model, target in found.items() if "/blobs/sha256-" in model]
    assert [edge["parent"] for edge in blob["edges"]] == ["acme/base"]
    assert "4.7 GB" in blob["uses"][0]["via"]


def test_stores_elsewhere_are_found_by_their_variables(lineage: Run, hub: TestHub, tmp_path: Path):
    """OLLAMA_MODELS and HF_HOME move a store."""
    hub_cache(tmp_path / "other")
    ollama(tmp_path / "other", "hf.co/acme/pulled/latest", gguf(general__architecture="llama"))
    moved = {
        "OLLAMA_MODELS": str(tmp_path / "other/.ollama/models"),
        "HF_HOME": str(tmp_path / "other/.cache/huggingface"),
    }
    assert {"acme/cached", "acme/pulled"} <= {*audited(lineage, hub, tmp_path / "home", **moved)}


def test_a_computer_without_models_is_not_called_clear(lineage: Run, tmp_path: Path):
    """Nothing found is inconclusive, and the answer says where it was looked."""
    ran = lineage("check", "--installed", env={"HOME": str(tmp_path)})
    assert ran.code == 3 and "store" in ran.err
    assert lineage("check", "--installed", "--allow-empty", env={"HOME": str(tmp_path)}).code == 0
    assert lineage("check", "--installed", "src", env={"HOME": str(tmp_path)}).code == 2


def test_a_broken_manifest_is_told(lineage: Run, hub: TestHub, tmp_path: Path):
    """One file that is no manifest hides no other, and is listed."""
    ollama(tmp_path, "hf.co/acme/pulled/latest", gguf(general__architecture="llama"))
    bad = tmp_path / ".ollama/models/manifests/registry.ollama.ai/library/bad/latest"
    bad.parent.mkdir(parents=True)
    bad.write_text("[" * 100_000)
    os.mkfifo(bad.with_name("pipe"))
    found = audited(lineage, hub, tmp_path)
    assert "acme/pulled" in found and len(found["scan"]["unreadable"]) == 2
