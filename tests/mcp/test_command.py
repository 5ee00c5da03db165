"""`lineage mcp` as a command: what it writes where, and how it ends."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Ran

pytest.importorskip("mcp", reason="the SDK of the Model Context Protocol is not installed")


def test_stdout_carries_the_protocol_alone(clean_env: dict[str, str], tmp_path: Path):
    """A notice of the run goes to stderr; the end of stdin ends the server in order."""
    greeting = {"protocolVersion": "2025-06-18", "capabilities": {}}
    greeting["clientInfo"] = {"name": "test", "version": "1"}
    asked = {"name": "audit", "arguments": {"targets": ["openai/gpt-oss-20b"]}}
    process = subprocess.Popen(
        [sys.executable, "-m", "lineage", "mcp"],
        env=clean_env,
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    for message in (
        {"id": 1, "method": "initialize", "params": greeting},
        {"method": "notifications/initialized"},
        {"id": 2, "method": "tools/call", "params": asked},
    ):
        print(json.dumps({"jsonrpc": "2.0", **message}), file=process.stdin, flush=True)
    answered = [json.loads(process.stdout.readline()) for _ in range(2)]
    out, err = process.communicate(timeout=60)
    assert [message["id"] for message in answered] == [1, 2]
    assert answered[1]["result"]["structuredContent"]["schema"] == "lineage-report/1"
    assert not out
    assert "Could not reach the Hub" in err
    assert process.returncode == 0


GREETING = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}


@pytest.mark.posix
def test_an_interrupt_ends_it_without_another_line(clean_env: dict[str, str], tmp_path: Path):
    """Whoever starts it in a terminal to see what it does gets out again."""
    with subprocess.Popen(
        [sys.executable, "-m", "lineage", "mcp", "--offline"],
        env=clean_env,
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        print(json.dumps(GREETING), file=process.stdin, flush=True)
        assert json.loads(process.stdout.readline())["id"] == 1
        process.send_signal(signal.SIGINT)
        try:
            code = process.wait(timeout=60)
        finally:
            process.kill()
        assert code == -signal.SIGINT
        assert not process.stderr.read()


@pytest.mark.linux
def test_a_client_that_reads_no_answer_is_no_bug(clean_env: dict[str, str], tmp_path: Path):
    """Exit 4 with the reason, no internal error."""
    with Path("/dev/full").open("w", encoding="utf-8") as nowhere:
        done = subprocess.run(
            [sys.executable, "-m", "lineage", "mcp", "--offline"],
            env=clean_env,
            cwd=tmp_path,
            input=json.dumps(GREETING) + "\n",
            stdout=nowhere,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
        )
    assert done.returncode == 4
    assert done.stderr.startswith("Error: No answer can be written: stdout is closed or full.")


def test_without_the_sdk_it_says_what_to_install(clean_env: dict[str, str]):
    """Exit 4 and the line to type."""
    code = (
        "import sys; sys.modules['mcp'] = None; sys.argv = ['lineage', 'mcp']\n"
        "from lineage.cli.main import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=clean_env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 4
    assert "pip install 'lineage-audit[mcp]'" in done.stderr


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--policy", "no-such-pack"), "no policy pack"),
        (("--server", "not an address"), "is not the address of a server"),
        (("--snapshot", "none.sqlite"), "none.sqlite"),
        (("--index", "none.sqlite"), "none.sqlite"),
    ],
)
def test_a_wrong_start_ends_at_once(
    lineage: Callable[..., Ran], options: tuple[str, ...], words: str
):
    """Exit 2 with the reason, before any client is answered."""
    ran = lineage("mcp", *options, stdin="")
    assert ran.code == 2
    assert words in ran.err
    assert not ran.out


def test_a_policy_in_the_current_folder_is_not_taken(lineage: Callable[..., Ran], tmp_path: Path):
    """Whoever works there could write it: a broken one changes nothing."""
    (tmp_path / "lineage.toml").write_text("this is no policy", encoding="utf-8")
    assert lineage("mcp", stdin="").code == 0


def test_no_other_command_loads_the_sdk(lineage: Callable[..., Ran], clean_env: dict[str, str]):
    """It takes seconds to import."""
    code = (
        "import sys; from lineage.cli.main import cli\n"
        "sys.argv = ['lineage', 'audit', '--offline', '-qq', 'openai/gpt-oss-20b']\n"
        "from lineage.cli.exits import run; run(cli)\n"
        "print([name for name in ('mcp', 'mcp_types', 'pydantic') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=clean_env, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
