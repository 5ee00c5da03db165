"""What the rules over published test results share: the languages that matter to a policy, and
sentences about results."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from lineage.evidence.evidence import AncestorStanding, Applicability, ResultHit, State
from lineage.evidence.tested import conditions, language, reported_sentence, tested_sentence
from lineage.policy.case import Case
from lineage.policy.finding import Finding
from lineage.policy.paths import descent, path_evidence
from lineage.policy.rules.interface import Settings

_NEAREST = tuple(Applicability)


def speaks(spoken: str, wanted: Sequence[str]) -> bool:
    """Whether a result's language is one that matters: `zh` takes `zh-Hans`, `zh-Hant` and the `zh`
    of `en+zh`; no list takes all."""
    if not wanted:
        return True
    parts = spoken.lower().split("+")
    return any(
        part == want.lower() or part.startswith(f"{want.lower()}-")
        for part in parts
        for want in wanted
    )


def hits_of(case: Case, ids: Iterable[str]) -> list[ResultHit]:
    """The results with these ids, the nearest first."""
    wanted = frozenset(ids)
    found = [hit for hit in case.exposure.hits if hit.result.id in wanted]
    return sorted(
        found,
        key=lambda hit: (
            _NEAREST.index(hit.applicability),
            len(hit.path),
            hit.result.language,
            hit.result.id,
        ),
    )


def own_adverse(case: Case, chosen: Callable[[str], bool] = lambda spoken: True) -> list[ResultHit]:
    """Results that count against the model itself, in the languages chosen."""
    return [hit for hit in hits_of(case, case.exposure.own.adverse) if chosen(hit.result.language)]


def languages_in(case: Case, state: State) -> list[str]:
    """The languages in which the model's own standing is this one, sorted."""
    return sorted(
        spoken for spoken, found in case.exposure.own.by_language.items() if found is state
    )


def own_sentence(case: Case, hits: Sequence[ResultHit]) -> str:
    """What tests of the model itself found, and of which copy where it was one."""
    text = ". ".join(tested_sentence(hit) for hit in hits)
    return f"{text}. {reach_sentence(case, hits[0])}".strip()


def reach_sentence(case: Case, hit: ResultHit) -> str:
    """How the tested model and the audited one are related where they are not the same."""
    if hit.applicability is Applicability.SAME_WEIGHTS:
        return f"{case.target} holds the same weights as {hit.path[-1]}."
    if hit.applicability is Applicability.QUANTIZED:
        return f"{case.target} was quantized from {hit.path[-1]}."
    return ""


def of_ancestors(case: Case, settings: Settings, kind: Applicability) -> Iterator[Finding]:
    """One finding for each ancestor or teacher that tests found to censor, wholly or in one
    language."""
    for one in case.exposure.ancestors:
        if one.applicability is kind and one.standing.state in (State.CENSORS, State.PARTLY):
            yield _of_ancestor(case, settings, one)


def _of_ancestor(case: Case, settings: Settings, one: AncestorStanding) -> Finding:
    hits = hits_of(case, one.standing.adverse)
    text = (
        ". ".join(tested_sentence(hit, itself=False) for hit in hits)
        or f"Tests found it to be {one.standing.state}"
    )
    spoken = " or ".join(language(code) for code in sorted({hit.result.language for hit in hits}))
    untested = (
        f"No test of {case.target} itself{f' in {spoken}' if spoken else ''} is known that "
        "could decide."
    )
    message = f"{descent(case, one.path)}. {text}. {untested}"
    return settings.finding(
        one.model, one.path, message, (*path_evidence(case, one.path), *result_evidence(hits))
    )


def reports_sentence(hits: Sequence[ResultHit], limit: int = 3) -> str:
    """What is reported and decides nothing."""
    text = "; ".join(
        reported_sentence(hit, "it" if len(hit.path) == 1 else hit.path[-1]) for hit in hits[:limit]
    )
    return f"{text}{f'; and {len(hits) - limit} more' if len(hits) > limit else ''}"


def result_evidence(hits: Sequence[ResultHit], limit: int = 5) -> tuple[str, ...]:
    """Result ids with their addresses, dates and conditions; the report holds the rest."""
    return tuple(
        f"result {h.result.id}: {h.result.url}{_published(h)}; {conditions(h)}"
        for h in hits[:limit]
    )


def _published(hit: ResultHit) -> str:
    return f" (published {hit.result.published_on})" if hit.result.published_on else ""
