"""`deepseek-r1:8b` of Ollama's library as it was in August 2026: the manifest, configuration,
licence and parameters byte for byte, as their digests show. The template is not on record, and of
the weights only what `ollama show` prints."""

from __future__ import annotations

import json

from hub import HubFile

from .ollama import KIND, OllamaModel, gguf_head

DIGEST = "6995872bfe4c521a67b32da386cd21d5c6e819b6e0d62f79f64ec83be99f5763"
"""Of the manifest; `ollama list` shows the first 12 digits."""
_LAYERS = (
    ("model", "e6a7edc1a4d7d9b2de136a221a57336b76316cfe53a252aeba814496c5ae439d", 5225373760),
    ("template", "c5ad996bda6eed4df6e3b605a9869647624851ac248209d22fd5e2c0cc1121d3", 556),
    ("license", "6e4c38e1172f42fdbff13edf9a7a017679fb82b0fde415a3e8b3c31c6ed4a4e4", 1065),
    ("params", "ed8474dc73db8ca0d85c1958c91c3a444e13a469c2efb10cd777ca9baeaddcb7", 179),
)
_CONFIG = "f64cd5418e4b038ef90cf5fab6eb7ce6ae8f18909416822751d3b9fca827c2ab"
_LICENCE = """MIT License

Copyright (c) 2023 DeepSeek

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
"""
_HEAD = gguf_head(
    {
        "general.architecture": "qwen3",
        "general.type": "model",
        "general.file_type": 15,
        "qwen3.context_length": 131072,
        "qwen3.embedding_length": 4096,
        "qwen3.block_count": 36,
    }
)


def _compact(value: object) -> str:
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e")


_CONFIGURED = {
    "model_format": "gguf",
    "model_family": "qwen3",
    "model_families": ["qwen3"],
    "model_type": "8.2B",
    "file_type": "Q4_K_M",
    "architecture": "amd64",
    "os": "linux",
    "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest}" for _, digest, _ in _LAYERS]},
}
_PARAMS = {
    "stop": ["<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>", "<｜User｜>", "<｜Assistant｜>"],
    "temperature": 0.6,
    "top_p": 0.95,
}
_DOCKER = "application/vnd.docker"
_MANIFEST = {
    "schemaVersion": 2,
    "mediaType": f"{_DOCKER}.distribution.manifest.v2+json",
    "config": {
        "mediaType": f"{_DOCKER}.container.image.v1+json",
        "digest": f"sha256:{_CONFIG}",
        "size": 487,
    },
    "layers": [
        {"mediaType": KIND + kind, "digest": f"sha256:{digest}", "size": size}
        for kind, digest, size in _LAYERS
    ],
}
_BLOBS = {
    "model": HubFile(_HEAD, 5225373760),
    "template": HubFile(bytes(556)),
    "license": HubFile(_LICENCE.encode()),
    "params": HubFile(f"{_compact(_PARAMS)}\n".encode()),
}
DEEPSEEK_R1_8B = OllamaModel(
    "deepseek-r1:8b",
    gguf={"general.architecture": "qwen3", "general.file_type": 15},
    size=5225373760,
    licence=(_LICENCE,),
    details={"family": "qwen3", "families": ["qwen3"], "parameter_size": "8.2B"},
    raw=_compact(_MANIFEST).encode(),
    recorded={
        f"sha256:{_CONFIG}": HubFile(f"{_compact(_CONFIGURED)}\n".encode()),
        **{f"sha256:{digest}": _BLOBS[kind] for kind, digest, _ in _LAYERS},
    },
)
