"""No published test that may decide is known of the model in a language that matters.

Untested is not clear. By default this informs; a policy that wants evidence before use raises it,
and `direct-only = true` also reports models about which only an ancestor's results are known.
Reports that decide nothing are not tests.

What to do: test the model itself (`lineage probe`), or ask its supplier to. The form is described
in docs/evidence.md; results that the tool does not know of can be sent in.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.evidence.evidence import Applicability, State
from lineage.evidence.tested import language as named
from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level
from lineage.policy.questions import Question
from lineage.policy.rules.exposures import speaks
from lineage.policy.rules.interface import Kind, Rule, Setting, Settings

_ITSELF = (Applicability.DIRECT, Applicability.SAME_WEIGHTS)


def check(case: Case, settings: Settings) -> Iterator[Finding]:
    """One finding for each language that the policy names, or one for the model."""
    for language in settings.policy.languages or ("",):
        if not any(_tested(case, language, direct_only=settings["direct-only"])):
            yield _finding(case, settings, language)


def _tested(case: Case, language: str, *, direct_only: bool) -> Iterator[bool]:
    """Whether some test that may decide bears on the model in the language."""
    wanted = (language,) if language else ()
    near = any(
        h.counts and h.applicability in _ITSELF and speaks(h.result.language, wanted)
        for h in case.exposure.hits
    )
    standings = [case.exposure.own] if near or not direct_only else []
    standings += [] if direct_only else [one.standing for one in case.exposure.ancestors]
    for standing in standings:
        for spoken, state in standing.by_language.items():
            yield state.is_measured and speaks(spoken, wanted)


def _finding(case: Case, settings: Settings, language: str) -> Finding:
    open_lineage = case.exposure.own.state is State.UNKNOWN or not case.graph.is_complete
    spoken = f" in {named(language)}" if language else ""
    what = "of it" if settings["direct-only"] else "of it, or of a model it is built on,"
    message = (
        f"{case.target}: no published test {what} that could decide is known{spoken}. That "
        "does not clear it."
    )
    if open_lineage:
        message += " Its lineage is not complete, so tested ancestors may be hidden."
    return settings.finding(case.target, (case.target,), message)


RULE = Rule(
    id="exposure-untested",
    level=Level.INFO,
    questions=frozenset({Question.TESTS}),
    summary="No published test that may decide is known of the model in a language that matters",
    sentence="No published test of it could decide. (That does not clear it.)",
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
