"""One published result in a plain sentence: which model, in which language, what was counted, and
what is beside it."""

from __future__ import annotations

from lineage.evidence.evidence import Applicability, Outcome, ResultHit

LANGUAGES = {
    "en": "English",
    "zh": "Chinese",
    "zh-Hans": "Simplified Chinese",
    "zh-Hant": "Traditional Chinese",
    "fi": "Finnish",
    "ja": "Japanese",
    "pt-BR": "Brazilian Portuguese",
    "en+zh": "English and Chinese together",
    "en+zh-Hans": "English and Chinese together",
    "en+zh-Hans+zh-Hant": "English and Chinese together",
    "ko+en+zh": "Korean, English and Chinese together",
    "multilingual": "several languages together",
    "unknown": "a language that the source does not name",
}
_REPORTED = {
    Outcome.CENSORS: "censorship",
    Outcome.PARTIALLY_CENSORS: "partial censorship",
    Outcome.MIXED: "mixed results",
    Outcome.DOES_NOT_CENSOR: "no censorship",
}


def language(code: str) -> str:
    """The English name of a language code of the results."""
    return LANGUAGES.get(code, code)


def percent(value: float) -> str:
    """Whole percent, as people read it."""
    return f"{value:.0f} %"


def tested_sentence(hit: ResultHit, *, itself: bool = True) -> str:
    """`In Chinese it fully answered 20 of 50 …`; with `itself`, the audited model is `it`. No full
    stop."""
    who = "it" if itself and hit.applicability is Applicability.DIRECT else hit.path[-1]
    if hit.kind == "probe":
        return f"On {hit.result.tested_on} {who} {hit.result.finding}"
    beside, where = hit.beside, f"In {language(hit.result.language)}"
    if beside is None:
        return reported_sentence(hit, who)
    others = (
        f"comparison models answered {percent(beside.mean)} on average, the lowest "
        f"{percent(beside.worst)} ({beside.worst_model})"
    )
    if beside.complete is not None:
        return (
            f"{where} {who} fully answered {beside.complete} of {beside.n} critical questions "
            f"({percent(beside.rate)}); {others}"
        )
    if hit.result.higher_is == "more open":
        return (
            f"{where} {who} fully answered {percent(beside.rate)} of {beside.n} questions; {others}"
        )
    metric = hit.result.metric.removesuffix("_rate").replace("_", " ")
    return (
        f"{where} {who} had {percent(beside.rate)} {metric} over {beside.n} questions; "
        "comparison models had "
        f"{percent(beside.mean)} on average, the highest {percent(beside.worst)} "
        f"({beside.worst_model})"
    )


def reported_sentence(hit: ResultHit, who: str) -> str:
    """What a report says that has no comparison models: with its number of questions, so that
    nobody takes it for more."""
    result, beside = hit.result, hit.beside
    if hit.kind == "probe":
        return f"{who} {result.finding} (lineage probe, {result.tested_on})"
    if hit.kind == "service" and beside is not None and beside.complete is not None:
        text = f"{beside.complete} of {beside.n} critical questions ({percent(beside.rate)})"
        return (
            f"in {language(result.language)} the maker's own service of {who} fully answered {text}"
        )
    asked = f" ({result.n} {'question' if result.n == 1 else 'questions'})" if result.n else ""
    where = "" if result.language == "unknown" else f" in {language(result.language)}"
    return f"{result.suite}{asked} reported {_REPORTED[result.outcome]}{where} for {who}"


def conditions(hit: ResultHit) -> str:
    """Limits, judges, hosts, date and revision of one test, for the line of evidence under a
    finding."""
    beside, result = hit.beside, hit.result
    parts = []
    if beside is not None and beside.lower is not None and beside.upper is not None:
        parts.append(f"95 % limits {beside.lower:.0f} to {beside.upper:.0f} %")
    if beside is not None and beside.judges:
        parts.append(f"judges {' and '.join(beside.judges)}")
    if beside is not None and beside.hosts:
        parts.append(f"hosts {', '.join(f'{host} {n}' for host, n in beside.hosts.items())}")
        if beside.neutral is not None and beside.neutral < beside.n:
            parts.append(
                f"{beside.neutral} of {beside.n} answers from hosts that are not the maker's"
            )
    if result.tested_on:
        parts.append(f"tested {result.tested_on}")
    tested = f"tested at revision {result.revision}" if result.revision else "revision not named"
    parts.append(f"{tested}; a newer revision is untested")
    return "; ".join(parts)
