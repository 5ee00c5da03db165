"""How people type the names of places, and what they are told where a name is none."""

from __future__ import annotations

import pytest

from lineage.core.errors import InvalidRefError
from lineage.sources.auto import named_registries, target_ref

SPELT = {
    "OLLAMA:deepseek-r1:8b": "ollama:deepseek-r1:8b",
    "ollama:user/name:tag/": "ollama:user/name:tag",
    "https://registry.ollama.ai/v2/user/name/manifests/7b": "ollama:user/name:7b",
    "https://registry.ollama.ai/v2/library/qwen3/manifests/8b": "ollama:qwen3:8b",
    "ModelScope:org/name/": "modelscope:org/name",
    "Kaggle:a/b/pyTorch/c/": "kaggle:a/b/pyTorch/c",
    "MODELS:/bot/3/": "mlflow:bot/3",
    "OCI://ghcr.io/acme/kit:1/": "oci://ghcr.io/acme/kit:1",
    "docker://ghcr.io/acme/kit:1": "oci://ghcr.io/acme/kit:1",
    "docker://docker.io/ai/qwen3:8b": "docker:ai/qwen3:8b",
    "docker:ai/qwen3": "docker:ai/qwen3",
}


@pytest.mark.parametrize("typed", SPELT)
def test_a_name_is_read_as_people_type_it(typed: str) -> None:
    """In any letter case of the place, with a slash at the end, as other tools write it."""
    assert target_ref(typed).id == SPELT[typed]


WRONG = {
    "ollama:../x": "ollama:name:tag",
    "modelscope:org": "modelscope:org/name",
    "modelscope:a/b/c": "modelscope:org/name",
    "kaggle:owner": "kaggle:owner/model",
    "kaggle:owner/model/pyTorch": "kaggle:owner/model/framework/variation",
    "mlflow:a/b/c": "mlflow:name/version",
    "models:/bot/Production": "mlflow:name@alias",
    "docker:AI/x": "docker:ai/name:tag",
    "OCI://host/Upper:1": "oci://host/repository:tag",
    "deepseek-r1:8b": "ollama:deepseek-r1:8b",
    "ghcr.io/acme/kit:1": "oci://ghcr.io/acme/kit:1",
}


@pytest.mark.parametrize("typed", WRONG)
def test_a_wrong_name_is_a_wrong_usage(typed: str) -> None:
    """The error has the form that is expected, and nobody is asked."""
    with pytest.raises(InvalidRefError) as told:
        target_ref(typed)
    assert WRONG[typed] in told.value.next_step


def test_a_registry_is_named_however_it_is_typed() -> None:
    """So that a target is asked for."""
    typed = ["OCI://Ghcr.io/acme/kit:1", "docker://quay.io/acme/kit:1"]
    assert named_registries(typed) == ("ghcr.io", "quay.io")
