"""What a short run imports, and how it ends: most of its time is Python starting."""

from __future__ import annotations

import subprocess
import sys

QWEN = "Qwen/Qwen2.5-7B-Instruct"


def imported(env: dict[str, str], *arguments: str) -> set[str]:
    """Every module that was imported when the command was done."""
    code = (
        "import sys\nfrom lineage.cli.main import cli\n"
        f"cli.main({list(arguments)!r}, standalone_mode=False)\n"
        "print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True
    )
    return set(done.stdout.splitlines()[-1].split())


def within(modules: set[str], *packages: str) -> list[str]:
    """Those of these packages."""
    return sorted(
        one
        for one in modules
        if one.startswith(tuple(f"{name}." for name in packages)) or one in packages
    )


def test_help_knows_the_commands_and_imports_none(clean_env: dict[str, str]) -> None:
    """No command, no data and no source: only what names them."""
    modules = imported(clean_env, "--help")
    assert not within(modules, "lineage.workflows", "lineage.sources", "lineage.evidence")
    assert not within(modules, "lineage.cli.audit", "click.shell_completion", "json", "sqlite3")


def test_an_audit_without_files_imports_no_reader_of_files(clean_env: dict[str, str]) -> None:
    """A model of the offline data has no files: nothing that takes files apart, nothing of the
    network and no thread, is imported."""
    modules = imported(clean_env, "audit", "--offline", "-q", QWEN)
    assert not within(modules, "ssl", "requests", "httpx", "yaml", "lineage.sources.web")
    assert not within(modules, "concurrent.futures", "logging", "lineage.graph.prefetch")
    assert not within(
        modules,
        "lineage.claims.card.body",
        "lineage.claims.files.gguf_header",
        "lineage.claims.files.config_json",
        "lineage.core.card",
        "lineage.evidence.leads.file_names",
        "lineage.evidence.names_elsewhere",
        "lineage.fingerprint",
        "lineage.index",
    )


def test_what_is_to_run_at_exit_runs(clean_env: dict[str, str]) -> None:
    """Leaving early leaves out nothing but Python's own clearing up, and the exit code stands."""
    code = (
        "import atexit\nfrom lineage.cli.exits import Ending\nending = Ending()\n"
        "atexit.register(print, 'done')\nprint('report')\nending.leave(3)"
    )
    ended = subprocess.run([sys.executable, "-c", code], env=clean_env, capture_output=True)
    assert (ended.returncode, ended.stdout.split()) == (3, [b"report", b"done"])
