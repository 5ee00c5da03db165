"""ModelScope's models through the real command line, and what a twin there declares of a model of
the Hub that is silent."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from packageurl import PackageURL

from conftest import Ran
from hub import Fault, HubModel, TestHub
from places import ModelScope, ModelScopeModel, readme

Run = Callable[..., Ran]
TOKEN, OTHER = "hf_abcdefghijklmnopqrstuvwxyz", "ms-abcdefghijklmnopqrstuvwxyz"
CHAT, BASE = "Qwen/Qwen2.5-7B-Instruct", "Qwen/Qwen2.5-7B"
SILENT = "Aratako/Irodori-TTS-v4.1-Small"
"""A pair of the table of names whose repository no citation tells the origin of."""
OWN = ModelScopeModel(
    "acme/support-7b", {"README.md": readme(base_model=[CHAT]), "config.json": "{}"}
)
STRICT = """extends = ["default"]
[rules.undeclared-base]
level = "fail"
"""


@pytest.fixture
def hub() -> Iterator[TestHub]:
    card = {"license": "apache-2.0"}
    models = [
        HubModel(CHAT, card={**card, "base_model": BASE}, files={"README.md": readme()}),
        HubModel(BASE, card=card, files={"README.md": readme()}),
        HubModel(
            "acme/points", card={"base_model": "https://modelscope.cn/models/acme/support-7b"}
        ),
        HubModel(SILENT, card=card, files={"README.md": readme(license="apache-2.0")}),
    ]
    with TestHub(models, tokens={TOKEN: "full"}) as server:
        yield server


@pytest.fixture
def site() -> Iterator[ModelScope]:
    models = [
        OWN,
        ModelScopeModel(CHAT, {"README.md": readme(base_model=BASE)}),
        ModelScopeModel(BASE, {"README.md": readme()}),
        ModelScopeModel(SILENT, {"README.md": readme(base_model=[CHAT])}),
    ]
    with ModelScope(models) as server:
        yield server


@pytest.fixture
def env(hub: TestHub, site: ModelScope) -> dict[str, str]:
    return {
        "HF_ENDPOINT": hub.url,
        "HF_TOKEN": TOKEN,
        "MODELSCOPE_ENDPOINT": site.url,
        "MODELSCOPE_API_TOKEN": OTHER,
    }


def audited(lineage: Run, *words: str, **how: Any) -> dict[str, Any]:
    ran = lineage("audit", *words, "-f", "json", **how)
    assert ran.out, ran.err
    (found,) = json.loads(ran.out)["targets"]
    return dict(found)


def edges_of(found: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(edge["child"], edge["parent"]): edge for edge in found["edges"]}


def test_a_chain_of_two_places(
    lineage: Run, env: dict[str, str], hub: TestHub, site: ModelScope
) -> None:
    """Its card leads to ModelScope's model, a cited pair from there to the Hub; the two cards of
    that model do not contradict each other, and each token stays at its place."""
    found = audited(lineage, "modelscope:acme/support-7b", env=env)
    assert (found["model"], found["revision"]) == ("modelscope:acme/support-7b", OWN.commit)
    assert found["source"] == "modelscope"
    edges = edges_of(found)
    assert edges["modelscope:acme/support-7b", f"modelscope:{CHAT}"]["grade"] == "declared"
    pair = edges[f"modelscope:{CHAT}", CHAT]
    assert (pair["grade"], pair["relation"]) == ("stated", "conversion")
    assert pair["claims"][0]["file"].startswith("https://pypi.org/")
    assert [one["model"] for one in found["origin"]["foundations"]] == [BASE]
    assert "contradicted-lineage" not in {one["rule"] for one in found["findings"]}
    assert not any(TOKEN in str(call.headers) for call in site.calls)
    assert not any(OTHER in str(call.headers) for call in hub.calls)


def test_a_card_of_the_hub_leads_to_its_page(lineage: Run, env: dict[str, str]) -> None:
    """Not to the Hub's repository of that name, which there is none of."""
    edges = edges_of(audited(lineage, "acme/points", env=env))
    assert edges["acme/points", "modelscope:acme/support-7b"]["grade"] == "declared"
    assert ("modelscope:acme/support-7b", f"modelscope:{CHAT}") in edges
    assert ("acme/points", "acme/support-7b") not in edges


def test_a_revision_is_pinned_and_stands_in_the_bill(
    lineage: Run, env: dict[str, str], site: ModelScope
) -> None:
    """The purl tells the commit, and at whose Git repository."""
    target = f"modelscope:acme/support-7b@{OWN.commit}"
    ran = lineage("audit", target, "-f", "cyclonedx", env=env)
    made = json.loads(ran.out)["metadata"]["component"]["purl"]
    assert made == (
        f"pkg:generic/acme/support-7b@{OWN.commit}"
        f"?vcs_url=git%2Bhttps://www.modelscope.cn/acme/support-7b.git%40{OWN.commit}"
    )
    assert PackageURL.from_string(made).to_string() == made
    assert not [call for call in site.calls_to("/commits") if "support" in call.path]
    ran = lineage("audit", "modelscope:acme/support-7b@v9", env=env)
    assert ran.code == 3 and "no revision v9" in ran.out


