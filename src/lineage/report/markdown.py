"""Markdown for a pull request: the verdict, a table, details folded away. Names from strangers
cannot break out of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lineage.policy.finding import Finding, Level, Verdict
from lineage.report.document import Report, TargetReport
from lineage.report.formats import View
from lineage.report.json import summary
from lineage.report.licence_table import rows
from lineage.report.printable import printable
from lineage.report.sentences import (
    closing,
    developer,
    minor_open_sentence,
    next_step,
    reading_sentences,
    standing_words,
    why,
)
from lineage.report.sentences import sentence as plain
from lineage.report.uses import lines, scan_lines

MARKER = "<!-- lineage-report -->"
"""First line, by which a bot finds its own comment again."""
_LONGEST = 60_000
"""GitHub takes 65,536 characters in a comment; what does not fit is reported."""
_SIGNS = {Verdict.PASS: "🟢", Verdict.REVIEW: "🟡", Verdict.FAIL: "🔴", Verdict.INCONCLUSIVE: "⚪"}
_ROWS = 100


def render(report: Report, view: View) -> str:
    """The whole comment, at most 60,000 characters."""
    parts = [MARKER, f"### {_SIGNS[report.verdict]} lineage: {report.verdict}", _summary(report)]
    if report.targets:
        parts.append("\n".join(_table(report)))
    parts += [f"> {safe(note, 500)}" for note in report.remarks]
    seen = list(scan_lines(report))
    if seen:
        parts.append(
            _folded("What the scan saw", [f"- {safe(line.strip(), 300)}" for line in seen])
        )
    data = report.data
    footer = (
        f"<sub>Policy {safe(report.policy_name)}. Data: registry {data.registry}, results "
        f"{data.results}, snapshot {data.snapshot}. "
        "A jurisdiction is no evidence of behaviour; an untested model is not a cleared one.</sub>"
    )
    text = "\n\n".join([*parts])
    for target in sorted(report.targets, key=lambda t: -t.verdict.rank):
        block = _details(target)
        if len(text) + len(block) + len(footer) > _LONGEST:
            text += "\n\n_More details did not fit; the JSON report has them all._"
            break
        text += f"\n\n{block}"
    return f"{text}\n\n{footer}\n"


def _summary(report: Report) -> str:
    counts = summary(report)
    if not report.targets:
        return "No model to audit was found."
    text = ", ".join(f"{n} {name}" for name, n in counts.items() if name != "targets" and n)
    return f"{counts['targets']} model{'s' if counts['targets'] != 1 else ''}: {text}."


def _table(report: Report) -> Iterator[str]:
    with_uses = any(t.uses for t in report.targets)
    yield "| | Model | Built on | Published tests |" + (" Used at |" if with_uses else "")
    yield "|---|---|---|---|" + ("---|" if with_uses else "")
    ordered = sorted(report.targets, key=lambda t: (-t.verdict.rank, t.model))
    for target in ordered[:_ROWS]:
        roots = [
            f"{safe(f.model, 80)} ({safe(developer(f.attribution), 60)})"
            for f in target.origin.foundations
            if f.model != target.model
        ][:3]
        own = target.attributions.get(target.model)
        under = "<br>".join(roots) or (safe(developer(own), 60) if own else "not known")
        state = safe(standing_words(target.exposure), 80)
        row = (
            f"| {_SIGNS[target.verdict]} {target.verdict} | {safe(target.model, 100)} | "
            f"{under} | {state} |"
        )
        if with_uses:
            places = [f"{safe(u.at, 80)}" for u in target.uses[:3]]
            more = f" +{len(target.uses) - 3}" if len(target.uses) > 3 else ""
            row += f" {'<br>'.join(places)}{more} |"
        yield row
    if len(ordered) > _ROWS:
        yield f"\n… and {len(ordered) - _ROWS} more models."


def _details(target: TargetReport) -> str:
    body = [safe(why(target), 2000), "", f"**What to do:** {safe(next_step(target), 400)}", ""]
    body += [line for finding in target.findings for line in _finding(target, finding)]
    minor = minor_open_sentence(target)
    body += ["", f"{safe(minor, 300)}; the JSON report lists them."] if minor else []
    body += ["", "What was read:", ""]
    body += [f"- {safe(sentence, 600)}" for sentence in reading_sentences(target)]
    body += ["", *_licences(target)]
    if target.uses:
        body += ["", "Used at:", *(f"- {safe(line, 300)}" for line in lines(target, 20))]
    if target.notice:
        body.append(f"> {safe(target.notice, 300)}")
    return _folded(f"{_SIGNS[target.verdict]} {safe(target.model, 120)}: {target.verdict}", body)


def _licences(target: TargetReport) -> Iterator[str]:
    """What the licences along the lineage ask and withhold; grants are in the JSON report."""
    found = rows(target)
    if found:
        yield from ("| Licence | Says | Clause | In our words |", "|---|---|---|---|")
    for row in found:
        terms = [one for one in row.text.terms if one.says != "grants"] if row.text else []
        cited = f" <{row.text.citations[0].url}>" if row.text else ""
        yield f"| {safe(row.title, 300)}{cited} | | | |"
        for one in terms:
            yield f"| | {one.says} | {safe(one.clause, 60)} | {safe(one.text, 300)} |"


def _finding(target: TargetReport, finding: Finding) -> Iterator[str]:
    if finding.level is Level.INFO and not finding.decides_unknown:
        return
    waived = ""
    if finding.waived:
        waived = (
            f" _(waived until {safe(finding.waived.until)} by {safe(finding.waived.owner)}: "
            f"{safe(finding.waived.reason, 300)})_"
        )
    name = safe(finding.rule)
    linked = f"[{name}]({finding.help_url})" if _is_plain_url(finding.help_url) else name
    sentence = plain(target, finding)
    yield f"- **{finding.level}** {safe(sentence, 400)} ({linked}){waived}"
    if finding.message != sentence:
        yield f"  - {safe(finding.message, 1000)}"
    if len(finding.path) > 1:
        yield f"  - path: {' → '.join(safe(step, 120) for step in finding.path[:20])}"
    closes = closing(target, finding)
    if closes and not finding.waived:
        yield f"  - to close it: {safe(closes, 300)}"
    for one in finding.evidence[:5]:
        yield f"  - {_linked(one)}"


def _folded(title: str, body: list[str]) -> str:
    return "\n".join([f"<details><summary>{title}</summary>", "", *body, "", "</details>"])


def _is_plain_url(text: str) -> bool:
    return (
        bool(re.fullmatch(r"https?://[A-Za-z0-9.-]+(?:/[A-Za-z0-9._~/#?=&%+-]*)?", text))
        and len(text) < 400
    )


_ADDRESS = re.compile(r"(https?://[^\s<>()\[\]{}\"'`|]+)")


def _linked(text: str) -> str:
    """Evidence with its plain web addresses as links and all else as text."""
    parts = _ADDRESS.split(printable(text, 600))
    return "".join(f"<{part}>" if _is_plain_url(part) else safe(part, 600) for part in parts)


_SPECIAL = re.compile(r"[\\`*_{}\[\]()#+!|~@$^:.<>&\"'-]")


def safe(text: str, limit: int = 200) -> str:
    """`text` as itself and nothing else in GitHub's and GitLab's Markdown: no markup, HTML,
    mention, reference or link."""
    return _SPECIAL.sub(_entity, printable(text, limit))


def _entity(match: re.Match[str]) -> str:
    char = match.group()
    return f"&#{ord(char)};" if char not in "()-.:" or _links(match) else char


def _links(match: re.Match[str]) -> bool:
    """Whether a colon or dot here could make a bare link (`https://…`, `www.…`), a list or a
    shortcode (`:smile:`)."""
    around = match.string[max(0, match.start() - 4) : match.end() + 2]
    char = match.group()
    if char == ":":
        return "//" in around or bool(re.search(r":\w", around))
    if char == ".":
        return "www." in around.lower()
    return char == "-" and match.start() == 0
