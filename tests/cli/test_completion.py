"""Completion in real shells, and the words that it may put on a command line."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from conftest import Ran
from fakes import make_record
from lineage.cli import completion_items, data_choice
from lineage.core.packaged import SNAPSHOT, DataSet
from lineage.sources.snapshot.format import key_of
from lineage.sources.snapshot.source import SnapshotSource
from lineage.sources.snapshot.writer import Content, write_snapshot

Run = Callable[..., Ran]
EVIL = [
    "evil/$(touch pwned)",
    "evil/`id`",
    "evil/a;rm -rf b",
    "evil/x\nplain,y",
    "evil/*",
    "evil/ok",
]


def answers(lineage: Run, line: str) -> list[str]:
    """What a bash is told behind `line`."""
    words = line.split(" ")
    env = {
        "_LINEAGE_COMPLETE": "bash_complete",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
    }
    ran = lineage(env=env)
    assert ran.code == 0, ran.err
    assert ran.err == ""
    return ran.out.split()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("lineage aud", ["plain,audit"]),
        ("lineage policy pa", ["plain,packs"]),
        ("lineage audit --poli", ["plain,--policy"]),
        ("lineage audit --policy str", ["plain,strict"]),
        ("lineage policy packs str", ["plain,strict"]),
        ("lineage explain exposure-inh", ["plain,exposure-inherited"]),
        ("lineage audit -f sar", ["plain,sarif"]),
        ("lineage check --scope run", ["plain,runtime"]),
        ("lineage schema pol", ["plain,policy"]),
        ("lineage help pol", ["plain,policy"]),
        ("lineage help policy sh", ["plain,show"]),
        ("lineage audit ./", ["file,./"]),
        ("lineage audit --policy ./mine", ["file,./mine"]),
        (
            "lineage audit deepseek-ai/deepseek-r1-distill-llama-8",
            ["plain,deepseek-ai/DeepSeek-R1-Distill-Llama-8B"],
        ),
        (
            "lineage tree nousresearch/hermes-2-pro-mis",
            ["plain,NousResearch/Hermes-2-Pro-Mistral-7B"],
        ),
        ("lineage nonsense", []),
    ],
)
def test_what_is_completed(lineage: Run, line: str, expected: list[str]) -> None:
    """Commands, options, packs, rules, formats, schemas and models, in any letter case."""
    assert answers(lineage, line) == expected


def test_many_owners_are_named_before_their_models(lineage: Run) -> None:
    """A letter leads to owners, an owner to models."""
    owners = answers(lineage, "lineage audit q")
    assert "plain,Qwen/" in owners
    assert all(owner.endswith("/") or "/" not in owner for owner in owners)
    models = answers(lineage, "lineage audit qwen/")
    assert len(models) > len(owners)
    assert all(model.startswith("plain,Qwen/") for model in models)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_printed(lineage: Run, shell: str) -> None:
    """And another shell is wrong usage."""
    ran = lineage("completion", shell)
    assert ran.code == 0
    assert "_lineage_completion" in ran.out
    assert lineage("completion", "tcsh").code == 2


def in_shell(shell: str, script: str, tmp_path: Path, env: dict[str, str]) -> str:
    """What a script prints in a shell that knows `lineage`."""
    path = shutil.which(shell)
    if path is None:
        pytest.skip(f"{shell} is not installed")
    program = tmp_path / "bin" / "lineage"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m lineage "$@"\n')
    program.chmod(0o755)
    found = subprocess.run(
        [path, "-c", script],
        env=env | {"PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    return found.stdout


@pytest.mark.posix
def test_bash_completes(tmp_path: Path, clean_env: dict[str, str]) -> None:
    """The function that the script makes fills COMPREPLY."""
    script = (
        "source <(lineage completion bash); COMP_WORDS=(lineage audit --policy us-k); COMP_CWORD=3;"
        '_lineage_completion lineage; printf "%s\\n" "${COMPREPLY[@]}"; complete -p lineage'
    )
    assert in_shell("bash", script, tmp_path, clean_env).splitlines() == [
        "us-ks-75-4720",
        "complete -F _lineage_completion lineage",
    ]


@pytest.mark.posix
def test_zsh_reads_the_script(tmp_path: Path, clean_env: dict[str, str]) -> None:
    """It is syntax of zsh, and registers the function."""
    script = 'eval "$(lineage completion zsh)"; echo $_comps[lineage]'
    assert in_shell("zsh", script, tmp_path, clean_env).strip() == "_lineage_completion"


@pytest.mark.posix
def test_fish_completes(tmp_path: Path, clean_env: dict[str, str]) -> None:
    """As at the prompt."""
    script = 'lineage completion fish | source; complete -C "lineage audit --policy us-k"'
    assert in_shell("fish", script, tmp_path, clean_env).strip() == "us-ks-75-4720"


def test_a_models_name_is_never_shell_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of hostile names in the offline data, only what no shell reads as its own is offered."""
    path = tmp_path / SNAPSHOT
    records = [make_record(name) for name in EVIL]
    write_snapshot(path, Content({key_of(r.id): r for r in records}, {}), built_on="2026-11-22")
    held = SnapshotSource(path).starting_with("evil/")
    assert len(held) >= 1
    monkeypatch.setattr(data_choice, "EMBEDDED", DataSet(tmp_path, "embedded"))
    parameter = click.Argument(["targets"])
    context = click.Context(click.Command("audit"))
    assert [item.value for item in completion_items.models(context, parameter, "evil/")] == [
        "evil/ok"
    ]


def test_damaged_offline_data_completes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A prompt is no place for a message."""
    path = tmp_path / SNAPSHOT
    path.write_bytes(b"not a snapshot")
    monkeypatch.setattr(data_choice, "EMBEDDED", DataSet(tmp_path, "embedded"))
    context = click.Context(click.Command("audit"))
    assert completion_items.models(context, click.Argument(["targets"]), "a") == []
