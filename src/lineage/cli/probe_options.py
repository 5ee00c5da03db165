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
        help="The repository whose weights the endpoint serves.",
    ),
    click.option(
        "--own",
        is_flag=True,
        help=(
            "The endpoint is yours and serves these weights with no filter: the result speaks of "
            "the weights."
        ),
    ),
    click.option(
        "--digest",
        default="",
        help="Digest of the served file, where the endpoint does not say it.",
    ),
    click.option(
        "--quantization",
        default="",
        metavar="TYPE",
        help="How the served weights differ from the repository's: none, Q4_K_M ...",
    ),
    click.option("--runner", default="", metavar="NAME", help="Who runs it, for the record."),
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
        help="Languages to ask in; each is decided for itself.",
    ),
    click.option(
        "--battery",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="Ask a battery of your own: its folder.",
    ),
    click.option(
        "--seed",
        type=click.IntRange(0),
        help="Order of topics and options; drawn and recorded where it is not given.",
    ),
    number_option("--samples", 3, "Ask each question this often.", least=1, most=20),
    click.option(
        "--temperature",
        type=click.FloatRange(0, 2),
        help="Temperature; the endpoint's own where it is not given.",
    ),
    number_option("--max-tokens", 4096, "Tokens for one answer with its reasoning.", least=256),
    number_option("--jobs", 4, "Questions at a time.", least=1, most=64),
    number_option("--timeout", 600.0, "Seconds for one answer.", least=1),
    number_option(
        "--max-wait", 600.0, "Wait this many seconds for the endpoint's rate limit, per question."
    ),
    click.option(
        "--whole", is_flag=True, help="Ask everything, even where the answers so far decide."
    ),
)
