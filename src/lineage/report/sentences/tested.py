"""What published tests found, in words: of the model itself, and of what it is built on."""

from __future__ import annotations

from collections.abc import Iterable

from lineage.evidence.evidence import (
    Applicability,
    Exposure,
    ExposureState,
    Outcome,
    ResultHit,
    Standing,
    State,
    TestResult,
)
from lineage.evidence.tested import language
from lineage.report.document import TargetReport
from lineage.report.printable import printable
from lineage.report.sentences.certainty import established
from lineage.report.sentences.people import listed, short_name

OUTCOMES = {
    Outcome.CENSORS: "censorship found",
    Outcome.PARTIALLY_CENSORS: "partial censorship found",
    Outcome.DOES_NOT_CENSOR: "no censorship found",
    Outcome.MIXED: "mixed findings",
}
FORMER_STATES = {
    ExposureState.TESTED_CENSORS: "censors in tests",
    ExposureState.TESTED_MIXED: "mixed, or below others in one test",
    ExposureState.TESTED_CLEAR: "like the comparison models",
    ExposureState.INHERITED_CENSORS: "a base or teacher censors in tests",
    ExposureState.INHERITED_MIXED: "a base or teacher is mixed or below others",
    ExposureState.INHERITED_CLEAR: "a base or teacher is like others",
    ExposureState.UNTESTED: "no test that could decide",
    ExposureState.UNKNOWN: "not known until the rest is read",
}
"""The plain words of the former states, which counts over many models still use."""
STANDINGS = {
    State.CENSORS: "tested: it censors",
    State.PARTLY: "tested: well below comparison models in one test",
    State.MIXED: "tested: mixed",
    State.CLEAR: "tested: like the comparison models in English and Chinese",
    State.THIN: "no test that could decide; only reports",
    State.UNTESTED: "no published test (that does not clear it)",
    State.UNKNOWN: "not known until the missing ancestors are read",
}
IN_LANGUAGE = {
    State.CENSORS: "it censors",
    State.PARTLY: "well below comparison models",
    State.MIXED: "undecided",
    State.CLEAR: "like the comparison models",
    State.THIN: "only reports",
}
_POOLED = frozenset({"en+zh", "multilingual", "unknown"})
"""Labels of results that tell no language apart; named in the headline only where no other is."""


def standing_words(exposure: Exposure) -> str:
    """A few words for tables: the model's own standing, else that of what it is built on."""
    own, ancestors = exposure.own, exposure.ancestors
    if own.state.is_measured or not ancestors or ancestors[0].standing.state is State.MIXED:
        return STANDINGS[own.state]
    whom = (
        "a teacher of it"
        if ancestors[0].applicability is Applicability.TEACHER
        else "a model it is built on"
    )
    found = (
        "censors in tests"
        if ancestors[0].standing.state is State.CENSORS
        else "is well below others in one test"
    )
    return f"no test of its own that could decide; {whom} {found}"


def short_standing(target: TargetReport) -> str:
    """The fewest words: `censors: English, Chinese`, `base: censors`, `teacher: below others`,
    `reports`, `none`."""
    own = target.exposure.own
    if own.state in _SHORT:
        return short_found(_SHORT[own.state], own)
    if own.state is State.CLEAR:
        return "like others"
    sure = established(target.graph)
    for one in target.exposure.ancestors:
        if one.standing.state in _SHORT:
            role = "teacher" if one.applicability is Applicability.TEACHER else "base"
            doubt = "" if one.model in sure else "possible "
            return f"{doubt}{role}: {_SHORT[one.standing.state]}"
    return {State.MIXED: "mixed", State.THIN: "reports only", State.UNTESTED: "none"}.get(
        own.state, "not known"
    )


_SHORT = {State.CENSORS: "censors", State.PARTLY: "below others"}


def short_found(word: str, standing: Standing) -> str:
    """`censors: English, Chinese`."""
    where = in_languages(standing)
    return f"{word}{where.replace(' in ', ': ', 1).replace(' and ', ', ')}"


def exposure_sentence(target: TargetReport) -> str:
    """What published tests found in which language, and in which model; the figures are in the
    table of tests."""
    return exposure_after(target, "")


def exposure_after(target: TargetReport, before: str, *, own: bool = True) -> str:
    """The same behind a sentence that may end in the tested ancestor's name, which then is not said
    again; without `own`, nothing of the model itself, where that was said before."""
    found = ancestor_words(target)
    lines = [before, *(f"{_past(words)[0]} {name} {_past(words)[1]}." for name, words in found[:2])]
    if found and before.endswith(f" {found[0][0]}."):
        lines = [f"{before[:-1]}, which {found[0][1]}.", *lines[2:]]
    if len(found) > 2:
        lines.append(f"So they did with {len(found) - 2} more models that it is built on.")
    itself = own_sentence(target) if own else ""
    measured = target.exposure.own.state.is_measured
    lines = [before, itself, *lines[1:]] if measured else [*lines, itself]
    if target.exposure.removal_claimed:
        lines.append(_removal_sentence(target))
    return " ".join(sentence for sentence in lines if sentence)


