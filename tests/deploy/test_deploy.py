"""What `deploy/` says fits what the package does: options, addresses, times, locked packages."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from lineage.cli.serve import serve

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[2]
KUBERNETES = ROOT / "deploy" / "kubernetes"
EXTRAS = ("serve", "mcp", "inputs", "data")


def documents(name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((KUBERNETES / name).read_text()))


DEPLOYMENT = documents("deployment.yaml")[0]["spec"]["template"]["spec"]
CONTAINER = DEPLOYMENT["containers"][0]
COMPOSE = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text()


def given(words: list[str]) -> dict[str, str]:
    """The options of a command line, by name."""
    assert words[0] == "serve"
    found, name = {}, ""
    for word in words[1:]:
        if word.startswith("--"):
            name, _, value = word.partition("=")
            found[name] = value
        else:
            found[name] = word
    return found


@pytest.mark.parametrize("words", [COMPOSE["services"]["lineage"]["command"], CONTAINER["args"]])
def test_the_server_knows_every_option(words: list[str]) -> None:
    """A slip would end the container at its start."""
    known = {
        name: option.is_flag
        for option in serve.params
        if isinstance(option, click.Option)
        for name in option.opts
    }
    for name, value in given(words).items():
        assert name in known
        assert known[name] is (value == ""), name


def test_files_that_options_name_are_mounted() -> None:
    """Certificates and tokens."""
    mounts = tuple(f"{mount['mountPath']}/" for mount in CONTAINER["volumeMounts"])
    for name, value in given(CONTAINER["args"]).items():
        assert not value.startswith("/") or value.startswith(mounts), name
    secret = next(v["secret"] for v in DEPLOYMENT["volumes"] if v["name"] == "tokens")
    items = {item["path"] for item in secret["items"]}
    tokens = given(CONTAINER["args"])
    assert {
        Path(tokens[f"--{one}"]).name for one in ("token-file", "admission-token-file")
    } == items


def test_the_server_answers_before_the_cluster_stops_waiting() -> None:
    """With time to spare for the way."""
    wait = float(given(CONTAINER["args"])["--admission-wait"])
    for webhook in documents("webhook.yaml")[0]["webhooks"]:
        assert wait + 2 <= webhook["timeoutSeconds"] <= 30


def test_the_webhook_leads_to_the_server() -> None:
    """By service, port and path; and never for lineage's own namespace."""
    service = documents("service.yaml")[0]
    port = service["spec"]["ports"][0]
    assert {"name": port["targetPort"], "containerPort": 8443} in CONTAINER["ports"]
    assert given(CONTAINER["args"])["--port"] == "8443"
    labels = documents("namespace.yaml")[0]["metadata"]["labels"]
    names = set()
    for webhook in documents("webhook.yaml")[0]["webhooks"]:
        client = webhook["clientConfig"]["service"]
        metadata = service["metadata"]
        assert (client["namespace"], client["name"]) == (metadata["namespace"], metadata["name"])
        assert client["port"] == port["port"]
        assert client["path"] == "/admission/TOKEN"
        wanted = webhook["namespaceSelector"]["matchLabels"]
        assert wanted and not wanted.items() <= labels.items()
        assert webhook["sideEffects"] == "NoneOnDryRun"
        names.add(webhook["name"])
    assert len(names) == 3
    sans = documents("certificate.yaml")[1]["spec"]["dnsNames"]
    assert f"{service['metadata']['name']}.{service['metadata']['namespace']}.svc" in sans


def test_all_manifests_are_applied() -> None:
    """`kubectl apply -k` takes what the list has."""
    listed = set(documents("kustomization.yaml")[0]["resources"])
    assert listed == {path.name for path in KUBERNETES.glob("*.yaml")} - {"kustomization.yaml"}


def test_nothing_runs_with_more_than_it_needs() -> None:
    """No root, nothing to write to but volumes, no capability, no token of the cluster."""
    inside = CONTAINER["securityContext"]
    assert inside["readOnlyRootFilesystem"] is True and inside["capabilities"] == {"drop": ["ALL"]}
    assert inside["allowPrivilegeEscalation"] is False
    assert DEPLOYMENT["automountServiceAccountToken"] is False
    assert DEPLOYMENT["securityContext"]["runAsNonRoot"] is True
    service = COMPOSE["services"]["lineage"]
    assert service["read_only"] is True and service["cap_drop"] == ["ALL"]
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    users = re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE)
    assert users[-1].split(":")[0] == str(DEPLOYMENT["securityContext"]["runAsUser"]) == "65532"


def test_the_image_has_what_it_copies_and_no_more() -> None:
    """What the build may see is what the Dockerfile copies."""
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    allowed = [
        line[1:]
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line.startswith("!")
    ]
    assert sorted(copied[0].split()) == sorted(allowed) == ["dist/*.whl", "requirements/image.txt"]
    assert not re.search(r"^ADD ", DOCKERFILE, re.MULTILINE)


def test_the_lock_has_every_dependency_of_the_image() -> None:
    """In a version that the package takes, each with hashes."""
    locked, lines = {}, (ROOT / "requirements" / "image.txt").read_text().split("\n")
    for at, line in enumerate(lines):
        if match := re.match(r"([\w.-]+)==([^\s;]+)", line):
            locked[canonicalize_name(match[1])] = match[2]
            assert "--hash=sha256:" in lines[at + 1], line
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    for text in (*project["dependencies"], *(one for name in EXTRAS for one in extras[name])):
        wanted = Requirement(text)
        if wanted.marker is None or wanted.marker.evaluate({"python_version": "3.13"}):
            assert wanted.specifier.contains(locked[canonicalize_name(wanted.name)]), text
    told = re.findall(r"--extra (\w+)", (ROOT / "Makefile").read_text())
    assert tuple(told) == EXTRAS
