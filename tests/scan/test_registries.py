"""Artefacts of container registries in code, commands, manifests and Kitfiles; images and charts
beside them are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.core.use import Certainty
from lineage.scan.scan import scan

ISVC = """kind: InferenceService
spec:
  predictor:
    model:
      storageUri: oci://quay.io/acme/modelcar:1.0
"""
COMPOSE = """services:
  app:
    image: ghcr.io/acme/app:1
models:
  llm:
    model: ghcr.io/acme/llm:2
  small:
    model: ai/smollm2
"""
CHART = """kind: HelmRepository
spec:
  url: oci://ghcr.io/acme/charts
dependencies:
  - repository: oci://registry-1.docker.io/bitnamicharts
"""
KITFILE = """model:
  path: jozu.ml/acme/base@sha256:{digest}
  parts:
    - path: ./lora
code:
  - path: ghcr.io/acme/code:1
"""


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("isvc.yaml", ISVC, {"oci://quay.io/acme/modelcar:1.0"}),
        ("compose.yaml", COMPOSE, {"oci://ghcr.io/acme/llm:2", "docker:ai/smollm2"}),
        ("chart.yaml", CHART, set()),
        (
            "Kitfile",
            KITFILE.format(digest="a" * 64),
            {f"oci://jozu.ml/acme/base@sha256:{'a' * 64}"},
        ),
        ("Kitfile", "model:\n  path: hf.co/acme/base\n", {"acme/base"}),
        ("Kitfile", "model:\n  path: ./model.gguf\n", set()),
        ("Modelfile", "FROM oci://ghcr.io/acme/m:1\n", {"oci://ghcr.io/acme/m:1"}),
        ("run.sh", "docker model run ghcr.io/acme/m:1 hello\n", {"oci://ghcr.io/acme/m:1"}),
        ("run.sh", "docker model pull acme/m:1\n", {"docker:acme/m:1"}),
        ("run.sh", "docker model run smollm2\n", {"docker:ai/smollm2"}),
        ("run.sh", "docker model run hf.co/acme/m\n", {"acme/m"}),
        ("run.sh", "kit unpack jozu.ml/acme/kit:1 -d .\n", {"oci://jozu.ml/acme/kit:1"}),
        ("run.sh", "kit list\nkit pull mykit:latest\n", set()),
        ("run.sh", "modctl pull reg.acme.io/m/qwen:7b\n", {"oci://reg.acme.io/m/qwen:7b"}),
        ("run.sh", "helm install x oci://ghcr.io/acme/charts/x\n", set()),
        ("run.sh", "ramalama run oci://quay.io/acme/m:1\n", {"oci://quay.io/acme/m:1"}),
        (
            "app.py",
            'from transformers import AutoModel\nAutoModel.from_pretrained("oci://a.io/b/c:1")\n',
            {"oci://a.io/b/c:1"},
        ),
    ],
)
def test_what_is_used(tmp_path: Path, name: str, text: str, expected: set[str]) -> None:
    """Exactly the models named in the file."""
    (tmp_path / name).write_text(text)
    uses = scan(tmp_path).uses
    sure = [use for use in uses if use.certainty.rank <= Certainty.LIKELY.rank]
    assert {use.target or use.model for use in sure if use.kind in ("hub", "other")} == expected
