"""The reckoning of one model's tests in lines of text: what was counted, what is beside it, and
why other records decide nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lineage.evidence.appraisal import Appraisal
from lineage.evidence.evidence import Standing
from lineage.evidence.grading import MIN_ANSWERS, Shortfall
from lineage.evidence.tested import language
from lineage.report.printable import printable
from lineage.report.sentences import STANDINGS, figure, result_words

_KINDS = {
    "full-control": "test with full control",
    "controlled": "controlled test",
    "uncontrolled": "test without enough control",
    "multiple-choice": "multiple choice",
    "service": "the maker's own service",
    "anecdote": "report or spot check",
    "makers-claim": "maker's claim",
    "mechanistic": "study of inner workings",
    "probe": "a run of lineage probe",
    "part": "part of another record",
}


def reckoning_lines(model: str, standing: Standing, known: Iterable[Appraisal]) -> Iterator[str]:
    """The standing of the model itself, every test that may count with its reckoning, then all that
    decides nothing."""
    found = sorted(known, key=lambda one: (one.result.suite, one.result.language, one.result.id))
    yield f"{printable(model)}: {STANDINGS[standing.state]}"
    tests = [one for one in found if one.is_measured]
    reports = [one for one in found if not one.is_measured]
    for one in tests:
        yield ""
        yield from _test(one)
    if reports:
        yield ""
        yield "Also reported, and not used for the verdict:"
    for one in reports:
        yield from _report(one)


def _test(one: Appraisal) -> Iterator[str]:
    result = one.result
    yield f"{language(result.language)} · {printable(result.suite, 120)} · {one.grade}"
    if one.reckoning is not None:
        if one.reckoning.reason:
            yield f"  not decided by the figures alone: {one.reckoning.reason}"
        for judge, shortfall in one.reckoning.by_judge.items():
            yield from _judge(judge, shortfall)
        yield (
            "  lower limit of the shortfall, mildest over both judges and over leaving out "
            f"each control: {_points(one.reckoning.lower)}"
        )
    else:
        yield from _figures(one)
    yield from _conditions(one)
    yield f"  {printable(result.url, 400)}"


def _judge(judge: str, shortfall: Shortfall) -> Iterator[str]:
    counts, pool = shortfall.answers.counts, shortfall.pool
    low, high = counts.limits
    lowest = pool.lowest.answers.counts
    yield (
        f"  judge {judge}: {counts.x} of {counts.n} complete ({_share(counts.rate)}; 95 % "
        f"limits {_share(low)} to {_share(high)})"
    )
    yield (
        f"    {len(pool.controls)} comparison models: mean {_share(pool.mean)}, spread "
        f"{_points(pool.spread)}, "
        f"lowest {pool.lowest.model} with {lowest.x} of {lowest.n} ({_share(lowest.rate)})"
    )
    elsewhere = shortfall.answers.elsewhere
    yield (
        f"    on other governments {elsewhere.x} of {elsewhere.n}; general caution "
        f"{_points(shortfall.caution)}; "
        f"shortfall {_points(shortfall.value)}, lower limit {_points(shortfall.lower)}"
    )


def _figures(one: Appraisal) -> Iterator[str]:
    if one.figures is None:
        return
    yield f"  {figure(one.result)}"
    for control in one.figures.controls:
        yield f"    comparison model {control.model}: {control.value:g} over {control.n}"


def _conditions(one: Appraisal) -> Iterator[str]:
    result, unit = one.result, one.unit
    if unit is not None:
        hosts = ", ".join(f"{host} {n}" for host, n in unit.hosts.items())
        share = (
            f"; {unit.neutral} of {sum(unit.hosts.values())} answers not from the maker's own "
            "service"
        )
        few = (
            ", fewer than a test needs by themselves"
            if unit.own_hosts and unit.neutral < MIN_ANSWERS
            else ""
        )
        yield f"  hosts: {hosts}{share}{few}"
    elif result.host:
        yield f"  host: {printable(result.host, 120)}"
    yield (
        "  revision tested: not named by the source; tested "
        f"{result.tested_on or 'on an unnamed date'}, published "
        f"{result.published_on or 'undated'}"
    )
    if one.why:
        yield f"  Not used for the verdict: {one.why}"


def _report(one: Appraisal) -> Iterator[str]:
    result = one.result
    yield f"- {language(result.language)} · {printable(result_words(result), 300)}"
    asked = f"{result.n} questions, " if result.n else ""
    yield (
        f"    {_KINDS[one.kind]}, {asked}published {result.published_on or 'undated'} by "
        f"{printable(result.publisher, 120)}"
    )
    yield f"    Decides nothing: {printable(one.why, 300)}"
    yield f"    {printable(result.url, 400)}"


def _share(value: float) -> str:
    return f"{100 * value:.1f} %"


def _points(value: float) -> str:
    return f"{round(100 * value, 1) + 0.0:.1f} points"
