"""Where rendered reports go: stdout, a file, or several of both in one run."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from lineage.cli.exits import silence_stdout
from lineage.cli.options import Decorator, F, json_option, together
from lineage.cli.terminal import columns
from lineage.core.errors import CannotRunError, UsageError
from lineage.core.value import dataclass
from lineage.report.formats import FORMATS, View, render

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from lineage.report.document import Report

# Formats for people, which may follow each other on a terminal or in a pipeline's log.
_MIXABLE = frozenset({"text", "github", "markdown"})
PDF = "pdf"
"""The HTML report, printed; no document of text, so it needs a file."""
# The longer endings first.
_ENDINGS = {
    ".cdx.json": "cyclonedx",
    ".spdx.json": "spdx",
    ".g7.json": "g7",
    ".sarif.json": "sarif",
    ".json": "json",
    ".html": "html",
    ".htm": "html",
    ".csv": "csv",
    ".sarif": "sarif",
    ".md": "markdown",
    ".mmd": "mermaid",
    ".dot": "dot",
    ".pdf": PDF,
    ".txt": "text",
    ".log": "text",
}


@dataclass(frozen=True)
class Destination:
    """One format, and the file that it goes to; None is stdout."""

    format: str
    path: Path | None


class DestinationType(click.ParamType[Destination]):
    """`text`, or `sarif=out.sarif`."""

    name = "FORMAT[=FILE]"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Destination:
        """Check the format's name here, before anything is fetched."""
        if isinstance(value, Destination):
            return value
        name, equals, path = str(value).partition("=")
        known = (*FORMATS, PDF)
        if name not in known:
            from lineage.policy.nearest import did_you_mean

            text = f"{name!r} is not a report format. {did_you_mean(name.lower(), known)}".rstrip()
            self.fail(f"{text} Choose one of: {', '.join(known)}.", param, ctx)
        return Destination(name, Path(path) if equals and path not in ("", "-") else None)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """The formats' names."""
        from click.shell_completion import CompletionItem

        return [CompletionItem(name) for name in (*FORMATS, PDF) if name.startswith(incomplete)]

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        """How the option's value is shown in help."""
        return self.name


def _with_json(command: F) -> F:
    """`--json` is one more `-f json`."""

    @wraps(command)
    def run(*, formats: tuple[Destination, ...], as_json: bool, **given: Any) -> Any:
        own = (Destination("json", None),) if as_json else ()
        return command(formats=tuple(dict.fromkeys((*formats, *own))), **given)

    return cast("F", json_option(run))


output_options: Decorator = together(
    click.option(
        "-f",
        "--format",
        "formats",
        type=DestinationType(),
        multiple=True,
        help="Print this report format; may be repeated. Default: text, or by the ending of -o.",
    ),
    _with_json,
    click.option(
        "-o",
        "--output",
        type=click.Path(path_type=Path),
        help="Write the report to this file instead of stdout; its ending (.html, .pdf, .csv, …) "
        "names the format.",
    ),
)
"""`-f` and `-o` of a report; `destinations` says what they mean together."""


def destinations(chosen: tuple[Destination, ...], output: Path | None) -> tuple[Destination, ...]:
    """What `-f` and `-o` together mean: `-o` names the file of the one format that has none.

    Raises UsageError where that cannot be, and CannotRunError where a PDF is asked for and nothing
    here prints one: before anything is fetched.
    """
    meant = _together(chosen, output)
    if any(d.format == PDF for d in meant):
        if any(d.format == PDF and d.path is None for d in meant):
            raise UsageError("A PDF needs a file.", "Write -o report.pdf.")
        from lineage.cli.printing import browser

        browser()
    return meant


def _together(chosen: tuple[Destination, ...], output: Path | None) -> tuple[Destination, ...]:
    wanted = chosen or (Destination(_format_of(output), None),)
    open_ended = [d for d in wanted if d.path is None]
    if len(open_ended) > 1 and not {d.format for d in open_ended} <= _MIXABLE:
        names = " and ".join(d.format for d in open_ended)
        raise UsageError(
            f"{names} cannot share one stdout: no program could read the result.",
            "Write -f FORMAT=FILE for all but one.",
        )
    if output is None or str(output) == "-":
        return wanted
    if len(open_ended) != 1:
        raise UsageError(
            "-o FILE goes with exactly one format that has no file of its own.",
            "Write -f FORMAT=FILE for each instead.",
        )
    return tuple(Destination(d.format, output) if d.path is None else d for d in wanted)


def _format_of(output: Path | None) -> str:
    """What `-o report.html` means where no format is named; a name without an ending is text."""
    name = output.name.lower() if output else ""
    known = next((form for ending, form in _ENDINGS.items() if name.endswith(ending)), None)
    if known is None and output is not None and output.suffix:
        raise UsageError(
            f"{output}: no report format is known by the ending {output.suffix}.",
            f"Known endings: {' '.join(_ENDINGS)}. Another name needs the format: -f FORMAT.",
        )
    return known or "text"


def write(
    report: Report, wanted: tuple[Destination, ...], verbosity: int = 0, *, full: bool = False
) -> None:
    """Render every format first, then write: a failure leaves no half-written file behind."""
    rendered = [(d, _rendered(report, d, _view(d, verbosity, full=full))) for d in wanted]
    for destination, made in rendered:
        if destination.path is not None:
            write_file(destination.path, made)
        elif isinstance(made, str):
            to_stdout(made)


def _rendered(report: Report, one: Destination, view: View) -> str | bytes:
    if one.format == PDF:
        from lineage.cli.printing import browser, pdf

        return pdf(render(report, "html", view), browser())
    return render(report, one.format, view)


def write_file(path: Path, made: str | bytes) -> None:
    """Replace `path` in one step; write into what is no plain file (/dev/stdout, a pipe, a link),
    which must not be replaced.

    Raises CannotRunError, naming it, where that cannot be done.
    """
    data = made.encode("utf-8") if isinstance(made, str) else made
    try:
        if path.is_symlink() or (path.exists() and not path.is_file()):
            path.write_bytes(data)
        else:
            _replace(path, data)
    except OSError as problem:
        raise CannotRunError(
            f"{path} could not be written: {problem.strerror or problem}.",
            "Choose another file with -o.",
        ) from problem


def _replace(path: Path, data: bytes) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(data)
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


def deliver(text: str, output: Path | None) -> None:
    """Into the file, or to stdout where there is none."""
    if output is None:
        to_stdout(text)
    else:
        write_file(output, text)


def to_stdout(text: str) -> None:
    """Print, with what the terminal cannot show replaced."""
    encoding = sys.stdout.encoding or "ascii"
    try:
        sys.stdout.write(text if _is_utf8() else text.encode(encoding, "replace").decode(encoding))
        sys.stdout.flush()
    except BrokenPipeError:
        # `| head` has seen enough. The verdict stands, and the exit code must still say it.
        silence_stdout()
    except OSError as problem:
        silence_stdout()
        raise CannotRunError(
            f"The report could not be written to stdout: {problem.strerror or problem}."
        ) from problem


def _is_utf8() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"


def _view(destination: Destination, verbosity: int, *, full: bool) -> View:
    """A file is 100 columns wide, whatever the terminal is."""
    if destination.path is not None:
        return View(verbosity=verbosity, full=full)
    plain = bool(os.environ.get("NO_COLOR"))
    if not sys.stdout.isatty():
        color = bool(os.environ.get("FORCE_COLOR")) and not plain
        return View(columns(), color, False, verbosity, full)
    plain = plain or os.environ.get("TERM") == "dumb"
    return View(columns(), not plain, not plain, verbosity, full)
