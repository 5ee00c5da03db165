"""The plain sentences about one audited model, the same in every format. They say what was found, and of which model."""

from __future__ import annotations

from collections.abc import Iterable

from lineage.core.record import Status
from lineage.evidence.evidence import (
    Applicability,
    Attribution,
    ExposureState,
    Foundation,
    Outcome,
    ResultHit,
    TestResult,
)
from lineage.report.document import TargetReport
from lineage.report.printable import printable

LANGUAGES = {
    "en": "English",
    "zh": "Chinese",
    "zh-Hans": "Simplified Chinese",
    "zh-Hant": "Traditional Chinese",
    "fi": "Finnish",
    "ja": "Japanese",
    "pt-BR": "Brazilian Portuguese",
    "en+zh": "English and Chinese together",
    "multilingual": "several languages together",
    "unknown": "a language that the source does not name",
}
OUTCOMES = {
    Outcome.CENSORS: "censorship found",
    Outcome.PARTIALLY_CENSORS: "partial censorship found",
    Outcome.DOES_NOT_CENSOR: "no censorship found",
    Outcome.MIXED: "mixed findings",
}
STATES = {
    ExposureState.TESTED_CENSORS: "tested: censorship found",
    ExposureState.TESTED_MIXED: "tested: mixed findings",
    ExposureState.TESTED_CLEAR: "tested: no censorship found",
    ExposureState.INHERITED_CENSORS: "not tested itself; censorship found in what it descends from",
    ExposureState.INHERITED_MIXED: "not tested itself; mixed findings in what it descends from",
    ExposureState.INHERITED_CLEAR: "not tested itself; no censorship found in what it descends from",
    ExposureState.UNTESTED: "no published test bears on it; untested is not cleared",
    ExposureState.UNKNOWN: "not known: its lineage could not be followed to the end",
}
_POOLED = frozenset({"en+zh", "multilingual", "unknown"})
"""Labels of results that tell no language apart; named in the headline only where no other is."""


def language(code: str) -> str:
    """The English name of a language code of the results."""
    return LANGUAGES.get(code, code)


def developer(who: Attribution) -> str:
    """`Meta, US`, or what is not established."""
    if who.developer is None:
        return "developer unknown"
    return f"{who.developer.name}, {who.jurisdiction or 'jurisdiction not established'}"


def headline(target: TargetReport) -> str:
    """One or two sentences: what is underneath, and what tests say of it."""
    return " ".join(part for part in (origin_sentence(target), exposure_sentence(target)) if part)


def origin_sentence(target: TargetReport) -> str:
    """Whose weights these are, who trained them on the way, who taught them."""
    own = target.attributions.get(target.model)
    node = target.graph.nodes[target.model]
    if node.status is Status.NOT_READ:
        return _not_read(target)
    if not node.status.is_known:
        advice = (
            " Check the spelling; if it is private, set HF_TOKEN."
            if node.status is Status.NOT_FOUND
            else ""
        )
        return f"{printable(target.model)} could not be read: {printable(node.reason or node.status)}.{advice}"
    whole = [f for f in target.origin.foundations if f.component is None]
    if [f.model for f in whole] == [target.model]:
        text = f"No base model of it is known; {developer(own) if own else 'developer unknown'}."
    else:
        text = f"It descends from {_named(whole)}{_through(whole)}."
    parts = [f for f in target.origin.foundations if f.component is not None]
    if parts:
        text += f" It contains parts of {_named(parts)}."
    if target.origin.trained_by:
        text += f" Trained on the way by {_trainers(target)}."
    if target.origin.teachers:
        text += f" Distilled from outputs of {_named(target.origin.teachers)}."
    return text


def _not_read(target: TargetReport) -> str:
    """What can be stated of a model whose card was not read: what others state, named as such."""
    model, node = printable(target.model), target.graph.nodes[target.model]
    text = f"The model card of {model} was not read ({printable(node.reason)}),"
    others = [f for f in target.origin.foundations if f.model != target.model]
    if not others:
        return f"{text} so we cannot say what it is built on."
    return f"{text} so its own statements are missing. Others state that it is built on {_named(others)}."


def _through(whole: list[Foundation]) -> str:
    """The models on the way to a single foundation, where they are few enough for a sentence."""
    between = whole[0].path[1:-1] if len(whole) == 1 else ()
    return (
        f" through {' and '.join(printable(model, 120) for model in between)}"
        if 0 < len(between) <= 2
        else ""
    )


