"""`-o report.pdf`: which browser prints it, and what a browser that fails leads to."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Ran
from lineage.cli.printing import browser, pdf
from lineage.core.errors import CannotRunError

Run = Callable[..., Ran]
MODEL = "NousResearch/Hermes-2-Pro-Mistral-7B"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the programs are shell scripts")
_OUT = 'for one in "$@"; do case $one in --print-to-pdf=*) out=${one#--print-to-pdf=};; esac; done'


@pytest.fixture
def program(tmp_path: Path) -> Callable[[str], str]:
    """A browser that does what a script says, `$out` being the file that it is to write."""

    def made(script: str) -> str:
        file = tmp_path / "chromium"
        file.write_text(f"#!/bin/sh\n{_OUT}\n{script}\n", encoding="utf-8")
        file.chmod(0o755)
        return str(file)

    return made


def test_what_the_browser_writes_is_the_report(program: Callable[[str], str]):
    """It is handed one file, asks nobody, and its PDF comes back as it is."""
    script = program(
        'for last; do :; done; (echo %PDF-1.4; cat "${last#file://}"; echo %%EOF) > "$out"'
    )
    assert pdf("<p>page</p>", script) == b"%PDF-1.4\n<p>page</p>%%EOF\n"


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo 'no sandbox' >&2; exit 21", "ended with 21 (no sandbox)"),
        ("kill -SEGV $$", f"ended with signal {int(signal.SIGSEGV)}"),
        ("exit 0", "wrote no PDF"),
        ('echo nonsense > "$out"', "wrote no PDF"),
        ('echo %PDF-1.4 > "$out"', "wrote no PDF"),
    ],
)
def test_a_browser_that_fails(program: Callable[[str], str], script: str, said: str):
    """A crash, an error, no file, one that is no PDF, and one that was cut off are told apart."""
    with pytest.raises(CannotRunError) as caught:
        pdf("<p>page</p>", program(script))
    assert said in str(caught.value) and "-o report.html" in str(caught.value)


def test_a_browser_that_hangs_is_ended(program: Callable[[str], str], tmp_path: Path):
    """With all that it started, and named."""
    script = program(f"sleep 600 & echo $! > {tmp_path}/child; wait")
    with pytest.raises(CannotRunError, match="did not finish within"):
        pdf("<p>page</p>", script, seconds=1)
    child = int((tmp_path / "child").read_text())
    state = Path(f"/proc/{child}/stat")
    assert not state.exists() or state.read_text().rsplit(") ", 1)[1][0] == "Z"


def test_a_program_that_is_no_program(tmp_path: Path):
    """It says so instead of a traceback."""
    file = tmp_path / "chromium"
    file.write_bytes(b"\x7fELF nonsense")
    file.chmod(0o755)
    with pytest.raises(CannotRunError, match="could not be started"):
        pdf("<p>page</p>", str(file))


def test_no_browser_is_refused_before_anything_is_asked(lineage: Run, tmp_path: Path):
    """Exit 4, and what to install; nothing is written."""
    ran = lineage("audit", "-o", "report.pdf", MODEL, env={"PATH": str(tmp_path / "empty")})
    assert (ran.code, ran.out) == (4, "")
    assert "apt-get install chromium" in ran.err and not (tmp_path / "report.pdf").exists()


def test_a_browser_that_crashes_ends_the_run(
    lineage: Run, program: Callable[[str], str], tmp_path: Path
):
    """Exit 4, whatever the verdict; no half file, neither the PDF nor another one."""
    env = {"LINEAGE_CHROMIUM": program("exit 3")}
    wanted = ("-f", "json=r.json", "-f", "pdf=report.pdf")
    ran = lineage("audit", "--offline", *wanted, MODEL, env=env)
    assert ran.code == 4 and "ended with 3" in ran.err
    assert not (tmp_path / "report.pdf").exists() and not (tmp_path / "r.json").exists()


def test_a_pdf_needs_a_file(lineage: Run):
    """It is no text for a terminal."""
    ran = lineage("audit", "--offline", "-f", "pdf", MODEL)
    assert (ran.code, ran.out) == (2, "") and "-o report.pdf" in ran.err


def test_a_program_in_the_working_folder_is_not_taken(
    program: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """PATH may name the folder one stands in, which may be a stranger's checkout."""
    program("exit 0")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", os.pathsep.join([".", ""]))
    monkeypatch.delenv("LINEAGE_CHROMIUM", raising=False)
    with pytest.raises(CannotRunError):
        browser()