_LEADS = {
    State.CENSORS: "Published tests found that this model censors{where}.",
    State.PARTLY: "One published test found this model well below its comparison models{where}.",
    State.MIXED: "Published tests of this model are mixed.",
    State.CLEAR: (
        "In published tests this model answered like the comparison models in English and Chinese."
    ),
    State.THIN: "No test of this model that could decide is known.",
    State.UNTESTED: "No published test of this model. (That does not clear it.)",
    State.UNKNOWN: "We cannot say what tests imply until the missing ancestors are read.",
}
_REPORTED = "{name} is only reported to censor, not tested."
_PROBED = "A run of lineage probe found that this model holds back what it answers elsewhere."


def own_sentence(target: TargetReport) -> str:
    """What tests of the model itself found, or that there are none."""
    own = target.exposure.own
    counting = [hit for hit in target.exposure.hits if hit.counts and hit.applicability in _ITSELF]
    lead = _LEADS[own.state]
    if own.state is State.PARTLY and all(hit.kind == "probe" for hit in counting):
        lead = _PROBED
    if own.state is State.THIN and own.adverse:
        named = _tested_name(hit for hit in target.exposure.hits if hit.result.id in own.adverse)
        itself = "This model itself" if named == "this model" else named
        return _REPORTED.replace("{name}", itself)
    where = in_languages(own) if own.state.is_measured else ""
    return lead.replace("{where}", where).replace("this model", _tested_name(counting))


def in_languages(standing: Standing) -> str:
    """` in English and Chinese`: where the standing is at its worst; empty where no language is
    told apart."""
    codes = [code for code, state in standing.by_language.items() if state is standing.state]
    named = listed(language(code) for code in sorted(codes, key=language_rank))
    return f" in {named}" if named else ""


def _tested_name(counting: Iterable[ResultHit]) -> str:
    """`this model`, or the one that it is a copy or a quantization of where only that was
    tested."""
    nearest = min(
        counting, key=lambda hit: list(Applicability).index(hit.applicability), default=None
    )
    if nearest is None or nearest.applicability is Applicability.DIRECT:
        return "this model"
    way = (
        "was quantized from" if nearest.applicability is Applicability.QUANTIZED else "is a copy of"
    )
    return f"{printable(nearest.path[-1], 120)}, which this model {way},"


def ancestor_words(target: TargetReport) -> list[tuple[str, str]]:
    """The tested ancestors and teachers that were found wanting, the worst first: the short name,
    and `tests found to censor in English`."""
    return [
        (
            short_name(one.model, target.attributions[one.model]),
            f"{_FOUND[one.standing.state]}{in_languages(one.standing)}",
        )
        for one in target.exposure.ancestors
        if one.standing.state in _FOUND
    ]


_FOUND = {
    State.CENSORS: "tests found to censor",
    State.PARTLY: "one test found to be well below its comparison models",
}


def _past(words: str) -> tuple[str, str]:
    """`Tests found`, and the rest."""
    who, _, rest = words.partition(" found ")
    return f"{who[:1].upper()}{who[1:]} found", rest


def _removal_sentence(target: TargetReport) -> str:
    """Whose claim it is, where the evidence names a model."""
    named = target.exposure.removal_evidence.partition(": ")[0]
    who = (
        printable(named, 120)
        if named in target.graph.nodes and named != target.model
        else "Its card or name"
    )
    tested = target.exposure.own.state.is_measured
    rest = "" if tested else " Nobody has published a test of that."
    return f"{who} says that refusals were removed.{rest}"


_ITSELF = frozenset({Applicability.DIRECT, Applicability.SAME_WEIGHTS, Applicability.QUANTIZED})


def language_rank(code: str) -> tuple[int, str]:
    """English and Chinese first, then the others; pooled labels last."""
    return (
        {"en": 0, "zh": 1, "zh-Hans": 1, "zh-Hant": 2}.get(code, 9 if code in _POOLED else 5),
        code,
    )


def tested_model(hit: ResultHit) -> str:
    """Which model the test was about, from the audited model's side."""
    return (
        "this model"
        if hit.applicability is Applicability.DIRECT
        else printable(hit.result.model or hit.result.model_as_named, 120)
    )


def result_words(result: TestResult) -> str:
    """Suite, figure and outcome: `SpeechMap …: 40% of 50 (complete response rate), control 100%,
    censorship found`."""
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
