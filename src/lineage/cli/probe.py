"""`lineage probe`: asks a running model questions with known answers, and reports what it holds
back."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lineage.cli.display import Display
from lineage.cli.groups import DefaultGroup
from lineage.cli.options import examples, file_option, format_option
from lineage.cli.output import deliver, to_stdout
from lineage.cli.probe_lint import lint
from lineage.cli.probe_options import (
    AskingChoice,
    SubjectChoice,
    asking_options,
    subject_options,
)
from lineage.cli.source_options import SourceChoice, source_options
from lineage.core.errors import UsageError

if TYPE_CHECKING:
    from lineage.probe.battery import Battery
    from lineage.probe.verify import Verification
    from lineage.workflows.probe import ProbeOptions

_RESULT = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(
    cls=DefaultGroup,
    default="run",
    epilog=examples(
        "lineage probe --endpoint http://localhost:8000/v1 --model my-model --for org/name",
        "lineage probe report run.json",
    ),
)
def probe() -> None:
    """Ask a running model questions with known answers, and report what it withholds.

    lineage probe --endpoint URL --model NAME -o run.json asks (`lineage probe run --help` lists its
    options); report, compare and verify read the result. The key of the endpoint is read from
    LINEAGE_ENDPOINT_KEY, else OPENAI_API_KEY.
    """


@probe.command(
    "run",
    epilog=examples(
        "lineage probe --endpoint http://localhost:8000/v1 --model my-model --for org/name",
        "lineage probe --plan --languages en,zh",
    ),
)
@click.option(
    "--endpoint",
    metavar="URL",
    help="Ask this chat endpoint (OpenAI's protocol): its address, up to /v1.",
)
@click.option(
    "--model", metavar="NAME", help="Ask this model, by the name that the endpoint lists."
)
@click.option(
    "--local",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Load this folder with transformers instead (extra `local`).",
)
@subject_options
@asking_options
@click.option(
    "--plan",
    "only_plan",
    is_flag=True,
    help="Print how much a run would ask at most, and ask nothing.",
)
@click.option(
    "--sign",
    "signing_key",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="KEY.pem",
    help="Sign the result with this Ed25519 key (extra `sign`).",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("probe.json"),
    show_default=True,
    help="Write the result here, with its transcript beside it; a run resumes from it.",
)
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
def ask(
    endpoint: str | None,
    model: str | None,
    local: Path | None,
    served: SubjectChoice,
    asking: AskingChoice,
    only_plan: bool,
    signing_key: Path | None,
    output: Path,
    quiet: bool,
) -> int:
    """Ask a model, and write the result and its transcript.

    Exit codes: 0 a result was written (whatever it is), 2 wrong usage, 4 could not run.
    """
    from lineage.report.probe import plan_text, text
    from lineage.workflows.probe import plans
    from lineage.workflows.probe import probe as run_probe

    if not only_plan and not local and not (endpoint and model):
        raise UsageError("No endpoint to ask.", "Give --endpoint URL and --model NAME.")
    if local and endpoint:
        raise UsageError("--local and --endpoint exclude each other.")
    display = Display(quiet=quiet)
    options = _options(
        endpoint or "", model or (local.name if local else ""), asking, output, display
    )
    planned = plans(options)
    if only_plan:
        to_stdout(plan_text(planned, options.decoding) + "\n")
        return 0
    total = sum(one.requests for one in planned)
    options = replace(
        options,
        subject=served.subject_of(),
        local=local,
        signing_key=signing_key,
        on_progress=lambda done: display.line(
            f"{_bar(done, total)} {done} of at most {total} answers"
        ),
    )
    if not quiet:
        click.echo(f"At most {total} questions to {model or local}; seed {options.seed}.", err=True)
    try:
        found = run_probe(options)
    except KeyboardInterrupt:
        display.clear()
        click.echo("Stopped. The same command continues from the answers so far.", err=True)
        raise
    display.clear()
    to_stdout(text(found) + f"\n\nWritten to {output} and {found.transcript.file}.\n")
    return 0


def _bar(done: int, total: int, width: int = 24) -> str:
    full = min(width, width * done // max(total, 1))
    return f"[{'#' * full}{'.' * (width - full)}]"


def _options(
    endpoint: str, model: str, asking: AskingChoice, output: Path, display: Display
) -> ProbeOptions:
    from lineage.probe.decoding import Decoding
    from lineage.workflows.probe import ProbeOptions, languages_of, resumed_seed

    seed = asking.seed if asking.seed is not None else resumed_seed(output)
    return ProbeOptions(
        endpoint=endpoint,
        model=model,
        output=output,
        languages=languages_of(asking.languages),
        seed=secrets.randbelow(2**31) if seed is None else seed,
        decoding=Decoding(asking.temperature, asking.max_tokens, asking.samples),
        battery=_battery(asking.battery),
        is_whole=asking.whole,
        jobs=asking.jobs,
        timeout=asking.timeout,
        max_wait=asking.max_wait,
        key=_key(),
        on_wait=lambda seconds, reason: display.notice(
            f"The endpoint asks to wait {seconds:.0f} s ({reason})."
        ),
    )


def _battery(folder: Path | None) -> Battery | None:
    from lineage.probe.battery import load

    return load(folder) if folder else None


_battery_option = click.option(
    "--battery",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Read your own question battery, if it was asked: its folder.",
)


@probe.command(
    epilog=examples(
        "lineage probe report run.json", "lineage probe report run.json -f html -o run.html"
    )
)
@click.argument("result", type=_RESULT, metavar="RUN.json")
@format_option("text", "markdown", "html", "json")
@file_option
def report(result: Path, form: str, output: Path | None) -> None:
    """Show a result: text, Markdown, HTML with every pair and the intervals drawn, or JSON."""
    from lineage.probe.record import document, read
    from lineage.report import probe as words

    found = read(result)
    if form == "html":
        from lineage.report.html.probe import render

        shown = render(found)
    elif form == "json":
        shown = json.dumps(document(found), indent=2, ensure_ascii=False) + "\n"
    else:
        shown = words.markdown(found) if form == "markdown" else words.text(found) + "\n"
    deliver(shown, output)


@probe.command(epilog=examples("lineage probe compare before.json after.json"))
@click.argument("first", type=_RESULT, metavar="A.json")
@click.argument("second", type=_RESULT, metavar="B.json")
def compare(first: Path, second: Path) -> None:
    """Show what changed from one result to another: a base model and its fine-tune, or before and
    after."""
    from lineage.probe.record import read
    from lineage.report.probe import compare as compared

    to_stdout(compared(read(first), read(second)) + "\n")


@probe.command(epilog=examples("lineage probe verify run.json"))
@click.argument("result", type=_RESULT, metavar="RUN.json")
@click.option(
    "--transcript", type=_RESULT, help="Read this transcript instead of the one beside the result."
)
@_battery_option
def verify(result: Path, transcript: Path | None, battery: Path | None) -> int:
    """Recompute every score and number of a result from its transcript.

    Exit codes: 0 all the same, 1 something differs, 3 the transcript is missing, so the
    outcomes are taken on trust.
    """
    from lineage.report.probe import verification_lines
    from lineage.workflows.probe import verified

    _, found = verified(result, _battery(battery), transcript)
    to_stdout("\n".join(verification_lines(found)) + "\n")
    return _code(found)


@probe.command(
    epilog=examples(
        "lineage probe judge run.json --endpoint http://localhost:8001/v1 --model judge "
        "--judge-for org/judge --labelled answers.json -o judged.json"
    )
)
@click.argument("result", type=_RESULT, metavar="RUN.json")
@click.option("--endpoint", metavar="URL", required=True, help="Address of the judge.")
@click.option("--model", metavar="NAME", required=True, help="Its name at that endpoint.")
@click.option(
    "--judge-for",
    "repository",
    metavar="ORG/NAME",
    required=True,
    help="The judge's repository: none of the judged lineage may judge.",
)
@click.option(
    "--labelled",
    type=_RESULT,
    required=True,
    help="Answers that people labelled, 200 or more in each language (docs/probe.md).",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="The result with what the judge says.",
)
@_battery_option
@source_options
def judge(
    result: Path,
    endpoint: str,
    model: str,
    repository: str,
    labelled: Path,
    output: Path,
    battery: Path | None,
    source: SourceChoice,
) -> None:
    """Let another model judge the texts on request (form D). It is reported and decides nothing.

    The judge is measured on labelled answers first, and refused where it agrees with people less
    than kappa 0.6.
    """
    from lineage.probe.decoding import Decoding
    from lineage.probe.endpoint import ChatEndpoint
    from lineage.probe.record import read, transcript_path, write
    from lineage.report.probe import judged_lines
    from lineage.workflows.judging import Judge, judge_run
    from lineage.workflows.probe import shipped

    run = read(result)
    asked = _battery(battery) or shipped(run)
    if asked is None:
        raise UsageError(
            "The question battery of this run was not found.", "Name its folder: --battery."
        )
    asks = ChatEndpoint(endpoint, model, Decoding(0.0), key=_key())
    options = source.options(source.display())
    judge = Judge(asks, repository, labelled)
    found = judge_run(run, transcript_path(result), asked, judge, options)
    write(found, output)
    to_stdout("\n".join(judged_lines(found)) + f"\nWritten to {output}; it is no longer signed.\n")


def _key() -> str:
    return os.environ.get("LINEAGE_ENDPOINT_KEY") or os.environ.get("OPENAI_API_KEY") or ""


def _code(found: Verification) -> int:
    if found.problems:
        return 1
    return 0 if found.is_complete else 3


probe.add_command(lint)
