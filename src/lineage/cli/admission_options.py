"""The options of `lineage serve` for a cluster that asks before it starts a model."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lineage.cli.options import Decorator, grouped
from lineage.core.errors import UsageError
from lineage.core.value import dataclass

if TYPE_CHECKING:
    from lineage.serve.admission.decision import Admission

_THEN = click.Choice(["deny", "warn", "allow"])
_TOKEN = re.compile(r"[A-Za-z0-9._~-]{16,200}")


@dataclass(frozen=True)
class AdmissionChoice:
    """Whether and how reviews of a cluster are answered, as the user gave it."""

    admission: bool
    unknown: str
    inconclusive: str
    wait: float
    max_age: float
    token_file: Path | None
    public_url: str

    def settings(self) -> Admission | None:
        """None where none are answered."""
        if not self.admission:
            return None
        from datetime import timedelta

        from lineage.serve.admission.decision import Admission, Then

        return Admission(
            Then(self.unknown),
            Then(self.inconclusive),
            wait=self.wait,
            max_age=timedelta(days=self.max_age),
            token=self._token(),
            public_url=self.public_url,
        )

    def _token(self) -> str:
        if self.token_file is None:
            return ""
        try:
            token = self.token_file.read_text().strip()
        except (OSError, UnicodeDecodeError) as problem:
            raise UsageError(f"{self.token_file} could not be read: {problem}.") from problem
        if not _TOKEN.fullmatch(token):
            raise UsageError(
                f"{self.token_file} holds no token of 16 letters, digits, -._~ or more.",
                "Create one with: openssl rand -hex 32",
            )
        return token


admission_options: Decorator = grouped(
    "admission",
    AdmissionChoice,
    click.option(
        "--admission",
        is_flag=True,
        help="Answer a Kubernetes cluster's AdmissionReviews at /admission.",
    ),
    click.option(
        "--admission-unknown",
        "unknown",
        type=_THEN,
        default="deny",
        show_default=True,
        help="Decide so for models without a verdict, and where a resource does not show its "
        "model.",
    ),
    click.option(
        "--admission-inconclusive",
        "inconclusive",
        type=_THEN,
        default="deny",
        show_default=True,
        help="Decide so for models whose verdict is inconclusive.",
    ),
    click.option(
        "--admission-wait",
        "wait",
        type=click.FloatRange(0, 25),
        default=5.0,
        show_default=True,
        metavar="SECONDS",
        help="Wait this long for an unknown model's audit; less than the webhook's timeoutSeconds.",
    ),
    click.option(
        "--admission-max-age",
        "max_age",
        type=click.FloatRange(0, min_open=True),
        default=7.0,
        show_default=True,
        metavar="DAYS",
        help="Ignore verdicts older than this.",
    ),
    click.option(
        "--admission-token-file",
        "token_file",
        type=click.Path(path_type=Path, dir_okay=False, exists=True),
        metavar="FILE",
        help="Answer only at /admission/TOKEN, with the token in this file.",
    ),
    click.option(
        "--public-url",
        default="",
        metavar="URL",
        help="Link denials to reports at this public address of the server.",
    ),
)
