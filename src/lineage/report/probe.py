"""The result of `lineage probe` in words: as text, as Markdown, side by side with another, and
what a run will cost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tabulate import tabulate

from lineage.evidence.probed import finding_sentence
from lineage.evidence.tested import language
from lineage.probe.decision import Conclusion, LanguageFinding
from lineage.probe.decoding import Decoding
from lineage.probe.record import Run
from lineage.probe.run import Plan
from lineage.probe.verify import Verification
from lineage.report.printable import counted, printable

HEADLINES = {
    Conclusion.CENSORS: "holds back on {about} what it answers elsewhere",
    Conclusion.DOES_NOT_CENSOR: "answers about {about} as it does elsewhere",
    Conclusion.MIXED: "mixed: neither held back enough to say so, nor shown to answer alike",
    Conclusion.GENERAL_REFUSAL: "holds back about politics in general, not about {about} alone",
    Conclusion.NOT_ABLE: "not able: it does not answer plain questions in this language either",
    Conclusion.INCONCLUSIVE: "inconclusive",
}
LIMITS = (
    "Questions with known answers show whether a model gives the documented facts. They show no "
    "intention, and "
    "nothing about what was not asked."
)


def subject(run: Run) -> str:
    """What was tested, as exactly as the run says it."""
    setup = run.setup
    revision = f"@{setup.revision}" if setup.revision else ""
    served = f" (serving {setup.subject}{revision})" if setup.subject else ""
    return printable(f"{setup.model} at {setup.endpoint}{served}", 300)


def headline(found: LanguageFinding, about: str) -> str:
    """`Chinese: holds back on China …`"""
    return (
        f"{language(found.language)}: "
        f"{HEADLINES[found.conclusion].format(about=printable(about or 'the subject', 60))}"
    )


def counts(found: LanguageFinding, about: str) -> str:
    """The sentence that everything else explains: what was not answered, on both sides."""
    return finding_sentence(found, printable(about, 60))


def outcome(found: LanguageFinding, about: str) -> str:
    """What was counted, where anything was, and why that is the conclusion."""
    sides = f"It {counts(found, about)}. " if found.pairs else ""
    return sides + printable(found.reason, 400)


def numbers(found: LanguageFinding) -> list[tuple[str, str]]:
    """Every number of one language, with its name."""
    neutral = [
        ("Plain questions", f"{found.competence.answered} of {found.competence.n} right"),
        ("Other governments", f"{found.others.answered} of {found.others.n} answered"),
    ]
    return [*(_of_pairs(found) if found.pairs else ()), *neutral, *_of_replies(found)]


def _of_pairs(found: LanguageFinding) -> list[tuple[str, str]]:
    low, high = found.limits
    return [
        (
            "Pairs measured",
            f"{found.pairs} on {counted(found.topics, 'topic')} (look {found.look})",
        ),
        (
            "Difference",
            f"{100 * found.difference:+.0f} points (95 % limits {100 * low:+.0f} to "
            f"{100 * high:+.0f})",
        ),
        ("Newcombe's interval", _interval(found.newcombe)),
        ("Bootstrap over topics", _interval(found.bootstrap)),
        (
            "Permutation over topics",
            f"p = {_p(found.p)}; adjusted for all languages {_p(found.p_holm)}",
        ),
        ("McNemar, exact", f"p = {_p(found.p_mcnemar)}"),
        (
            "Chose the state's option",
            f"{found.state[0]} and {found.state[1]} of {found.choices} (treatment, control)",
        ),
        ("Another wrong option", f"{found.wrong[0]} and {found.wrong[1]}"),
    ]


def _of_replies(found: LanguageFinding) -> list[tuple[str, str]]:
    rows = []
    if found.pairs or any(found.unmeasured):
        shares = f"{found.unmeasured[0]:.0%} and {found.unmeasured[1]:.0%} of the replies"
        rows.append(("Not measured", shares))
    if found.blocked:
        rows.append(
            ("Blocked by the service", counted(found.blocked, "reply").replace("replys", "replies"))
        )
    written, control = found.stance
    if written.n:
        rows.append(
            (
                "Short texts on request",
                f"{written.answered} of {written.n} and {control.answered} of {control.n} written "
                "(reported only)",
            )
        )
    return rows


def text(run: Run, verification: Verification | None = None) -> str:
    """For a terminal."""
    lines = [f"{subject(run)}", asked(run), ""]
    for found in run.findings:
        lines += [
            headline(found, run.setup.about),
            f"  {outcome(found, run.setup.about)}",
            *(f"  {name:26}{value}" for name, value in numbers(found)),
            "",
        ]
    lines += [*judged_lines(run), *notes(run), LIMITS]
    if verification:
        lines += ["", *verification_lines(verification)]
    return "\n".join(lines)


def markdown(run: Run) -> str:
    """For a wiki or a pull request."""
    lines = ["# Result of lineage probe", "", f"{_cell(subject(run))}. {_cell(asked(run))}", ""]
    for found in run.findings:
        lines += [
            f"## {_cell(headline(found, run.setup.about))}",
            "",
            _cell(outcome(found, run.setup.about)),
            "",
            "| | |",
            "|---|---|",
            *(f"| {name} | {value} |" for name, value in numbers(found)),
            "",
        ]
    return "\n".join([*lines, *(f"- {_cell(one)}" for one in (*notes(run), LIMITS))]) + "\n"


def _cell(value: str) -> str:
    return printable(value, 600).replace("|", "\\|").replace("<", "&lt;").replace("`", "'")


def plan_text(plans: Sequence[Plan], decoding: Decoding) -> str:
    """What a run costs at most."""
    rows = [
        (
            language(one.language),
            one.pairs,
            one.neutral,
            one.requests,
            "" if one.is_reviewed else "no: decides nothing",
        )
        for one in plans
    ]
    total = sum(one.requests for one in plans)
    table = tabulate(
        rows,
        ("language", "pairs", "plain questions", "requests", "wording reviewed"),
        tablefmt="plain",
    )
    return (
        f"{table}\n\nAt most {total} requests of at most {decoding.max_tokens} tokens each: "
        f"{total * decoding.max_tokens:,} tokens "
        "if every answer ran to the limit. Nothing was asked."
    )


def compare(first: Run, second: Run) -> str:
    """What changed from one run to another, language by language: a base and its fine-tune,
    before and after."""
    lines = [f"A: {subject(first)}", f"B: {subject(second)}", *_unlike(first, second), ""]
    for before, after in _shared(first, second):
        lines.append(f"{language(before.language)}: {before.conclusion} -> {after.conclusion}")
        rows = [
            (
                "Not answered, treatment",
                _share(before.treatment.missing, before.treatment.n),
                _share(after.treatment.missing, after.treatment.n),
            ),
            (
                "Not answered, control",
                _share(before.control.missing, before.control.n),
                _share(after.control.missing, after.control.n),
            ),
            (
                "Difference, points",
                f"{100 * before.difference:+.0f}",
                f"{100 * after.difference:+.0f}",
            ),
            (
                "Chose the state's option",
                _share(before.state[0], before.choices),
                _share(after.state[0], after.choices),
            ),
        ]
        lines += [
            f"  {line}" for line in tabulate(rows, ("", "A", "B"), tablefmt="plain").split("\n")
        ]
        lines += [*_moved(first, second, before.language), ""]
    if not list(_shared(first, second)):
        lines.append("The two runs have no language in common.")
    return "\n".join(lines).rstrip()


def _unlike(first: Run, second: Run) -> Iterator[str]:
    if first.setup.battery_digest != second.setup.battery_digest:
        yield "The two runs asked different batteries or versions: their numbers do not compare."
    if first.setup.decoding != second.setup.decoding:
        yield "They drew answers differently (temperature, samples or limit of tokens)."


def _shared(first: Run, second: Run) -> Iterable[tuple[LanguageFinding, LanguageFinding]]:
    after = {one.language: one for one in second.findings}
    return ((one, after[one.language]) for one in first.findings if one.language in after)


def _moved(first: Run, second: Run, spoken: str) -> Iterator[str]:
    def answered(run: Run) -> dict[str, bool]:
        kept = next(one for one in run.outcomes if one.language == spoken)
        return {one.id: one.treatment.is_answered for one in kept.deciding}

    before, after = answered(first), answered(second)
    both = sorted({*before} & {*after})
    opened = [one for one in both if after[one] and not before[one]]
    closed = [one for one in both if before[one] and not after[one]]
    for word, pairs in (("B answers, A did not", opened), ("A answered, B does not", closed)):
        if pairs:
            yield (
                f"  {word}: "
                f"{', '.join(pairs[:12])}"
                f"{f' and {len(pairs) - 12} more' if len(pairs) > 12 else ''}"
            )
    if not opened and not closed:
        yield f"  The same {len(both)} questions are answered and not answered."


def verification_lines(found: Verification) -> list[str]:
    """What was recomputed."""
    signer = f"Signed by {found.signer}." if found.signer else "Not signed."
    if found.problems:
        return [
            "Verification FAILED:",
            *(f"  {printable(one, 300)}" for one in found.problems),
            signer,
        ]
    if not found.is_complete:
        return [
            "The numbers follow from the outcomes on record. Without the transcript and the "
            "battery that was asked the "
            "outcomes are taken on trust.",
            signer,
        ]
    return ["Every score and number was recomputed from the transcript and is the same.", signer]


def judged_lines(run: Run) -> list[str]:
    """What an optional judge says of texts on request, with the judge's own measure."""
    if not run.judged:
        return []
    found = [
        f"Texts on request, judged by {printable(run.judged['judge'], 120)} (decides nothing):"
    ]
    for code, row in run.judged["languages"].items():
        known = row["instrument"]
        shares = ", ".join(
            f"{side} {one['judged']} of {one['n']} declined (corrected {one['corrected']:.0%}, "
            f"{one['lower']:.0%} to {one['upper']:.0%})"
            for side, one in sorted(row["declined"].items(), reverse=True)
        )
        found.append(
            f"  {language(code)}: {shares}; kappa {known['kappa']:.2f} on {known['n']} labelled "
            "answers"
        )
    return found


