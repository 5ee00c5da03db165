"""The decision in words, the same in every format.

`why(target)` says in plain sentences what the model is built on and what tests found, and for a
model that fails, or cannot be judged, first because of what. `next_step(target)` is the one line on
what to do. `because(target)` is the shortest: the gravest finding alone. What belongs to a single
finding is in `findings`.
"""

from __future__ import annotations

from lineage.policy.finding import Level, Verdict
from lineage.report.document import TargetReport
from lineage.report.printable import counted, printable
from lineage.report.sentences.findings import FindingLine, deciding, finding_lines
from lineage.report.sentences.origin import origin_sentence
from lineage.report.sentences.tested import exposure_after

_LOWERED = (
    "It ",
    "Nothing ",
    "Its ",
    "The ",
    "A ",
    "No ",
    "One ",
    "Of ",
    "Published ",
    "Somebody ",
    "This ",
)
_TOLD = (
    "exposure-",
    "foundation-jurisdiction",
    "removal-claimed",
    "teacher-jurisdiction",
    "trainer-jurisdiction",
)
"""Rules whose ground the sentences about origin and tests give."""


def why(target: TargetReport) -> str:
    """Plain sentences, no rule id among them."""
    lines = deciding(target)
    node = target.graph.nodes[target.model]
    origin = origin_sentence(target)
    if not lines or not (node.is_read or node.status.has_statements):
        return exposure_after(target, origin)
    if target.verdict is Verdict.REVIEW:
        words = exposure_after(target, origin)
        if any(line.rule.startswith(_TOLD) for line in lines):
            return words
        return f"{words} {_reason('It asks for a review', lines)}"
    failed = target.verdict is Verdict.FAIL
    opening = "It fails" if failed else "It cannot be judged yet"
    own = not (lines[0].rule == "exposure-censors" and failed)
    return f"{_reason(opening, lines)} {exposure_after(target, origin, own=own)}"


def because(target: TargetReport) -> str:
    """One sentence: the gravest finding and how many more decide; for a pass what was found and
    does not decide, or that nothing was."""
    lines = deciding(target)
    if not lines:
        every = finding_lines(target)
        waived = sum(len(line.findings) for line in every if line.is_waived)
        warned = sum(
            len(line.findings) for line in every if line.level is Level.WARN and not line.is_waived
        )
        parts = [f"{waived} waived"] if waived else []
        parts += [counted(warned, "warning")] if warned else []
        if parts:
            return f"Nothing that decides was found ({', '.join(parts)})."
        return "Nothing that the policy asks about was found."
    return f"{lines[0].sentence.rstrip('.')}{_more(lines)}."


def next_step(target: TargetReport) -> str:
    """One imperative sentence, and how many findings ask for something else."""
    first, *rest = next_steps(target)
    return f"{first} ({counted(len(rest), 'more step')}, by finding)" if rest else first


def next_steps(target: TargetReport) -> list[str]:
    """What each finding that decides asks for, the gravest first; never empty."""
    lines = finding_lines(target)
    warned = any(line.level is Level.WARN and not line.is_waived for line in lines)
    nothing = "Nothing has to be done; see the warnings." if warned else "Nothing has to be done."
    return list(dict.fromkeys(line.step for line in deciding(target) if line.step)) or [nothing]


def _reason(opening: str, lines: list[FindingLine]) -> str:
    text = lines[0].sentence.rstrip(".")
    lowered = f"{text[:1].lower()}{text[1:]}" if text.startswith(_LOWERED) else text
    return printable(f"{opening} because {lowered}{_more(lines)}.", 800)


def _more(lines: list[FindingLine]) -> str:
    rest = lines[0].more + sum(len(line.findings) for line in lines[1:])
    return f" ({counted(rest, 'more reason')})" if rest else ""
