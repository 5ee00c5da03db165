"""`lineage check` through the real command line: what a pipeline sees, every exit code provoked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import Ran
from hub import HubModel, TestHub

Run = Callable[..., Ran]
QWEN = HubModel("Qwen/Qwen2.5-7B", card={"license": "apache-2.0"}, config={"model_type": "qwen2"})
CHILD = HubModel(
    "NousResearch/Test-7B", card={"base_model": "Qwen/Qwen2.5-7B", "license": "apache-2.0"}
)
GRANDCHILD = HubModel(
    "acme/assistant-7b", card={"base_model": ["NousResearch/Test-7B"], "license": "apache-2.0"}
)
UNDECLARED = HubModel(
    "acme/undeclared-7b",
    card={"license": "apache-2.0"},
    config={"model_type": "qwen2", "architectures": ["Qwen2ForCausalLM"]},
    files={
        "config.json": json.dumps(
            {
                "model_type": "qwen2",
                "architectures": ["Qwen2ForCausalLM"],
                "_name_or_path": "Qwen/Qwen2.5-7B",
            }
        ),
        "model.safetensors": b"\\0" * 64,
    },
)
UNRELATED = HubModel("acme/fresh", card={"license": "apache-2.0"}, config={"model_type": "acmenet"})
STRICT = 'extends = ["default"]\n[rules]\nfoundation-jurisdiction = { level = "fail", unknown = "info" }\nundeclared-base = "fail"\nno-known-root = "off"\nunknown-developer = "info"\n'


@pytest.fixture
def hub() -> Iterator[TestHub]:
    with TestHub([QWEN, CHILD, GRANDCHILD, UNDECLARED, UNRELATED]) as server:
        yield server


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    folder = tmp_path / "repo"
    folder.mkdir()
    (folder / "lineage.toml").write_text(STRICT)
    return folder


def load(repo: Path, *models: str, name: str = "app.py") -> None:
    """A module that loads each model on a line of its own, from line 2."""
    lines = [
        "from transformers import AutoModel",
        *(f"AutoModel.from_pretrained({m!r})" for m in models),
    ]
    (repo / name).write_text("\n".join(lines) + "\n")


def report_of(ran: Ran) -> dict[str, Any]:
    assert ran.out, ran.err
    found: dict[str, Any] = json.loads(ran.out)
    return found


def test_the_case_that_the_nearest_rival_passes(lineage: Run, hub: TestHub, repo: Path) -> None:
    """Child, grandchild and undeclared copy of Qwen fail with the path shown; an unrelated unknown
    publisher does not."""
    load(repo, "NousResearch/Test-7B", "acme/assistant-7b", "acme/undeclared-7b", "acme/fresh")
    ran = lineage("check", "-f", "json", env={"HF_ENDPOINT": hub.url}, cwd=repo)
    assert ran.code == 1
    targets = {t["model"]: t for t in report_of(ran)["targets"]}
    assert {m: t["verdict"] for m, t in targets.items()} == {
        "NousResearch/Test-7B": "fail",
        "acme/assistant-7b": "fail",
        "acme/undeclared-7b": "fail",
        "acme/fresh": "review",
    }
    reasons = {
        m: next(f for f in t["findings"] if f["level"] == "fail")
        for m, t in targets.items()
        if t["verdict"] == "fail"
    }
    assert reasons["acme/assistant-7b"]["path"] == [
        "acme/assistant-7b",
        "NousResearch/Test-7B",
        "Qwen/Qwen2.5-7B",
    ]
    assert reasons["acme/undeclared-7b"]["path"][-1] in ("Qwen/Qwen2.5-7B", "acme/undeclared-7b")
    assert [u["line"] for u in targets["acme/fresh"]["uses"]] == [5]


def test_a_model_is_audited_once_however_often_it_is_used(
    lineage: Run, hub: TestHub, repo: Path
) -> None:
    """Two files, two spellings, one target with both places and one question to the Hub."""
    load(repo, "acme/fresh")
    load(repo, "ACME/Fresh", name="other.py")
    ran = lineage("check", "-f", "json", env={"HF_ENDPOINT": hub.url}, cwd=repo)
    (target,) = report_of(ran)["targets"]
    assert [(u["file"], u["line"]) for u in target["uses"]] == [("app.py", 2), ("other.py", 2)]
    assert ran.code == 0


def test_a_pinned_revision_is_the_one_that_is_audited(
    lineage: Run, hub: TestHub, repo: Path
) -> None:
    """`revision=` in the code becomes the audited revision."""
    (repo / "app.py").write_text(
        f"from transformers import AutoModel\nAutoModel.from_pretrained('acme/fresh', revision={sha_of(hub, 'acme/fresh')!r})\n"
    )
    (target,) = report_of(lineage("check", "-f", "json", env={"HF_ENDPOINT": hub.url}, cwd=repo))[
        "targets"
    ]
    assert target["target"] == f"acme/fresh@{sha_of(hub, 'acme/fresh')}"
    assert target["revision"] == sha_of(hub, "acme/fresh")


def sha_of(hub: TestHub, model: str) -> str:
    return next(m for m in (QWEN, CHILD, GRANDCHILD, UNDECLARED, UNRELATED) if m.id == model).sha


def test_nothing_found_is_no_silent_pass(lineage: Run, repo: Path) -> None:
    """No model: a message of its own, exit 3; --allow-empty makes it 0."""
    (repo / "app.py").write_text("print('hello')\n")
    ran = lineage("check", "-f", "json", cwd=repo)
    assert ran.code == 3
    assert "no use of a model was found" in ran.err
    report = report_of(ran)
    assert (report["verdict"], report["scan"]["uses"], report["targets"]) == ("inconclusive", 0, [])
    assert lineage("check", "--allow-empty", cwd=repo).code == 0


def test_what_cannot_be_resolved_is_told_and_strict_stops_at_it(
    lineage: Run, hub: TestHub, repo: Path
) -> None:
    """A name known at run time only, and a broken file that may name a model: told in every run,
    exit 3 with --strict."""
    load(repo, "acme/fresh")
    (repo / "dynamic.py").write_text(
        "import sys\nfrom transformers import AutoModel\nAutoModel.from_pretrained(sys.argv[1])\n"
    )
    (repo / "broken.py").write_text("PLACES = 'acme/' + NAME\ndef f(:\n")
    env = {"HF_ENDPOINT": hub.url}
    ran = lineage("check", "-f", "json", env=env, cwd=repo)
    assert ran.code == 0
    assert (
        "The name of a model is known only when the code runs in 1 place; 1 file could not be read"
        in ran.err
    )
    scan = report_of(ran)["scan"]
    assert [(u["file"], u["line"], u["expression"]) for u in scan["unresolved"]] == [
        ("dynamic.py", 3, "sys.argv[1]")
    ]
    assert [u["file"] for u in scan["unreadable"]] == ["broken.py"]
    strict = lineage("check", "--strict", env=env, cwd=repo)
    assert strict.code == 3


def test_a_local_model_of_the_repository_is_audited(lineage: Run, hub: TestHub, repo: Path) -> None:
    """A folder that the code loads is read where it lies, and followed to the Hub."""
    (repo / "adapters/mine").mkdir(parents=True)
    (repo / "adapters/mine/adapter_config.json").write_text(
        '{"base_model_name_or_path": "Qwen/Qwen2.5-7B", "peft_type": "LORA"}'
    )
    load(repo, "adapters/mine")
    ran = lineage(
        "check", "--exclude", "adapters", "-f", "json", env={"HF_ENDPOINT": hub.url}, cwd=repo
    )
    (target,) = report_of(ran)["targets"]
    assert (target["target"], target["source"]) == ("adapters/mine", "local")
    assert "Qwen/Qwen2.5-7B" in [n["id"] for n in target["nodes"]]
    assert ran.code == 1


def test_the_text_shows_file_and_line(lineage: Run, hub: TestHub, repo: Path) -> None:
    """A person sees verdict, model, places of use and findings."""
    load(repo, "acme/assistant-7b")
    ran = lineage("check", env={"HF_ENDPOINT": hub.url}, cwd=repo)
    assert "FAIL  acme/assistant-7b" in ran.out
    assert "app.py:2 AutoModel.from_pretrained" in ran.out
    assert "1 of 1 model used here asks for action (1 file read)" in ran.out


def test_several_formats_at_once(lineage: Run, hub: TestHub, repo: Path) -> None:
    """One run writes text to stdout and each other format to its file."""
    load(repo, "acme/assistant-7b")
    outside = repo.parent
    args = [f"-f{n}={outside / n}" for n in ("sarif", "junit", "markdown", "json")]
    ran = lineage("check", "-f", "github", *args, env={"HF_ENDPOINT": hub.url}, cwd=repo)
    assert ran.code == 1
    assert ran.out.startswith("::error file=app.py,line=2")
    location = json.loads((outside / "sarif").read_text())["runs"][0]["results"][0]["locations"][0][
        "physicalLocation"
    ]
    assert location["artifactLocation"]["uri"] == "app.py"
    assert (outside / "junit").read_text().startswith("<?xml")
    assert (outside / "markdown").read_text().startswith("<!-- lineage-report -->")


def test_a_dry_run_asks_nothing(lineage: Run, repo: Path) -> None:
    """--dry-run lists uses, one a line with tabs, with the Hub out of reach."""
    load(repo, "acme/fresh", "./missing")
    (repo / "l.py").write_text("MODELS = ['acme/maybe']\n")
    ran = lineage("check", "--dry-run", cwd=repo)
    assert ran.code == 0
    assert ran.out.splitlines() == [
        "app.py:2\taudit\tacme/fresh\tAutoModel.from_pretrained",
        "app.py:3\tlocal\t./missing\tAutoModel.from_pretrained",
        "l.py:1\tpossible\tacme/maybe\tname MODELS",
    ]
    assert "1 model would be audited" in ran.err


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("missing-folder",), 2, "no folder or file"),
        (("--certainty", "maybe"), 2, "maybe"),
        (("--policy", "no-such-pack"), 2, "no-such-pack"),
        (("--locked",), 2, "There is no lock file"),
        ((), 4, "Nothing could be looked up"),
    ],
)
def test_what_stops_a_run_has_its_code(
    lineage: Run, repo: Path, arguments: tuple[str, ...], code: int, told: str
) -> None:
    """Wrong usage is 2; no network, and a model that the snapshot does not hold, is 4."""
    load(repo, "acme/fresh")
    ran = lineage("check", *arguments, cwd=repo)
    assert (ran.code, told in ran.err) == (code, True), ran.err


def test_an_unreadable_ancestor_leaves_the_answer_open(lineage: Run, repo: Path) -> None:
    """The base of a model is gone: under a policy that must know the origin the verdict is
    inconclusive, exit 3."""
    load(repo, "acme/orphan")
    with TestHub(
        [HubModel("acme/orphan", card={"base_model": "ghost/gone-7b", "license": "mit"})]
    ) as hub:
        ran = lineage("check", "-f", "json", env={"HF_ENDPOINT": hub.url}, cwd=repo)
    assert ran.code == 3, ran.out[:500]
    assert report_of(ran)["verdict"] == "inconclusive"


def test_fail_on_review_stops_at_a_review(lineage: Run, hub: TestHub, repo: Path) -> None:
    """A review passes a gate unless the policy or the option says otherwise."""
    (repo / "lineage.toml").write_text('extends = ["default"]\n')
    load(repo, "NousResearch/Test-7B")
    env = {"HF_ENDPOINT": hub.url}
    assert lineage("check", env=env, cwd=repo).code == 0
    assert lineage("check", "--fail-on", "review", env=env, cwd=repo).code == 1
