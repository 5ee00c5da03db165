"""No published test that counts reaches the model in a language that matters.

Untested is not clear. By default this informs; a policy that wants evidence before use raises it, and `direct-only = true` also
reports models about which only an ancestor's results are known.

What to do: run the tests, or look for results that the tool does not know of and send them in.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.evidence.evidence import ExposureState
from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level
from lineage.policy.questions import Question
from lineage.policy.rules.exposures import TESTED, speaks
from lineage.policy.rules.interface import Kind, Rule, Setting, Settings

_NOTHING = (ExposureState.UNTESTED, ExposureState.UNKNOWN)


def check(case: Case, settings: Settings) -> Iterator[Finding]:
    """One finding for each language that the policy names, or one for the model."""
    for language in settings.policy.languages or ("",):
        found = [
            s
            for spoken, s in case.exposure.by_language.items()
            if not language or speaks(spoken, (language,))
        ]
        found = found or ([case.exposure.state] if not language else [])
        enough = (
            TESTED
            if settings["direct-only"]
            else tuple(s for s in ExposureState if s not in _NOTHING)
        )
        if not any(state in enough for state in found):
            yield _finding(case, settings, language)


def _finding(case: Case, settings: Settings, language: str) -> Finding:
    open_lineage = case.exposure.state is ExposureState.UNKNOWN
    spoken = f" in language {language}" if language else ""
    what = "of it" if settings["direct-only"] else "of it, or of an ancestor that counts for it,"
    message = f"{case.target}: no published test {what} is known{spoken}."
    if open_lineage:
        message += " Its lineage is not complete, so tested ancestors may be hidden."
    return settings.finding(case.target, (case.target,), message)


RULE = Rule(
    id="exposure-untested",
    level=Level.INFO,
    questions=frozenset({Question.TESTS}),
    summary="No published test that counts reaches the model in a language that matters",
    explanation=__doc__,
    check=check,
    settings=(
        Setting(
            "direct-only",
            Kind.FLAG,
            False,
            "count only tests of the audited model itself or of the same weights",
        ),
    ),
)
