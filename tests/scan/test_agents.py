"""Agents that are run as a command: whose model each asks for, by name or by a word for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.workflows.check import scanned

_CLAUDE = "api://api.anthropic.com"
ASKED = {
    "a word for a model": ("a.sh", "claude -p --model opus 'fix it'\n", {f"{_CLAUDE}/opus"}),
    "behind a pipe, with its window": (
        "a.sh",
        "cat x | claude --model=sonnet[1m] --print\n",
        {f"{_CLAUDE}/sonnet"},
    ),
    "one that only the run knows": ("a.sh", "claude --model $M -p x\n", {_CLAUDE}),
    "Codex": (
        "a.sh",
        "codex exec -m gpt-99-codex 'fix it'\n",
        {"api://api.openai.com/gpt-99-codex"},
    ),
    "Gemini": (
        "a.sh",
        "gemini -m gemini-2.5-pro -p hi\n",
        {"api://generativelanguage.googleapis.com/gemini-2.5-pro"},
    ),
    "a default, handed on in an object": (
        "a.py",
        "import subprocess\nclass Runner:\n    def __init__(self, model: str = 'haiku'):\n"
        "        self.model = model\n    def run(self):\n"
        "        subprocess.run(['claude', '-p', '--model', self.model], text=True)\n",
        {f"{_CLAUDE}/haiku"},
    ),
    "a list behind a star that grows": (
        "a.py",
        "import asyncio\nasync def run(model='opus', effort=None):\n"
        "    cmd = ['claude', '-p', '--model', model]\n    if effort:\n"
        "        cmd.extend(['--effort', effort])\n"
        "    await asyncio.create_subprocess_exec(*cmd, stdin=None)\n",
        {f"{_CLAUDE}/opus"},
    ),
    "a model of another developer, at another address": (
        "a.sh",
        "ANTHROPIC_BASE_URL=$U claude --model glm-9.9 -p x\n",
        {"api://unknown/glm-9.9"},
    ),
    "no model": ("a.sh", "claude mcp add x -- npx y\ncodex login\nclaude --model default\n", set()),
    "a server of the user's": ("a.sh", "codex --oss -m gpt-oss:20b\n", set()),
    "words of a list": ("a.py", "NAMES = ['claude', 'codex', 'gemini']\n", set()),
}


@pytest.mark.parametrize(("file", "text", "targets"), ASKED.values(), ids=ASKED.keys())
def test_what_an_agent_is_told_to_ask_for(
    tmp_path: Path, file: str, text: str, targets: set[str]
) -> None:
    """Each asks one service."""
    (tmp_path / file).write_text(text)
    assert {use.target for use in scanned(tmp_path).uses} == targets
