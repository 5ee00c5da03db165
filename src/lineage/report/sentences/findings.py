"""Findings in plain sentences, each with what to do: those of one rule are one line with a count,
and the rule's id is beside the sentence, never in front.

`finding_lines(target)` is what a report lists, the gravest first. `sentence(target, finding)` and
`what_to_do(target, finding)` are for one finding alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from lineage.core.relation import Grade
from lineage.core.value import dataclass
from lineage.evidence.evidence import Applicability, State
from lineage.evidence.tested import language
from lineage.policy.finding import Finding, Level
from lineage.policy.open_points.point import Open
from lineage.policy.paths import edges_along
from lineage.policy.rules.interface import Rule
from lineage.policy.rules.registry import RULES, rule
from lineage.report.document import TargetReport
from lineage.report.printable import counted, printable
from lineage.report.sentences.certainty import established
from lineage.report.sentences.people import listed, maker, short_name


@dataclass(frozen=True)
class FindingLine:
    """All findings of one rule at one level about one audited model."""

    level: Level
    rule: str
    """Its id, for the small print."""
    sentence: str
    """Of the first of them; see `text` for all."""
    more: int
    """Further findings that say something else, such as of another model."""
    step: str
    """What to do, as one imperative sentence."""
    findings: tuple[Finding, ...]
    """Never empty."""

    @property
    def is_waived(self) -> bool:
        """A waived finding stays, marked: `findings[0].waived` tells by whom and until when."""
        return self.findings[0].waived is not None

    @property
    def decides_unknown(self) -> bool:
        """Whether it leaves open what the policy must know."""
        return any(one.decides_unknown for one in self.findings)

    @property
    def text(self) -> str:
        """The sentence, and how many more there are of it."""
        more = f" (and {self.more} more like it)" if self.more else ""
        return f"{self.sentence.rstrip('.')}{more}."


def finding_lines(target: TargetReport) -> list[FindingLine]:
    """One line for each rule and level: active ones first, by level and then in the order of the
    rules."""
    alike: dict[tuple[bool, int, int, str, str], list[Finding]] = {}
    for one in target.findings:
        # What differs from a lock is no rule with one meaning: each difference is a line.
        is_rule = one.rule in RULES or "/" in one.rule
        words = "" if is_rule else one.message
        key = (one.waived is not None, one.level.rank, *_place(one), words)
        alike.setdefault(key, []).append(one)
    return [_line(target, alike[key]) for key in sorted(alike)]


def deciding(target: TargetReport) -> list[FindingLine]:
    """The lines that made the verdict; none for a pass."""
    wanted = {"fail": Level.FAIL, "review": Level.REVIEW}.get(target.verdict)
    active = [line for line in finding_lines(target) if not line.is_waived]
    if target.verdict == "inconclusive":
        return [line for line in active if line.decides_unknown]
    return [line for line in active if line.level is wanted]


def sentence(target: TargetReport, finding: Finding) -> str:
    """The finding in one plain sentence that names the model and no rule."""
    if finding.rule not in RULES or not (form := rule(finding.rule).sentence):
        message = _first(finding.message)
        own = f"{target.model} "
        return printable(f"It {message[len(own) :]}" if message.startswith(own) else message, 400)
    subject = _subject(target, finding)
    adverse = _adverse(target, finding)
    spoken = listed(language(code) for code in adverse[1])
    return form.format(
        subject=f"{subject[:1].upper()}{subject[1:]}" if subject.startswith("it") else subject,
        object=subject,
        who=maker(target.attributions[finding.model])
        if finding.model in target.attributions
        else "an unknown developer",
        languages=spoken or "a language that matters",
        found=_FOUND.get(adverse[0], "was reported on"),
    )


def what_to_do(target: TargetReport, finding: Finding) -> str:
    """What would answer the open point behind it, else what its rule advises."""
    return closing(target, finding) or _rule(finding).what_to_do


def closing(target: TargetReport, finding: Finding) -> str:
    """What would answer the open point behind a finding, as one sentence; empty where none is
    behind it."""
    return next((one.point.closes for one in target.open if _reports(finding, one)), "")


def inconclusive_sentences(target: TargetReport, most: int = 3) -> str:
    """What is missing for a verdict, and what would close it."""
    open_ = [f for f in target.findings if f.waived is None and f.decides_unknown]
    lines = []
    for finding in open_[:most]:
        closes = closing(target, finding)
        close = f" To close it: {closes[:1].lower()}{closes[1:]}" if closes else ""
        lines.append(f"Inconclusive: {finding.message}{close}")
    if len(open_) > most:
        lines.append(f"Beside it, {counted(len(open_) - most, 'open point')}; see the findings.")
    return " ".join(lines)


def minor_open_sentence(target: TargetReport) -> str:
    """How many points are open behind findings at `info`, which short reports leave out; empty
    where there is none."""
    quiet = [f for f in target.findings if f.level is Level.INFO and f.waived is None]
    minor = sum(
        one.point.is_news and any(_reports(finding, one) for finding in quiet)
        for one in target.open
        if one.level.rank > Level.REVIEW.rank
    )
    if not minor:
        return ""
    what = "1 more point is" if minor == 1 else f"{minor} more points are"
    return f"{what} open that no rule at review or above asks about"


_FOUND = {
    State.CENSORS: "censors in tests",
    State.PARTLY: "was well below others in one test",
}


def _line(target: TargetReport, same: list[Finding]) -> FindingLine:
    texts = list(dict.fromkeys(sentence(target, one) for one in same))
    first = same[0]
    return FindingLine(
        first.level, first.rule, texts[0], len(texts) - 1, what_to_do(target, first), tuple(same)
    )


def _place(finding: Finding) -> tuple[int, str]:
    """Requirements first, then what tests found, then the other rules in the order of the docs."""
    if finding.rule not in RULES:
        return (-len(RULES), finding.rule)
    place = RULES.index(finding.rule)
    return (place - len(RULES) if finding.rule.startswith("exposure-") else place, finding.rule)


def _rule(finding: Finding) -> Rule:
    return rule(finding.rule if finding.rule in RULES else "requirement")


def _reports(finding: Finding, one: Open) -> bool:
    point = one.point
    return (finding.rule, finding.model, finding.path) == (
        one.rule,
        point.model,
        point.path,
    ) and finding.message.startswith(point.message)


def _subject(target: TargetReport, finding: Finding) -> str:
    """`it`, or the model by what it is to the audited one: `its teacher org/name`."""
    if finding.model == target.model:
        return "it"
    steps = edges_along(target.graph, finding.path)
    role = "base"
    if any(not edge.carries_weights for edge in steps):
        role = "teacher" if len(steps) == 1 or not steps[-1].carries_weights else "teacher's base"
    elif any(edge.component for edge in steps):
        role = "part"
    elif finding.model in target.attributions and target.attributions[finding.model].is_foundation:
        role = "foundation"
    who = target.attributions.get(finding.model)
    name = printable(finding.model, 120) if who is None else short_name(finding.model, who)
    is_lead = any(edge.grade is Grade.INFERRED for edge in steps) and finding.model not in (
        established(target.graph, weights=all(edge.carries_weights for edge in steps))
    )
    return f"its {'possible ' if is_lead else ''}{role} {name}"


def _adverse(target: TargetReport, finding: Finding) -> tuple[State, list[str]]:
    """What tests found of the model that the finding is about, and in which languages."""
    near = (Applicability.DIRECT, Applicability.SAME_WEIGHTS, Applicability.QUANTIZED)
    standings = [one.standing for one in target.exposure.ancestors if one.model == finding.model]
    standing = (standings or [target.exposure.own])[0]
    spoken = [code for code, state in standing.by_language.items() if state is standing.state]
    if not spoken:
        hits = (hit for hit in target.exposure.hits if hit.result.id in standing.adverse)
        spoken = [hit.result.language for hit in hits if standings or hit.applicability in near]
    return standing.state, _ordered(spoken)


def _ordered(codes: Iterable[str]) -> list[str]:
    from lineage.report.sentences.tested import language_rank

    return sorted(set(codes), key=language_rank)


def _first(message: str) -> str:
    """The first sentence; a full stop inside a name is followed by no capital letter."""
    return re.split(r"(?<=[.!?]) (?=[A-Z])", message, maxsplit=1)[0]
