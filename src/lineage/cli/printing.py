"""Prints the HTML report to a PDF with a Chromium of this machine, which is handed one file and no
network, and is given a limited time."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from lineage.core.errors import CannotRunError
from lineage.report.printable import printable

SECONDS = 120.0
"""Time for one document; a portfolio of a thousand models takes about thirty seconds."""
_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
    "microsoft-edge",
)
_ELSEWHERE = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
_FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--no-pdf-header-footer",
)


def browser() -> str:
    """The Chromium that prints: what LINEAGE_CHROMIUM names, else the first one found.

    Raises CannotRunError, naming what to install, where there is none.
    """
    named = os.environ.get("LINEAGE_CHROMIUM")
    found = [named] if named else [*_NAMES, *_ELSEWHERE]
    for one in found:
        path = shutil.which(one)
        # A name that PATH finds in the working folder is not taken: that may be somebody else's.
        if path and Path(path).is_absolute():
            return path
    raise CannotRunError(
        f"{printable(named)} (LINEAGE_CHROMIUM) is not a program that can be run."
        if named
        else "A PDF is printed by Chromium, Chrome or Edge, and none was found.",
        "Install one (Debian and Ubuntu: apt-get install chromium; macOS: brew install "
        "--cask chromium), or write -o report.html and print it from any browser.",
    )


def pdf(page: str, program: str, seconds: float = SECONDS) -> bytes:
    """The page as PDF. Raises CannotRunError where the browser fails, hangs, or writes no PDF."""
    with tempfile.TemporaryDirectory(prefix="lineage-", ignore_cleanup_errors=True) as folder:
        source, made = Path(folder, "report.html"), Path(folder, "report.pdf")
        source.write_text(page, encoding="utf-8", newline="\n")
        problem = _run(
            [
                program,
                *_FLAGS,
                *(["--no-sandbox"] if _is_root() else []),
                f"--user-data-dir={Path(folder, 'profile')}",
                f"--print-to-pdf={made}",
                source.as_uri(),
            ],
            program,
            seconds,
        )
        printed = made.read_bytes() if made.is_file() else b""
    if not printed.startswith(b"%PDF-") or b"%%EOF" not in printed[-1024:]:
        raise _failed(program, f"wrote no PDF{f' ({problem})' if problem else ''}")
    return printed


def _run(command: list[str], program: str, seconds: float) -> str:
    """Run to the end, and tell the last line that it said."""
    # Into a file: a helper that outlives the browser would hold a pipe open.
    with tempfile.TemporaryFile() as errors:
        try:
            process = subprocess.Popen(  # noqa: S603 - no shell; a program that the user installed or named
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                start_new_session=sys.platform != "win32",
            )
        except OSError as problem:
            why = problem.strerror or problem
            raise _failed(program, f"could not be started: {why}") from problem
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise _failed(program, f"did not finish within {seconds:g} seconds") from None
        finally:
            _end(process)
        errors.seek(0)
        lines = errors.read().decode("utf-8", "replace").split("\n")
    said = printable(next((line for line in reversed(lines) if line.strip()), "").strip(), 200)
    code = process.returncode
    if code:
        how = f"signal {-code}" if code < 0 else code
        raise _failed(program, f"ended with {how}{f' ({said})' if said else ''}")
    return said


def _end(process: subprocess.Popen[bytes]) -> None:
    """Stop the browser and everything that it started."""
    if sys.platform != "win32":
        import signal

        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()


def _is_root() -> bool:
    """As root, in a container, Chromium has no sandbox and refuses to start with one."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _failed(program: str, what: str) -> CannotRunError:
    return CannotRunError(
        f"The report could not be printed: {printable(program)} {what}.",
        "Name another browser in LINEAGE_CHROMIUM, or write -o report.html and print it from any "
        "browser.",
    )
