"""What `lineage probe lint` prints: problems, remarks, and both sides of the battery beside each
other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from lineage.probe.battery import Battery, TopicKind
from lineage.probe.decision import DECIDING
from lineage.probe.lint import BatteryProblem, sides
from lineage.report.columns import table

_HEADERS = (
    "Language",
    "Side",
    "Words per question",
    "Words of options",
    "Accepted names",
    "No source opened",
)


def lint_lines(battery: Battery, found: Iterable[BatteryProblem]) -> list[str]:
    """Problems first, then remarks of one kind together, then what the battery holds."""
    found = list(found)
    remarks = Counter(one.reason for one in found if not one.decides)
    lines = [f"problem: {one}" for one in found if one.decides]
    for reason, count in sorted(remarks.items()):
        lines.append(f"remark: {reason}" if count == 1 else f"remark: {count} items: {reason}")
    topics = [topic for topic in battery.topics if topic.kind is TopicKind.TOPIC]
    pairs = {item.pair for topic in topics for item in topic.items if item.form in DECIDING}
    rows = [
        (
            side.language,
            side.arm,
            f"{side.words:.1f}",
            f"{side.option_words:.1f}",
            f"{side.answers:.1f}",
            str(side.unopened),
        )
        for side in sides(battery)
    ]
    counts = (
        _count(len(topics), "topic"),
        _count(len(pairs), "deciding pair"),
        _count(sum(one.decides for one in found), "problem"),
    )
    return [
        *lines,
        f"{battery.id} {battery.version}, {battery.digest[:12]}: {', '.join(counts)}.",
        "",
        table(rows, _HEADERS),
    ]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
