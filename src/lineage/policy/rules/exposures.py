"""What the rules over published test results share: the states that matter to a policy, and sentences about results."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lineage.evidence.evidence import Applicability, ExposureState, Outcome, ResultHit
from lineage.policy.case import Case
from lineage.policy.paths import descent, known_models
from lineage.policy.rules.interface import Settings

TESTED = (ExposureState.TESTED_CENSORS, ExposureState.TESTED_MIXED, ExposureState.TESTED_CLEAR)
_NEAREST = tuple(Applicability)
_FOUND = {
    Outcome.CENSORS: "censorship",
    Outcome.PARTIALLY_CENSORS: "censorship in part",
    Outcome.MIXED: "mixed results",
    Outcome.DOES_NOT_CENSOR: "no censorship",
}
_STRONGEST = ("measured", "mechanistic", "qualitative")


def speaks(language: str, wanted: Sequence[str]) -> bool:
    """Whether a result's language is one that matters: `zh` takes `zh-Hans`, `zh-Hant` and the `zh` of `en+zh`; no list takes all."""
    if not wanted:
        return True
    parts = language.lower().split("+")
    return any(
        part == want.lower() or part.startswith(f"{want.lower()}-")
        for part in parts
        for want in wanted
    )


def states(case: Case, settings: Settings) -> Iterator[tuple[str, ExposureState]]:
    """The state of every language that matters, sorted; one nameless state where the evidence has no languages."""
    wanted = settings.policy.languages
    chosen = sorted(
        (language, state)
        for language, state in case.exposure.by_language.items()
        if speaks(language, wanted)
    )
    yield from chosen
    if not chosen and not wanted:
        yield "", case.exposure.state


def deciding_hits(
    case: Case, settings: Settings, language: str, outcomes: Sequence[Outcome]
) -> list[ResultHit]:
    """Counting results of one language with one of these outcomes: on known paths first, then the nearest."""
    known = known_models(case.graph, settings.policy.known_grades)
    hits = [
        h
        for h in case.exposure.hits
        if h.counts
        and h.result.outcome in outcomes
        and (not language or h.result.language == language)
    ]
    return sorted(
        hits,
        key=lambda h: (
            h.path[-1] not in known,
            _NEAREST.index(h.applicability),
            len(h.path),
            *_strength(h),
        ),
    )


def _strength(hit: ResultHit) -> tuple[int, str]:
    kind = hit.result.evidence_class
    return (_STRONGEST.index(kind) if kind in _STRONGEST else len(_STRONGEST), hit.result.id)


def found_sentence(hit: ResultHit) -> str:
    """What the test found in exactly which model."""
    result = hit.result
    measured = ""
    if result.value is not None:
        sample = f", n = {result.n}" if result.n else ""
        control = (
            f", its own control {result.control_value:g}"
            if result.control_value is not None
            else ""
        )
        metric, unit = (
            result.metric.replace("_", " "),
            {"percent": "%"}.get(result.unit or "", f" {result.unit}" if result.unit else ""),
        )
        measured = f" ({metric} {result.value:g}{unit}{sample}{control})"
    where = {"unknown": "", "multilingual": " in several languages"}.get(
        result.language, f" in language {result.language}"
    )
    return f"{result.suite} found {_FOUND[result.outcome]} in {hit.path[-1]}{where}{measured}"


def reach_sentence(case: Case, hit: ResultHit) -> str:
    """How the tested model and the audited one are related, and whether the audited one itself was tested."""
    if hit.applicability is Applicability.DIRECT:
        return "This is the audited model."
    if hit.applicability is Applicability.SAME_WEIGHTS:
        return f"{case.target} holds the same weights."
    return f"{descent(case, hit.path)}. No test of {case.target} itself in that language is known to this tool."


def result_evidence(hits: Sequence[ResultHit], limit: int = 5) -> tuple[str, ...]:
    """Result ids with their addresses and dates; the report holds the rest."""
    return tuple(
        f"result {h.result.id}: {h.result.url}{f' (published {h.result.published_on})' if h.result.published_on else ''}"
        for h in hits[:limit]
    )


def by_states(
    case: Case, settings: Settings, wanted: Sequence[ExposureState]
) -> Iterator[tuple[str, ExposureState]]:
    """Languages whose state is one of these."""
    return ((language, state) for language, state in states(case, settings) if state in wanted)