def test_code_and_locks_name_the_place(
    lineage: Run, env: dict[str, str], site: ModelScope, tmp_path: Path
) -> None:
    """A lock holds the commit, and a moved branch breaks it."""
    (tmp_path / "app.py").write_text(
        "from modelscope import snapshot_download\nsnapshot_download('acme/support-7b')\n"
    )
    assert lineage("lock", env=env, cwd=tmp_path).code == 0
    lock = (tmp_path / "lineage.lock").read_text()
    assert OWN.commit in lock and "modelscope:acme/support-7b" in lock
    assert lineage("check", "--locked", env=env, cwd=tmp_path).code == 0

    class Moved(ModelScopeModel):
        commit = "b" * 40

    site.routes.models[0] = Moved(OWN.id, OWN.files)
    again = lineage("check", "--locked", "--refresh", env=env, cwd=tmp_path)
    assert again.code in (1, 3) and "acme/support-7b" in again.out


@pytest.mark.parametrize("name", ["MODELSCOPE_ENDPOINT", "LINEAGE_MODELSCOPE_AI"])
def test_what_is_no_address_is_wrong_usage(lineage: Run, env: dict[str, str], name: str) -> None:
    """Exit 2, with the variable; a password in it is not printed."""
    for given in ("nowhere", "https://user:pw@example.org"):
        ran = lineage("audit", "modelscope:acme/support-7b", env={**env, name: given})
        assert ran.code == 2 and name in ran.err and "pw@" not in ran.err


# -- twins


def test_what_the_hub_hides_and_a_twin_declares_is_a_finding(
    lineage: Run, env: dict[str, str]
) -> None:
    """A stated claim with the page that makes it, beside a card that names nothing."""
    found = audited(lineage, SILENT, env=env)
    edge = edges_of(found)[SILENT, f"modelscope:{CHAT}"]
    (claim,) = edge["claims"]
    assert (claim["grade"], claim["source"]) == ("stated", "ModelScope twin")
    assert claim["file"] == f"https://modelscope.cn/models/{SILENT}"
    assert "pypi.org" in claim["excerpt"] and "base_model" in claim["location"]
    rules = {one["rule"]: one for one in found["findings"]}
    assert rules["undeclared-base"]["level"] == "review"
    assert "declares no base model in its card" in rules["undeclared-base"]["message"]
    assert "no-known-root" not in rules
    assert [one["model"] for one in found["origin"]["foundations"]] == [BASE]


def test_a_twin_never_makes_a_model_a_copy_of_a_tested_one(
    lineage: Run, env: dict[str, str], site: ModelScope
) -> None:
    """That a list names both is no proof that their weights are the same."""
    card = readme(base_model=["deepseek-ai/DeepSeek-R1"], base_model_relation="quantized")
    site.routes.models[-1] = ModelScopeModel(SILENT, {"README.md": card})
    found = audited(lineage, SILENT, env=env)
    edge = edges_of(found)[SILENT, "modelscope:deepseek-ai/DeepSeek-R1"]
    assert edge["relation"] == "unknown"
    assert "exposure-censors" not in {one["rule"] for one in found["findings"]}


@pytest.mark.parametrize("model", [BASE, CHAT])
def test_whose_base_is_told_has_no_twin_read(
    lineage: Run, env: dict[str, str], site: ModelScope, model: str
) -> None:
    """A declared base, or a foundation that citations show: nobody else is asked."""
    audited(lineage, model, env=env)
    assert site.calls == []


def test_a_twin_that_is_not_asked_or_not_there_says_nothing(
    lineage: Run, env: dict[str, str], site: ModelScope
) -> None:
    """Offline nobody is asked; a model that is gone leaves no doubt behind."""
    lineage("audit", SILENT, "--offline", env=env)
    assert site.calls == []
    site.routes.models.pop()
    found = audited(lineage, SILENT, env=env)
    assert site.calls and not found["edges"] and "A list has" not in json.dumps(found)


@pytest.mark.parametrize(
    ("at", "fault"),
    [("v4.1-Small$", Fault.RESET), ("/repo/files", Fault.NOT_JSON), ("README", Fault.STATUS)],
)
def test_a_twin_that_cannot_be_read_makes_nothing_better(
    lineage: Run,
    env: dict[str, str],
    site: ModelScope,
    tmp_path: Path,
    at: str,
    fault: Fault,
) -> None:
    """What it would have failed is left open, by the default policy no more than before."""
    (tmp_path / "strict.toml").write_text(STRICT)
    site.trouble(fault, at)
    words = ("audit", SILENT, "--no-cache", "--timeout", "2")
    strict = lineage(*words, "--policy", "strict.toml", "-f", "json", env=env, cwd=tmp_path)
    (found,) = json.loads(strict.out)["targets"]
    assert found["verdict"] in ("inconclusive", "fail")
    plain = lineage(*words, "-v", env=env)
    assert plain.code == 0 and plain.out.startswith("REVIEW")
    told = {one["rule"]: one["message"] for one in found["findings"]}
    if not found["edges"]:
        assert f"as modelscope:{SILENT} too, which was not read" in told["unreadable-trace"]
