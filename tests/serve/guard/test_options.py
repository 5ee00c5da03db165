"""Nobody serves others by accident."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lineage.serve.guard import tokens


@pytest.mark.posix
@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--host", "0.0.0.0"), "--new-token"),
        (("--host", "::"), "--new-token"),
        (("--host", "0"), "--new-token"),
        (("--host", "127.0.0.1.evil.test"), "--new-token"),
        (("--name", "lineage.acme.test"), "--new-token"),
        (("--proxy", "127.0.0.1"), "--new-token"),
        (("--name", "https://lineage.acme.test"), "without a scheme"),
        (("--proxy", "*"), "neither an address nor a network"),
        (("--token-file", "missing"), "could not be read"),
        (("--token-file", "open"), "chmod 600"),
        (("--new-token", "alice"), "needs --token-file"),
        (("--token-file", "people", "--new-token", "a b"), "is not a name"),
        (("--token-file", "people", "--audit-log", "missing/x"), "could not be written"),
    ],
)
def test_what_would_be_open_does_not_start(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    lineage: Callable[..., Any],
    options: tuple[str, ...],
    told: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    tokens.add(Path("people"), "bob")
    Path("open").write_text(Path("people").read_text())
    Path("open").chmod(0o644)
    ran = lineage("serve", "--offline", "--port", "0", "--state", "state", *options)
    assert ran.code == 2 and told in ran.err, ran.err


def test_a_new_token_is_printed_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lineage: Callable[..., Any]
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = lineage("serve", "--token-file", "people", "--new-token", "alice")
    assert ran.code == 0
    found = tokens.Tokens(Path("people")).named(ran.out.strip())
    assert found and found.name == "alice"


def test_help_tells_the_wait_that_is_kept_to(lineage: Callable[..., Any]) -> None:
    """A run here waits longer for the Hub's quota than a command does, before which somebody
    sits."""
    told = {name: " ".join(lineage(name, "--help").out.split()) for name in ("serve", "audit")}
    wait = {name: re.search(r"--max-wait.*?default: ([\d.]+)", text) for name, text in told.items()}
    assert {name: found and float(found[1]) for name, found in wait.items()} == {
        "serve": 3600.0,
        "audit": 300.0,
    }