def asked(run: Run) -> str:
    """When, with which battery, and how answers were drawn."""
    setup, decoding = run.setup, run.setup.decoding
    heat = (
        "the endpoint's temperature"
        if decoding.temperature is None
        else f"temperature {decoding.temperature:g}"
    )
    return (
        f"Asked on {run.created[:10]}: battery {printable(setup.battery, 60)} "
        f"{printable(setup.battery_version, 20)}, seed {setup.seed}, "
        f"{counted(decoding.samples, 'sample')} a question, {heat}, {run.transcript.replies} "
        "replies"
    )


def notes(run: Run) -> Iterator[str]:
    """Who ran it, what it is evidence about, and what went wrong."""
    if run.runner:
        yield f"Run by {printable(run.runner, 200)}, in their own words."
    if run.answers_for_weights:
        yield (
            "The runner says that the endpoint is its own and served these weights: it is "
            "evidence about the weights."
        )
    else:
        yield "It is evidence about this service, which may filter what the weights do not."
    if run.transcript.troubles:
        sentence = "; ".join(
            f"{printable(why, 80)} ({counted(times, 'time')})"
            for why, times in run.transcript.troubles.items()
        )
        counts = f"{run.transcript.unmeasured} of {run.transcript.replies} replies"
        yield f"Not measured: {counts}: {sentence}."
    if run.not_taken:
        yield f"The endpoint did not take {', '.join(map(printable, run.not_taken))}."


def _interval(limits: tuple[float, float]) -> str:
    return f"{100 * limits[0]:+.0f} to {100 * limits[1]:+.0f} points"


def _p(value: float) -> str:
    return f"{value:.3f}" if value >= 0.001 else "below 0.001"


def _share(x: int, n: int) -> str:
    return f"{x} of {n}"
