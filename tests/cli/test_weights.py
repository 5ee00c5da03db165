"""`lineage compare` and `lineage fingerprint`, through the real command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from fingerprint import made
from lineage.cli.exits import run
from lineage.cli.main import cli
from lineage.cli.schema import schema_text


def ran(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *arguments: str
) -> tuple[int, str, str]:
    """(exit code, stdout, stderr) of one command."""
    monkeypatch.setattr("sys.argv", ["lineage", *arguments])
    code = run(cli)
    told = capsys.readouterr()
    return code, told.out, told.err


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A base, its child in another format, and a stranger."""
    base = made.model(1)
    for name, data in (
        ("base/model.safetensors", made.safetensors(base)),
        ("child/child-q8_0.gguf", made.gguf(made.tuned(base, 2), tokens=3000)),
        ("stranger/pytorch_model.bin", made.torch_zip(made.model(3))),
        ("broken/model.safetensors", b"\xff" * 99),
    ):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes(data)
    return tmp_path


def test_compare_in_text(
    models: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The statement first, then what it rests on, its cost, and what it does not say."""
    code, out, _ = ran(capsys, monkeypatch, "compare", str(models / "child"), str(models / "base"))
    assert code == 0
    assert "statistically consistent with" in " ".join(out.split("Class:")[0].split())
    assert "Class: derived_or_parent" in out
    assert "requests of" in out
    assert "Distillation" in out


def test_compare_in_json(
    models: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One document with the class, the groups and the bytes read; a single file may be named."""
    file = str(models / "stranger" / "pytorch_model.bin")
    code, out, _ = ran(capsys, monkeypatch, "compare", file, str(models / "base"), "-f", "json")
    document = json.loads(out)
    assert code == 0
    Draft202012Validator(json.loads(schema_text("compare"))).validate(document)
    assert document["kind"] == "no_match_indexed"
    assert {row["format"] for row in document["read"]} == {"pytorch", "safetensors"}


@pytest.mark.parametrize(
    ("name", "code", "why"),
    [("broken", 4, "header claims"), ("gone/missing-model", 4, "only be read from the Hub")],
)
def test_compare_says_what_could_not_be_read(
    models: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    code: int,
    why: str,
) -> None:
    """A damaged file and a repo without a network end as "could not run", with the reason."""
    target = str(models / name) if name == "broken" else name
    got, _, err = ran(capsys, monkeypatch, "compare", target, str(models / "base"), "--offline")
    assert got == code
    assert why in err


def test_fingerprint_add_list_verify(
    models: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reference is computed, shown beside the shipped ones, holds for its file and differs for
    another."""
    store = str(models / "store.jsonl")
    assert (
        ran(
            capsys,
            monkeypatch,
            "fingerprint",
            "add",
            str(models / "base"),
            "--as",
            "org/base",
            "--store",
            store,
        )[0]
        == 0
    )
    code, out, _ = ran(capsys, monkeypatch, "fingerprint", "list", "-f", "json", "--store", store)
    repos = {row["repo"]: row for row in json.loads(out)}
    assert code == 0
    assert {"org/base", "sentence-transformers/all-MiniLM-L6-v2"} <= set(repos)
    assert len(repos["org/base"]["files"][0]["sha256"]) == 64
    assert "org/base" in ran(capsys, monkeypatch, "fingerprint", "list", "--store", store)[1]
    assert (
        ran(
            capsys,
            monkeypatch,
            "fingerprint",
            "verify",
            str(models / "base"),
            "--as",
            "org/base",
            "--store",
            store,
        )[0]
        == 0
    )
    code, out, _ = ran(
        capsys,
        monkeypatch,
        "fingerprint",
        "verify",
        str(models / "stranger"),
        "--as",
        "org/base",
        "--store",
        store,
    )
    assert code == 1
    assert "differs" in out
    assert (
        ran(
            capsys,
            monkeypatch,
            "fingerprint",
            "verify",
            str(models / "base"),
            "--as",
            "no/such",
            "--store",
            store,
        )[0]
        == 3
    )


def test_a_path_needs_the_repo_it_is_published_under(
    models: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wrong usage, with the option that helps."""
    code, _, err = ran(
        capsys,
        monkeypatch,
        "fingerprint",
        "add",
        str(models / "base"),
        "--store",
        str(models / "s"),
    )
    assert code == 2
    assert "--as" in err


@pytest.mark.parametrize(
    "arguments", [["compare"], ["fingerprint"], ["fingerprint", "build"], ["fingerprint", "add"]]
)
def test_help_is_whole(arguments: list[str]) -> None:
    """Every command explains itself."""
    done = CliRunner().invoke(cli, [*arguments, "--help"])
    assert done.exit_code == 0
    assert "Usage:" in done.output
