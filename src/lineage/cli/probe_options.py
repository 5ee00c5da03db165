"""What is asked and how, and what is served: the options of `lineage probe run`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lineage.cli.options import grouped, number_option
from lineage.core.value import dataclass

if TYPE_CHECKING:
    from lineage.workflows.probe import Subject


@dataclass(frozen=True)
class SubjectChoice:
    """What the runner says that is served."""

    subject: str | None
    own: bool
    digest: str
    quantization: str
    runner: str

    def subject_of(self) -> Subject:
        """For the workflow."""
        from lineage.workflows.probe import Subject

        return Subject(self.subject or "", self.own, self.digest, self.quantization, self.runner)


subject_options = grouped(
    "served",
    SubjectChoice,
    click.option(
        "--for",
        "subject",
        metavar="ORG/NAME[@REVISION]",
        help="Name the repository whose weights the endpoint serves.",
    ),
    click.option(
        "--own",
        is_flag=True,
        help=(
            "State that the endpoint is yours and serves these weights with no filter, so "
            "that the result counts for the weights."
        ),
    ),
    click.option(
        "--digest",
        default="",
        help="State the digest of the served file, if the endpoint does not report it.",
    ),
    click.option(
        "--quantization",
        default="",
        metavar="TYPE",
        help="State how the served weights differ from the repository's: none, Q4_K_M ...",
    ),
    click.option("--runner", default="", metavar="NAME", help="Record who runs the probe."),
)


@dataclass(frozen=True)
class AskingChoice:
    """How is asked."""

    languages: str
    battery: Path | None
    seed: int | None
    samples: int
    temperature: float | None
    max_tokens: int
    jobs: int
    timeout: float
    max_wait: float
    whole: bool


asking_options = grouped(
    "asking",
    AskingChoice,
    click.option(
        "--languages",
        default="en,zh",
        show_default=True,
        help="Ask in these languages; each gets its own result.",
    ),
    click.option(
        "--battery",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="Ask your own question battery: its folder.",
    ),
    click.option(
        "--seed",
        type=click.IntRange(0),
        help="Set the order of topics and options; by default it is drawn and recorded.",
    ),
    number_option("--samples", 3, "Ask each question this often.", least=1, most=20),
    click.option(
        "--temperature",
        type=click.FloatRange(0, 2),
        help="Set the temperature; the default is the endpoint's own.",
    ),
    number_option(
        "--max-tokens", 4096, "Allow this many tokens for one answer with its reasoning.", least=256
    ),
    number_option("--jobs", 4, "Questions at a time.", least=1, most=64),
    number_option("--timeout", 600.0, "Seconds for one answer.", least=1),
    number_option(
        "--max-wait", 600.0, "Wait this many seconds for the endpoint's rate limit, per question."
    ),
    click.option(
        "--whole", is_flag=True, help="Ask every question, even when the answers so far decide."
    ),
)
