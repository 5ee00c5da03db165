"""The help of every command shows how it is used, by commands that work."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from docs.tools import load
from lineage.cli.main import COMMANDS, GROUPS, cli

COMMANDS_BELOW = {path: command for path, command, _ in load("generate_reference").commands()}


def shown(command: click.Command) -> list[str]:
    """The example lines at the end of its help."""
    _, found, lines = (command.epilog or "").partition("Examples:\n")
    return (
        [line.strip().partition("  #")[0].strip() for line in lines.splitlines()] if found else []
    )


def words(line: str) -> list[str]:
    """What the shell hands over: without the redirection, and what `eval` runs."""
    if line.startswith("eval "):
        line = line.removeprefix('eval "$(').removesuffix(')"')
    return shlex.split(line.partition(" > ")[0])


@pytest.mark.parametrize("path", ["lineage", *COMMANDS_BELOW])
def test_every_help_has_examples(path: str) -> None:
    """Of the whole, of every command and subcommand; each shows the command that it is about."""
    command = COMMANDS_BELOW.get(path, cli)
    lines = [words(line) for line in shown(command)]
    assert lines
    assert all(line[0] == "lineage" for line in lines)
    own = path.split()[1:]
    own = {"run": own[:1], "make": own[:1]}.get(own[-1], own) if own else own
    assert any(line[1 : 1 + len(own)] == own for line in lines)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[list[str]]:
    """Every command notes that it would have run, with arguments that were read and checked."""
    ran: list[str] = []
    for path, command in COMMANDS_BELOW.items():
        if not isinstance(command, click.Group):
            monkeypatch.setattr(
                command, "callback", lambda *_, path=path, **given: ran.append(path)
            )
    monkeypatch.chdir(tmp_path)
    yield ran


@pytest.mark.parametrize(
    "line", sorted({line for one in (cli, *COMMANDS_BELOW.values()) for line in shown(one)})
)
def test_every_example_is_read_without_a_complaint(line: str, told: list[str]) -> None:
    """Its arguments pass the command's own parser; files that it reads are there."""
    args = words(line)[1:]
    for word in args:
        if word.endswith("/"):
            Path(word).mkdir(exist_ok=True)
        elif Path(word).suffix in (".json", ".csv", ".txt", ".toml", ".sqlite", ".index"):
            Path(word).touch()
    cli.main(args, prog_name="lineage", standalone_mode=False)
    assert len(told) == 1


def test_a_wrong_example_is_seen(told: list[str]) -> None:
    """The test above can fail."""
    with pytest.raises(click.UsageError):
        cli.main(["audit", "--ofline", "org/name"], prog_name="lineage", standalone_mode=False)


def test_every_command_is_in_one_group() -> None:
    """`lineage --help` shows each once, under a heading."""
    page = cli.get_help(click.Context(cli, info_name="lineage"))
    assert sum(map(len, GROUPS.values())) == len(COMMANDS)
    assert all(f"{title}:" in page for title in GROUPS)
    assert all(page.count(f"\n  {name} ") == 1 for name in COMMANDS)