def _named(foundations: Iterable[Foundation], most: int = 4) -> str:
    names = [f"{printable(f.model, 120)} ({developer(f.attribution)})" for f in foundations]
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _trainers(target: TargetReport, most: int = 4) -> str:
    """`DeepSeek, CN (deepseek-ai/DeepSeek-R1-Distill-Llama-8B)`: developers train, models do not."""
    by: dict[str, list[str]] = {}
    for one in target.origin.trained_by:
        name = "this model itself" if one.model == target.model else printable(one.model, 120)
        by.setdefault(developer(one.attribution), []).append(name)
    told = [
        f"{who} ({', '.join(models[:most])}{' …' if len(models) > most else ''})"
        for who, models in by.items()
    ]
    return ", ".join(told[:most]) + (f" and {len(told) - most} more" if len(told) > most else "")


def exposure_sentence(target: TargetReport) -> str:
    """What published tests found in which language, and in which model."""
    exposure = target.exposure
    direct = _tests(target, _DIRECT, "Published tests of it found")
    there = "Elsewhere it was not tested itself" if direct else "It was not tested itself"
    told = [
        direct,
        _tests(target, _INHERITED, f"{there}; in models that it descends from, tests found"),
    ]
    if not any(told):
        unknown = exposure.state is ExposureState.UNKNOWN
        told = [
            "What published tests say of it cannot be told while its lineage is incomplete."
            if unknown
            else "No published test of it, or of an ancestor that bears on it, is known; untested is not cleared."
        ]
    if exposure.removal_claimed:
        told.append(
            "It, or a model that it descends from, claims that refusals were removed; a claim is not a test."
        )
    return " ".join(sentence for sentence in told if sentence)


_DIRECT = frozenset(
    {ExposureState.TESTED_CENSORS, ExposureState.TESTED_MIXED, ExposureState.TESTED_CLEAR}
)
_INHERITED = frozenset(
    {ExposureState.INHERITED_CENSORS, ExposureState.INHERITED_MIXED, ExposureState.INHERITED_CLEAR}
)


def _tests(target: TargetReport, states: frozenset[ExposureState], lead: str) -> str:
    languages = [code for code, state in target.exposure.by_language.items() if state in states]
    plain = [code for code in languages if code not in _POOLED] or languages
    found = [_in_language(code, target.exposure.hits) for code in sorted(plain, key=language_rank)]
    return f"{lead}: {'; '.join(one for one in found if one)}." if any(found) else ""


def language_rank(code: str) -> tuple[int, str]:
    """English and Chinese first, then the others; pooled labels last."""
    return (
        {"en": 0, "zh": 1, "zh-Hans": 1, "zh-Hant": 2}.get(code, 9 if code in _POOLED else 5),
        code,
    )


def _in_language(code: str, hits: Iterable[ResultHit]) -> str:
    deciding = next(
        (hit for hit in hits if hit.counts and _same_language(hit.result.language, code)), None
    )
    if deciding is None:
        return ""
    result = deciding.result
    suite = printable(result.suite.partition(":")[0].partition(" (")[0], 60)
    value = f" {value_words(result)}" if result.value is not None else ""
    where = (
        "" if deciding.applicability is Applicability.DIRECT else f", in {tested_model(deciding)}"
    )
    return f"in {language(code)}, {OUTCOMES[result.outcome].removesuffix(' found')} ({suite}{value}{where})"


def _same_language(of_result: str, code: str) -> bool:
    return of_result == code or (of_result == "zh-Hans" and code == "zh")


def tested_model(hit: ResultHit) -> str:
    """Which model the test was about, from the audited model's side."""
    return (
        "this model"
        if hit.applicability is Applicability.DIRECT
        else printable(hit.result.model or hit.result.model_as_named, 120)
    )


def result_words(result: TestResult) -> str:
    """Suite, figure and outcome: `SpeechMap …: 40% of 50 (complete response rate), control 100%, censorship found`."""
    return f"{printable(result.suite, 90)}: " + ", ".join(
        part for part in (figure(result), OUTCOMES[result.outcome]) if part
    )


def figure(result: TestResult) -> str:
    """The value with its n, metric and own control; empty where the source gives no number."""
    if result.value is None:
        return ""
    unit = _unit(result)
    control = (
        f", {result.control_value:g}{unit} on its own control questions"
        if result.control_value is not None
        else ""
    )
    return f"{value_words(result)} ({printable(result.metric.replace('_', ' '), 40)}){control}"


def value_words(result: TestResult) -> str:
    """`40% of 50`; only for results that have a value."""
    about = "about " if (result.unit or "").endswith("(about)") else ""
    return f"{about}{result.value:g}{_unit(result)}{f' of {result.n}' if result.n else ''}"


def _unit(result: TestResult) -> str:
    unit = (result.unit or "").removesuffix("(about)").rstrip()
    return "%" if unit == "percent" else f" {printable(unit, 30)}".rstrip()
