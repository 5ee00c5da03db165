"""Artefacts of container registries through the real command line."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from packageurl import PackageURL

from conftest import Ran
from hub import HubFile, HubModel, TestHub
from places import Artefact, OciRegistry, docker_model, gguf_head, kit, layer

Run = Callable[..., Ran]
TOKEN, LOGIN = "hf_abcdefghijklmnopqrstuvwxyz", "anna:secretOfAnna"
QWEN = "Qwen/Qwen2.5-7B"
KITS = [
    kit("acme/top:1", {"model": {"path": "{host}/acme/middle:1"}}),
    kit("acme/middle:1", {"model": {"path": "{host}/acme/base:1", "parts": [{"type": "lora"}]}}),
    kit("acme/base:1", {"model": {"path": f"hf.co/{QWEN}"}}),
]
DOCKER = docker_model(
    "ai/tuned:latest",
    {},
    layer(
        "application/vnd.docker.ai.gguf.v3",
        HubFile(gguf_head({"general.base_model.0.repo_url": f"https://hf.co/{QWEN}"}), 10**9),
    ),
)


@pytest.fixture
def hub() -> Iterator[TestHub]:
    models = [HubModel(QWEN, card={"license": "apache-2.0"})]
    with TestHub(models, tokens={TOKEN: "full"}) as server:
        yield server


@pytest.fixture
def registry() -> Iterator[OciRegistry]:
    with OciRegistry([*KITS, DOCKER], scheme="Bearer") as server:
        yield server


@pytest.fixture
def env(hub: TestHub, registry: OciRegistry) -> dict[str, str]:
    return {
        "HF_ENDPOINT": hub.url,
        "HF_TOKEN": TOKEN,
        "LINEAGE_ENDPOINT_KEY": "sk-endpointendpointendpoint",
        "LINEAGE_DOCKER_REGISTRY": registry.url,
        "LINEAGE_OCI_INSECURE": "1",
    }


def report(ran: Ran) -> dict[str, Any]:
    assert ran.out, ran.err
    found: dict[str, Any] = json.loads(ran.out)
    return found


def test_a_chain_of_kits_ends_at_the_hub(
    lineage: Run, env: dict[str, str], registry: OciRegistry
) -> None:
    """Three kits and the repository below them; no secret of anybody else reaches the registry."""
    top = registry.id("acme/top:1")
    (one,) = report(lineage("audit", top, "-f", "json", env=env))["targets"]
    assert (one["model"], one["source"]) == (top, "oci")
    assert one["revision"] == registry.routes.artefacts[0].digest
    chain = [registry.id(f"acme/{name}:1") for name in ("top", "middle", "base")]
    edges = {edge["child"]: (edge["parent"], edge["relation"]) for edge in one["edges"]}
    assert [edges[name] for name in chain] == [
        (chain[1], "conversion"),
        (chain[2], "adapter"),
        (QWEN, "conversion"),
    ]
    shown = {str(call.token) for call in registry.calls}
    assert not [token for token in shown if "hf_" in token or "sk-" in token]


def test_bills_of_materials_say_where_it_is(
    lineage: Run, env: dict[str, str], registry: OciRegistry
) -> None:
    """The purl of both kinds, with the digest; the page of Docker Hub."""
    digest = registry.routes.artefacts[0].digest
    ran = lineage("audit", registry.id("acme/top:1"), "-f", "cyclonedx", env=env)
    made = json.loads(ran.out)["metadata"]["component"]["purl"]
    at = registry.host.replace(":", "%3A")
    assert PackageURL.from_string(made).to_string().replace("%3A", ":") == made.replace("%3A", ":")
    wanted = f"pkg:oci/top@{digest}?repository_url={registry.host}/acme/top&tag=1"
    assert made in (wanted, wanted.replace(registry.host, at))
    told = lineage("audit", "docker:ai/tuned", "-f", "spdx", env=env).out
    assert f"pkg:oci/tuned@{DOCKER.digest}?repository_url=docker.io/ai/tuned" in told
    assert "https://hub.docker.com/r/ai/tuned" in told


@pytest.mark.parametrize("target", ["docker:ai/tuned", "https://hub.docker.com/r/ai/tuned/tags"])
def test_a_model_of_docker_hub(lineage: Run, env: dict[str, str], target: str) -> None:
    """Its base stands in the head of its weights."""
    (one,) = report(lineage("audit", target, "-f", "json", env=env))["targets"]
    assert {edge["parent"] for edge in one["edges"]} == {QWEN}
    assert one["model"].startswith("docker:ai/tuned")


def test_what_code_names_is_asked_where_the_user_says_so(
    lineage: Run, env: dict[str, str], registry: OciRegistry, tmp_path: Path
) -> None:
    """A manifest and a Kitfile of a repository; a lock holds the digest, and a tag that moved
    breaks it."""
    (tmp_path / "isvc.yaml").write_text(f"storageUri: {registry.id('acme/middle:1')}\n")
    (tmp_path / "Kitfile").write_text(f"model:\n  path: {registry.host}/acme/base:1\n")
    words = ("check", "-f", "json")
    found = report(lineage(*words, env=env, cwd=tmp_path))["targets"]
    assert registry.calls == [] and {one["verdict"] for one in found} == {"inconclusive"}
    assert f"--registry {registry.host}" in lineage("check", env=env, cwd=tmp_path).out
    asked = ("--registry", registry.host)
    found = report(lineage(*words, *asked, env=env, cwd=tmp_path))["targets"]
    assert {one["uses"][0]["file"]: one["revision"] for one in found} == {
        "isvc.yaml": registry.routes.artefacts[1].digest,
        "Kitfile": registry.routes.artefacts[2].digest,
    }
    assert lineage("lock", *asked, env=env, cwd=tmp_path).code == 0
    assert registry.routes.artefacts[1].digest in (tmp_path / "lineage.lock").read_text()
    registry.routes.artefacts[1] = kit("acme/middle:1", {"model": {"path": "hf.co/other/base"}})
    again = lineage("check", "--locked", "--refresh", *asked, env=env, cwd=tmp_path)
    assert again.code in (1, 3) and "acme/middle:1" in again.out


def test_a_list_asks_no_registry(
    lineage: Run, env: dict[str, str], registry: OciRegistry, tmp_path: Path
) -> None:
    """Whoever writes the list could have any address called; the user names it beside."""
    (tmp_path / "models.csv").write_text(f"model\n{registry.id('acme/base:1')}\n")
    words = ("audit", "--input", "models.csv", "-f", "json")
    (one,) = report(lineage(*words, env=env, cwd=tmp_path))["targets"]
    assert one["verdict"] == "inconclusive" and registry.calls == []
    words = (*words, "--registry", registry.host)
    (one,) = report(lineage(*words, env=env, cwd=tmp_path))["targets"]
    assert {edge["parent"] for edge in one["edges"]} == {QWEN}


def test_a_local_kit_names_its_base(
    lineage: Run, env: dict[str, str], registry: OciRegistry, tmp_path: Path
) -> None:
    """The folder of a Kitfile is a model; the registry that it names is asked by wish."""
    folder = tmp_path / "kit"
    folder.mkdir()
    (folder / "Kitfile").write_text(f"model:\n  path: {registry.host}/acme/base:1\n")
    (one,) = report(lineage("audit", "./kit", "-f", "json", env=env, cwd=tmp_path))["targets"]
    assert registry.calls == []
    assert [edge["parent"] for edge in one["edges"]] == [registry.id("acme/base:1")]


def test_logins_are_dockers(lineage: Run, env: dict[str, str], tmp_path: Path) -> None:
    """From the folder that DOCKER_CONFIG names; neither the password nor a token is in any
    output or file."""
    private = Artefact("acme/private:1", is_private=True)
    with OciRegistry([private], scheme="Bearer", login=LOGIN) as registry:
        auth = base64.b64encode(LOGIN.encode()).decode()
        (tmp_path / "docker").mkdir()
        (tmp_path / "docker" / "config.json").write_text(
            json.dumps({"auths": {registry.host: {"auth": auth}}})
        )
        words = ("audit", registry.id("acme/private:1"), "-f", "json", "-f", "html=r.html")
        lost = report(lineage(*words, env=env, cwd=tmp_path))["targets"][0]
        assert lost["nodes"][0]["status"] == "not-found"
        told = {**env, "DOCKER_CONFIG": str(tmp_path / "docker")}
        ran = lineage(*words, env=told, cwd=tmp_path)
        assert report(ran)["targets"][0]["nodes"][0]["status"] == "resolved"
        (tmp_path / "docker" / "config.json").unlink()
        secrets = [auth, "secretOfAnna", *registry.routes.issued]
    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    texts = [ran.out.encode(), ran.err.encode(), *files]
    assert not [one for one in secrets for text in texts if one.encode() in text]


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("audit", "oci://nope"), "oci://host/repository:tag"),
        (("audit", "oci:ghcr.io/a/b"), "oci://host/repository:tag"),
        (("audit", "acme/m", "--registry", "https://ghcr.io"), "ghcr.io"),
        (("audit", "acme/m", "--registry", "a/b"), "ghcr.io"),
    ],
)
def test_what_is_no_name_of_a_registry_is_wrong_usage(
    lineage: Run, words: tuple[str, ...], hint: str
) -> None:
    """Exit 2 and the form."""
    ran = lineage(*words)
    assert ran.code == 2 and hint in ran.err


def test_a_mirror_that_is_no_address_is_wrong_usage(lineage: Run, env: dict[str, str]) -> None:
    """Exit 2, naming the variable."""
    ran = lineage("audit", "docker:ai/tuned", env={**env, "LINEAGE_DOCKER_REGISTRY": "nonsense"})
    assert ran.code == 2 and "LINEAGE_DOCKER_REGISTRY" in ran.err
